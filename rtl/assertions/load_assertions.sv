// Bound to the load unit: legality of an instruction when it starts, and the bounds of its counters.
module load_assertions #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned AccumulatorBytes = 64,
  parameter int unsigned BurstBytes = 64
) (
  input logic         clk_i,
  input logic         rst_ni,
  input logic         start_o,
  input logic [511:0] head_i,
  input logic [3:0]   open_q,
  input logic         done
);

  lockstep_pkg::load_instruction_t load;
  lockstep_pkg::fill_instruction_t fill;
  logic starts_load, starts_fill;
  assign load = head_i;
  assign fill = head_i;
  assign starts_load = start_o && load.opcode == lockstep_pkg::OPCODE_LOAD;
  assign starts_fill = start_o && fill.opcode == lockstep_pkg::OPCODE_FILL;

  // Counts and the length of rows are at least 1.
  load_c1: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts_load |-> load.count_0 != '0 && load.count_1 != '0 && load.count_2 != '0 && load.row_bytes != '0);

  // A chunk fits its word.
  load_c2: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts_load |-> load.chunk_bytes != '0
                    && 32'(load.chunk_bytes) <= (load.local_memory ? AccumulatorBytes : VectorBytes));

  // A turned block fits the turning buffer.
  load_c5: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts_load && load.transpose |-> !load.local_memory && 32'(load.count_0) <= VectorBytes
                                      && 32'(load.row_bytes) <= BurstBytes && 32'(load.chunk_bytes) == VectorBytes);

  // Counts of a fill are at least 1.
  fill_c1: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts_fill |-> fill.count_0 != '0 && fill.count_1 != '0 && fill.count_2 != '0);

  // At most 8 instructions are between start and done.
  at_most_8_open: assert property (@(posedge clk_i) disable iff (!rst_ni) open_q <= 4'd8);

  // What is done was started.
  done_was_started: assert property (@(posedge clk_i) disable iff (!rst_ni) done |-> open_q != '0);

endmodule

`ifdef LOCKSTEP_ASSERT
bind datapath load_assertions #(
  .VectorBytes(VectorBytes), .AccumulatorBytes(4 * Columns), .BurstBytes(BurstBytes)
) u_load_assertions (
  .clk_i, .rst_ni, .start_o(u_load.start_o), .head_i(u_load.head_i), .open_q(u_load.open_q), .done(u_load.done)
);
`endif
