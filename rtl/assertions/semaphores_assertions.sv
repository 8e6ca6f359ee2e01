// Bound to the semaphores.
module semaphores_assertions (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        clear_i,
  input logic [3:0]  take_i,
  input logic [83:0] waits_i,
  input logic [3:0]  post_i,
  input logic [83:0] posts_i,
  input logic [63:0] taken,
  input logic [63:0] available_q,
  input logic        overflow_o
);

  // Of the semaphores that one unit names, the set; empty if the unit does not act.
  function automatic logic [63:0] named(input logic acts, input logic [20:0] list);
    named = '0;
    for (int unsigned k = 0; k < 3; k++) begin
      if (acts && list[7*k +: 7] != '0) named[6'(list[7*k +: 7] - 7'd1)] = 1'b1;
    end
  endfunction

  // Is a semaphore named by two units?
  function automatic logic shared(input logic [3:0] acts, input logic [83:0] lists);
    shared = 1'b0;
    for (int unsigned u = 0; u < 4; u++) begin
      for (int unsigned v = 0; v < u; v++) begin
        if ((named(acts[u], lists[21*u +: 21]) & named(acts[v], lists[21*v +: 21])) != '0) shared = 1'b1;
      end
    end
  endfunction

  // No post is lost because a count is at its largest.
  semaphore_c3_no_overflow: assert property (@(posedge clk_i) disable iff (!rst_ni) !overflow_o);

  // What is taken was there.
  no_underflow: assert property (@(posedge clk_i) disable iff (!rst_ni) !clear_i |-> (taken & ~available_q) == '0);

  // In no cycle do two units take the same semaphore.
  semaphore_c1_one_waiting_unit: assert property (@(posedge clk_i) disable iff (!rst_ni) !shared(take_i, waits_i));

  // In no cycle do two units post the same semaphore.
  semaphore_c1_one_posting_unit: assert property (@(posedge clk_i) disable iff (!rst_ni) !shared(post_i, posts_i));

endmodule

`ifdef LOCKSTEP_ASSERT
bind semaphores semaphores_assertions u_assertions (.*);
`endif
