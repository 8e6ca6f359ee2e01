// Bias, multiplier and shift of the columns (or of as many rows), and the selection of those that a slice of a row
// needs; or, if not per channel, multiplier and shift of the instruction. Rows of parameters are written as they come
// out of the accumulator; a slice uses what was written before.
module vector_parameters #(
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                   clk_i,
  input  logic                   write_i,
  input  logic [1:0]             parameter_i, // 0 bias, 1 multiplier, 2 shift
  input  logic [32*Columns-1:0]  row_i,
  // settings of the instruction
  input  logic                   has_bias_i,
  input  logic                   per_channel_i,
  input  logic                   channel_axis_i,
  input  logic [31:0]            multiplier_i,
  input  logic [5:0]             shift_i,
  // selection, by stage of the pipeline
  input  logic [3:0]             valid_i,
  input  logic [31:0]            slices_i, // 4 x 8 bits
  input  logic [4*ColumnWidth-1:0] channels_i,
  output logic [32*Lanes-1:0]    biases_o,      // stage 0
  output logic [32*Lanes-1:0]    multipliers_o, // stage 1
  output logic [6*Lanes-1:0]     shifts_o,      // stage 2
  output logic [6*Lanes-1:0]     late_shifts_o  // stage 3
);

  logic [32*Columns-1:0] bias_q, multiplier_q;
  logic [6*Columns-1:0]  shift_q, shift_d;

  always_comb begin
    shift_d = '0;
    if (write_i) begin
      for (int unsigned c = 0; c < Columns; c++) shift_d[6*c +: 6] = row_i[32*c +: 6];
    end
  end

  always_ff @(posedge clk_i) begin
    if (write_i && parameter_i == 2'd0) bias_q <= row_i;
    if (write_i && parameter_i == 2'd1) multiplier_q <= row_i;
    if (write_i && parameter_i == 2'd2) shift_q <= shift_d;
  end

  // Lane of the parameter registers that lane l of a slice uses, in stage k.
  localparam int unsigned IndexWidth = Columns > 1 ? $clog2(Columns) : 1;
  function automatic logic [IndexWidth-1:0] index(input int unsigned k, input int unsigned l);
    index = channel_axis_i ? IndexWidth'(channels_i[ColumnWidth*k +: ColumnWidth])
                                    : IndexWidth'(32'(slices_i[8*k +: 8]) * Lanes + l);
  endfunction

  always_comb begin
    biases_o = '0;
    if (valid_i[0] && has_bias_i) begin
      for (int unsigned l = 0; l < Lanes; l++) biases_o[32*l +: 32] = bias_q[32*index(0, l) +: 32];
    end
  end

  always_comb begin
    multipliers_o = '0;
    if (valid_i[1]) begin
      for (int unsigned l = 0; l < Lanes; l++) begin
        multipliers_o[32*l +: 32] = per_channel_i ? multiplier_q[32*index(1, l) +: 32] : multiplier_i;
      end
    end
  end

  always_comb begin
    shifts_o = '0;
    if (valid_i[2]) begin
      for (int unsigned l = 0; l < Lanes; l++)
        shifts_o[6*l +: 6] = per_channel_i ? shift_q[6*index(2, l) +: 6] : shift_i;
    end
  end

  always_comb begin
    late_shifts_o = '0;
    if (valid_i[3]) begin
      for (int unsigned l = 0; l < Lanes; l++)
        late_shifts_o[6*l +: 6] = per_channel_i ? shift_q[6*index(3, l) +: 6] : shift_i;
    end
  end

endmodule
