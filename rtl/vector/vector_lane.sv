// One lane of the vector unit (manual, "Numbers"): value + bias, or a and b combined, times multiplier (or a times b),
// plus rounding, shifted, plus zero point, clamped. New values may enter in each cycle; the result comes 4 cycles
// later, wide_o (value + bias if the multiplier is 1) 2 cycles later. Each stage works only in its own cycle of a
// value.
module vector_lane (
  input  logic        clk_i,
  input  logic [4:0]  valid_i, // by stage
  input  logic        combines_i, // stage 0: a and b, not value and bias
  input  logic [31:0] value_i,
  input  logic [31:0] bias_i,
  input  logic [2:0]  operation_i, // 0 add, 1 subtract, 2 multiply, 3 minimum, 4 maximum; 0 for value and bias
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  input  logic [31:0] multiplier_i, // stage 1
  input  logic [5:0]  shift_i,      // stages 2 and 3
  input  logic [5:0]  late_shift_i,
  input  logic [8:0]  zero_point_i,
  input  logic [31:0] minimum_i, // values of the output type, so the clamp saturates as well
  input  logic [31:0] maximum_i,
  output logic [31:0] wide_o,
  output logic [31:0] result_o // combinational in stage 4
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0] fault_i
`endif
);

  localparam logic [2:0] Subtract = 3'd1, Multiply = 3'd2, Minimum = 3'd3, Maximum = 3'd4;

  logic signed [31:0] combined_q, factor_q, factor, shifted_q;
  logic signed [63:0] product_q, rounded_q;
  logic signed [33:0] offset;

  assign wide_o = product_q[31:0];

  assign factor = operation_i == Multiply ? factor_q : multiplier_i;

  always_ff @(posedge clk_i) begin
    if (valid_i[0] && !combines_i) combined_q <= value_i + bias_i;
    if (combines_i) begin
      case (operation_i)
        Subtract: combined_q <= a_i - b_i;
        Multiply: combined_q <= a_i;
        Minimum: combined_q <= $signed(a_i) < $signed(b_i) ? a_i : b_i;
        Maximum: combined_q <= $signed(a_i) < $signed(b_i) ? b_i : a_i;
        default: combined_q <= a_i + b_i;
      endcase
      if (operation_i == Multiply) factor_q <= b_i;
    end
    if (valid_i[1]) product_q <= 64'(combined_q) * 64'(factor);
`ifdef LOCKSTEP_FAULTS
    if (valid_i[2]) rounded_q <= product_q + (shift_i == '0 || fault_i == 8'd3 ? 64'd0 : 64'd1 << (shift_i - 6'd1));
`else
    if (valid_i[2]) rounded_q <= product_q + (shift_i == '0 ? 64'd0 : 64'd1 << (shift_i - 6'd1));
`endif
    if (valid_i[3]) shifted_q <= 32'(rounded_q >>> late_shift_i);
  end

  always_comb begin
    offset = '0;
    result_o = '0;
    if (valid_i[4]) begin
      offset = 34'(shifted_q) + 34'($signed(zero_point_i));
      result_o = offset < 34'($signed(minimum_i)) ? minimum_i :
                 offset > 34'($signed(maximum_i)) ? maximum_i : offset[31:0];
    end
  end

endmodule
