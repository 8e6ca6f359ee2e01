// Bound to every sram_fifo: queues of the units, write buffer, bursts and their responses.
module sram_fifo_assertions #(
  parameter int unsigned Depth = 2,
  localparam int unsigned CountWidth = $clog2(Depth + 1)
) (
  input logic                  clk_i,
  input logic                  rst_ni,
  input logic                  clear_i,
  input logic                  push_i,
  input logic                  pop_i,
  input logic [CountWidth-1:0] count_o
);

  // Nothing is pushed into a full queue.
  no_overflow: assert property (@(posedge clk_i) disable iff (!rst_ni)
    push_i && !clear_i |-> count_o != CountWidth'(Depth) || pop_i);

  // Nothing is taken from an empty queue.
  no_underflow: assert property (@(posedge clk_i) disable iff (!rst_ni) pop_i && !clear_i |-> count_o != '0);

endmodule

`ifdef LOCKSTEP_ASSERT
bind sram_fifo sram_fifo_assertions #(.Depth(Depth)) u_assertions (.*);
`endif
