// Sum or maximum of the slices of a row: a tree over the lanes, Levels registers deep, then one register for the row.
// Values that are valid in cycle c count in total_o from c + Levels + 1 on; clear_i begins a new row.
module vector_reduce #(
  parameter int unsigned Lanes = 16,
  localparam int unsigned Levels = $clog2(Lanes)
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                clear_i,
  input  logic                maximum_i, // 0: sum
  input  logic                valid_i,
  input  logic [32*Lanes-1:0] values_i,
  output logic [31:0]         total_o
);

  function automatic logic [31:0] combined(input logic [31:0] a, input logic [31:0] b);
    combined = !maximum_i ? a + b : $signed(a) < $signed(b) ? b : a;
  endfunction

  logic [Levels:0] valid; // by level; level 0 are the values
  assign valid[0] = valid_i;

  for (genvar k = 0; k <= Levels; k++) begin : gen_level
    localparam int unsigned Count = (Lanes + (1 << k) - 1) >> k; // of this level's values
    logic [32*Count-1:0] values;
    if (k == 0) begin : gen_first
      assign values = values_i;
    end else begin : gen_later
      localparam int unsigned Before = (Lanes + (1 << (k - 1)) - 1) >> (k - 1);
      logic [32*Count-1:0] values_q;
      logic                valid_q;
      assign values = values_q;
      assign valid[k] = valid_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) valid_q <= 1'b0;
        else valid_q <= valid[k-1];
      end
      always_ff @(posedge clk_i) begin
        if (valid[k-1]) begin
          for (int unsigned i = 0; i < Count; i++) begin
            if (2 * i + 1 < Before)
              values_q[32*i +: 32] <= combined(gen_level[k-1].values[64*i +: 32], gen_level[k-1].values[64*i+32 +: 32]);
            else
              values_q[32*i +: 32] <= gen_level[k-1].values[64*i +: 32];
          end
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (clear_i) total_o <= maximum_i ? 32'h80000000 : 32'd0;
    else if (valid[Levels]) total_o <= combined(total_o, gen_level[Levels].values);
  end

endmodule
