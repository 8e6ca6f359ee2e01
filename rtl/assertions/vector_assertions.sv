// Bound to the vector unit: legality of a requantize when it starts, and the unit's states.
module vector_assertions #(
  parameter int unsigned Columns = 16
) (
  input logic         clk_i,
  input logic         rst_ni,
  input logic         start_o,
  input logic         free,
  input logic         finish_o,
  input logic [511:0] head_i
);

  lockstep_pkg::requantize_instruction_t requantize;
  logic starts, narrow;
  assign requantize = head_i;
  assign starts = start_o && requantize.opcode == lockstep_pkg::OPCODE_REQUANTIZE;
  assign narrow = starts && requantize.output_type != 4'd2; // all but int32

  // Is it a value of the output type?
  function automatic logic legal(input logic [3:0] output_type, input logic [8:0] value);
    legal = output_type == 4'd1 ? !value[8] : output_type == 4'd3 || value[8] == value[7];
  endfunction

  // The output type is known.
  requantize_c1: assert property (@(posedge clk_i) disable iff (!rst_ni) starts |-> requantize.output_type <= 4'd3);

  // Multiplier and shift of the instruction are within their limits where they are used.
  requantize_c2: assert property (@(posedge clk_i) disable iff (!rst_ni)
    narrow && !requantize.per_channel |-> !requantize.multiplier[31] && requantize.shift >= 6'd2
                                          && requantize.shift <= 6'd62);

  // Counts are at least 1, and the ragged block has at least one column and fits.
  requantize_c3: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts |-> requantize.count_0 != '0 && requantize.count_1 != '0
               && requantize.last_columns != '0 && 32'(requantize.last_columns) <= Columns);

  // Zero point and limits are values of the output type, in order: so the clamp saturates.
  requantize_c4: assert property (@(posedge clk_i) disable iff (!rst_ni)
    narrow |-> legal(requantize.output_type, requantize.output_zero_point)
               && legal(requantize.output_type, requantize.clamp_minimum)
               && legal(requantize.output_type, requantize.clamp_maximum)
               && $signed(requantize.clamp_minimum) <= $signed(requantize.clamp_maximum));

  // int32 goes out as it is; int16 is not turned.
  requantize_c7: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts && requantize.output_type == 4'd2 |-> !requantize.per_channel && !requantize.transpose
                                                 && !requantize.channel_axis);
  requantize_c7_int16: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts && requantize.output_type == 4'd3 |-> !requantize.transpose);

  // One instruction at a time: none starts before the one before has finished, none finishes that is not there.
  one_instruction: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (!start_o || free) && (!finish_o || !free));

endmodule

`ifdef LOCKSTEP_ASSERT
bind vector_unit vector_assertions #(.Columns(Columns)) u_assertions (.*);
`endif
