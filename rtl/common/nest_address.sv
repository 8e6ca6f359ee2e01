// base + sum of index * stride over nested loops, without multipliers: each level keeps the address at which its
// iteration began; the level that advances adds its stride, and all levels inside of it begin again from there.
module nest_address #(
  parameter int unsigned Levels = 3,
  parameter int unsigned Width = 24,
  parameter int unsigned StrideWidth = 20 // at most Width; strides are signed
) (
  input  logic                          clk_i,
  input  logic                          load_i, // begin at base_i (wins over a step)
  input  logic [Width-1:0]              base_i,
  input  logic                          step_i,
  input  logic [Levels-1:0]             level_i, // one-hot, from nest_counter
  input  logic [Levels*StrideWidth-1:0] strides_i,
  output logic [Width-1:0]              address_o,
  output logic [Width-1:0]              next_o // address after the step
);

  logic [Levels*Width-1:0] origin_q, origin_d; // origin_d: after a step
  logic [Width-1:0]        sum;

  assign address_o = origin_q[Width-1:0];
  assign next_o = sum;

  always_comb begin
    sum = '0;
    origin_d = '0;
    if (step_i) begin
      for (int unsigned i = 0; i < Levels; i++) begin
        if (level_i[i])
          sum = origin_q[i*Width +: Width] + Width'($signed(strides_i[i*StrideWidth +: StrideWidth]));
      end
      for (int unsigned i = 0; i < Levels; i++)
        origin_d[i*Width +: Width] = (level_i >> i) != '0 ? sum : origin_q[i*Width +: Width];
    end
  end

  always_ff @(posedge clk_i) begin
    if (load_i) origin_q <= {Levels{base_i}};
    else if (step_i) origin_q <= origin_d;
  end

endmodule
