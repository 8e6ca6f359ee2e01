// Bias, multiplier and shift of the columns (or of as many rows), and the selection of those that a slice of a row
// needs. Rows of parameters are written as they come out of the accumulator; a slice uses what was written before.
module vector_parameters #(
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                   clk_i,
  input  logic                   write_i,
  input  logic [1:0]             parameter_i, // 0 bias, 1 multiplier, 2 shift
  input  logic [32*Columns-1:0]  row_i,
  // selection, by stage of the pipeline
  input  logic [511:0]           instruction_i,
  input  logic [3:0]             valid_i,
  input  logic [31:0]            slices_i, // 4 x 8 bits
  input  logic [4*ColumnWidth-1:0] channels_i,
  output logic [32*Lanes-1:0]    biases_o,      // stage 0
  output logic [32*Lanes-1:0]    multipliers_o, // stage 1
  output logic [6*Lanes-1:0]     shifts_o,      // stage 2
  output logic [6*Lanes-1:0]     late_shifts_o  // stage 3
);

  lockstep_pkg::requantize_instruction_t requantize;
  assign requantize = instruction_i;

  logic [31:0] bias_q [Columns];
  logic [31:0] multiplier_q [Columns];
  logic [5:0]  shift_q [Columns];

  always_ff @(posedge clk_i) begin
    if (write_i) begin
      for (int unsigned c = 0; c < Columns; c++) begin
        if (parameter_i == 2'd0) bias_q[c] <= row_i[32*c +: 32];
        if (parameter_i == 2'd1) multiplier_q[c] <= row_i[32*c +: 32];
        if (parameter_i == 2'd2) shift_q[c] <= row_i[32*c +: 6];
      end
    end
  end

  // Lane of the parameter registers that lane l of a slice uses.
  localparam int unsigned IndexWidth = Columns > 1 ? $clog2(Columns) : 1;
  function automatic logic [IndexWidth-1:0] index(input logic axis, input logic [7:0] slice,
                                                  input logic [ColumnWidth-1:0] channel, input int unsigned lane);
    index = axis ? IndexWidth'(channel) : IndexWidth'(32'(slice) * Lanes + lane);
  endfunction

  always_comb begin
    biases_o = '0;
    multipliers_o = '0;
    shifts_o = '0;
    late_shifts_o = '0;
    for (int unsigned l = 0; l < Lanes; l++) begin
      if (valid_i[0] && requantize.has_bias)
        biases_o[32*l +: 32] = bias_q[index(requantize.channel_axis, slices_i[7:0], channels_i[0 +: ColumnWidth], l)];
      if (valid_i[1])
        multipliers_o[32*l +: 32] = requantize.output_type[1] ? 32'd1 : !requantize.per_channel ? requantize.multiplier :
          multiplier_q[index(requantize.channel_axis, slices_i[15:8], channels_i[ColumnWidth +: ColumnWidth], l)];
      if (valid_i[2])
        shifts_o[6*l +: 6] = !requantize.per_channel ? requantize.shift :
          shift_q[index(requantize.channel_axis, slices_i[23:16], channels_i[2*ColumnWidth +: ColumnWidth], l)];
      if (valid_i[3])
        late_shifts_o[6*l +: 6] = !requantize.per_channel ? requantize.shift :
          shift_q[index(requantize.channel_axis, slices_i[31:24], channels_i[3*ColumnWidth +: ColumnWidth], l)];
    end
  end

endmodule
