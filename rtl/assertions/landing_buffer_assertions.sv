// Bound to the landing buffer: the slots that are taken at the request make room for every beat.
module landing_buffer_assertions #(
  parameter int unsigned Words = 256,
  localparam int unsigned CountWidth = $clog2(Words + 1)
) (
  input logic                  clk_i,
  input logic                  rst_ni,
  input logic                  beat_i,
  input logic                  pop_i,
  input logic [CountWidth-1:0] count_q
);

  // The buffer is not full when a beat comes.
  room_for_every_beat: assert property (@(posedge clk_i) disable iff (!rst_ni)
    beat_i |-> count_q != CountWidth'(Words));

  // A beat is popped only if there is one.
  no_underflow: assert property (@(posedge clk_i) disable iff (!rst_ni) pop_i |-> count_q != '0);

endmodule

`ifdef LOCKSTEP_ASSERT
bind landing_buffer landing_buffer_assertions #(.Words(Words)) u_assertions (.*);
`endif
