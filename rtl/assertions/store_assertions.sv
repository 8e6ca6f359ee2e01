// Bound to the store unit: legality of an instruction when it starts, and the slots of the write buffer.
module store_assertions #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Slots = 64
) (
  input logic         clk_i,
  input logic         rst_ni,
  input logic         start_o,
  input logic [511:0] head_i,
  input logic         head_is_sync_i,
  input logic [31:0]  free_slots
);

  lockstep_pkg::store_instruction_t store;
  logic starts;
  assign store = head_i;
  assign starts = start_o && !head_is_sync_i;

  // Counts and the length of rows are at least 1.
  store_c1: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts |-> store.count_0 != '0 && store.count_1 != '0 && store.count_2 != '0 && store.row_bytes != '0);

  // A chunk fits its word.
  store_c2: assert property (@(posedge clk_i) disable iff (!rst_ni)
    starts |-> store.chunk_bytes != '0 && 32'(store.chunk_bytes) <= VectorBytes);

  // No more slots are free than there are.
  slots_are_counted: assert property (@(posedge clk_i) disable iff (!rst_ni) free_slots <= Slots);

endmodule

`ifdef LOCKSTEP_ASSERT
bind store_unit store_assertions #(.VectorBytes(VectorBytes), .Slots(Slots)) u_assertions (
  .clk_i, .rst_ni, .start_o, .head_i, .head_is_sync_i, .free_slots(32'(u_front.free_slots_q))
);
`endif
