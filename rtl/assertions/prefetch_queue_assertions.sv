// Bound to every prefetch_queue: instructions on their way through load and matrix unit.
module prefetch_queue_assertions #(
  parameter int unsigned Depth = 2,
  localparam int unsigned CountWidth = $clog2(Depth + 1)
) (
  input logic                  clk_i,
  input logic                  rst_ni,
  input logic                  clear_i,
  input logic                  push_i,
  input logic                  advance_i,
  input logic                  valid_o,
  input logic                  free,
  input logic [CountWidth-1:0] count_q
);

  // A place is free for every instruction that is pushed.
  no_overflow: assert property (@(posedge clk_i) disable iff (!rst_ni)
    push_i && !clear_i |-> count_q != CountWidth'(Depth) || free);

  // Only a valid instruction is done.
  no_underflow: assert property (@(posedge clk_i) disable iff (!rst_ni) advance_i && !clear_i |-> valid_o);

  // No instruction waits behind an empty current place.
  no_gap: assert property (@(posedge clk_i) disable iff (!rst_ni) count_q != '0 |-> valid_o);

endmodule

`ifdef LOCKSTEP_ASSERT
bind prefetch_queue prefetch_queue_assertions #(.Depth(Depth)) u_assertions (.*);
`endif
