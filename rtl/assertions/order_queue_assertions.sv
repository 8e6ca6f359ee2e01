// Bound to the order queues of matrix and store unit.
module order_queue_assertions #(
  parameter int unsigned Depth = 8,
  localparam int unsigned PointerWidth = $clog2(Depth)
) (
  input logic                  clk_i,
  input logic                  rst_ni,
  input logic                  clear_i,
  input logic                  push_i,
  input logic                  full_o,
  input logic                  complete_i,
  input logic                  finish_o,
  input logic                  is_sync,
  input logic [PointerWidth:0] count_q,
  input logic [PointerWidth:0] pending_q
);

  // An instruction starts only if fewer than Depth are open.
  no_overflow: assert property (@(posedge clk_i) disable iff (!rst_ni) push_i && !clear_i |-> !full_o);

  // No more completions come than instructions are open.
  completions_have_instructions: assert property (@(posedge clk_i) disable iff (!rst_ni)
    complete_i && !clear_i |-> pending_q < count_q);

  // Every instruction that is no sync finishes by a completion.
  finish_has_completion: assert property (@(posedge clk_i) disable iff (!rst_ni)
    finish_o && !is_sync |-> complete_i || pending_q != '0);

endmodule

`ifdef LOCKSTEP_ASSERT
bind order_queue order_queue_assertions #(.Depth(Depth)) u_assertions (.*);
`endif
