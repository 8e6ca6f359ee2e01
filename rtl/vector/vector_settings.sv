// What the lanes do during an instruction, taken from its fields at the start: they keep it until the next start.
module vector_settings (
  input  logic         clk_i,
  input  logic         start_i,
  input  logic [511:0] instruction_i,
  output logic [2:0]   operation_o,
  output logic [31:0]  multiplier_o,
  output logic [5:0]   shift_o,
  output logic [8:0]   zero_point_o,
  output logic [31:0]  minimum_o,
  output logic [31:0]  maximum_o,
  output logic [1:0]   function_o, // 0 none, 1 table on int16, 2 table on int8
  output logic [2:0]   table_o,
  output logic         has_bias_o,
  output logic         per_channel_o,
  output logic         channel_axis_o,
  output logic         int32_o, // of a requantize
  output logic         int16_o
);

  localparam logic [3:0] Int32 = 4'd2, Int16 = 4'd3;

  lockstep_pkg::requantize_instruction_t  requantize;
  lockstep_pkg::elementwise_instruction_t elementwise;
  logic is_elementwise, int32, int16;
  assign requantize = instruction_i;
  assign elementwise = instruction_i;
  assign is_elementwise = requantize.opcode == lockstep_pkg::OPCODE_ELEMENTWISE;
  assign int32 = requantize.output_type == Int32;
  assign int16 = requantize.output_type == Int16;

  always_ff @(posedge clk_i) begin
    if (start_i && is_elementwise) begin
      operation_o    <= elementwise.operation;
      multiplier_o   <= elementwise.multiplier;
      shift_o        <= elementwise.shift;
      zero_point_o   <= elementwise.output_zero_point;
      minimum_o      <= elementwise.clamp_minimum;
      maximum_o      <= elementwise.clamp_maximum;
      function_o     <= elementwise.function_;
      table_o        <= elementwise.table_;
      has_bias_o     <= 1'b0;
      per_channel_o  <= 1'b0;
      channel_axis_o <= 1'b0;
      int32_o        <= 1'b0;
      int16_o        <= 1'b0;
    end else if (start_i) begin
      operation_o    <= '0;
      multiplier_o   <= int32 ? 32'd1 : requantize.multiplier;
      shift_o        <= requantize.shift;
      zero_point_o   <= int16 ? '0 : requantize.output_zero_point;
      minimum_o      <= int16 ? 32'hffff8000 : 32'($signed(requantize.clamp_minimum));
      maximum_o      <= int16 ? 32'h00007fff : 32'($signed(requantize.clamp_maximum));
      has_bias_o     <= requantize.has_bias;
      per_channel_o  <= requantize.per_channel && !int32;
      channel_axis_o <= requantize.channel_axis;
      int32_o        <= int32;
      int16_o        <= int16;
    end
  end

endmodule
