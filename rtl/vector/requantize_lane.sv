// One lane of the rescale pipeline (manual, "Numbers"): value + bias, times multiplier, plus rounding, shifted, plus
// zero point, clamped. A new value may enter in each cycle; the result comes 5 cycles later, wide_o (value + bias if
// the multiplier is 1) 2 cycles later. Each stage works only in its own cycle of a value.
module requantize_lane (
  input  logic        clk_i,
  input  logic [4:0]  valid_i, // by stage
  input  logic [31:0] value_i,
  input  logic [31:0] bias_i,
  input  logic [31:0] multiplier_i, // stage 1
  input  logic [5:0]  shift_i,      // stages 2 and 3
  input  logic [5:0]  late_shift_i,
  input  logic [8:0]  zero_point_i,
  input  logic [8:0]  minimum_i,
  input  logic [8:0]  maximum_i,
  output logic [31:0] wide_o,
  output logic [7:0]  result_o // combinational in stage 4
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0] fault_i
`endif
);

  logic signed [31:0] biased_q, shifted_q;
  logic signed [63:0] product_q, rounded_q;
  logic signed [33:0] offset;

  assign wide_o = product_q[31:0];

  always_ff @(posedge clk_i) begin
    if (valid_i[0]) biased_q <= value_i + bias_i;
    if (valid_i[1]) product_q <= 64'(biased_q) * 64'($signed(multiplier_i));
`ifdef LOCKSTEP_FAULTS
    if (valid_i[2]) rounded_q <= product_q + (shift_i == '0 || fault_i == 8'd3 ? 64'd0 : 64'd1 << (shift_i - 6'd1));
`else
    if (valid_i[2]) rounded_q <= product_q + (shift_i == '0 ? 64'd0 : 64'd1 << (shift_i - 6'd1));
`endif
    if (valid_i[3]) shifted_q <= 32'(rounded_q >>> late_shift_i);
  end

  // The clamp's limits are values of the output type (requantize_c4), so the clamp saturates as well.
  always_comb begin
    offset = '0;
    result_o = '0;
    if (valid_i[4]) begin
      offset = 34'(shifted_q) + 34'($signed(zero_point_i));
      result_o = offset < 34'($signed(minimum_i)) ? minimum_i[7:0] :
                 offset > 34'($signed(maximum_i)) ? maximum_i[7:0] : offset[7:0];
    end
  end

endmodule
