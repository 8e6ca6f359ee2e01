// Finishes instructions in the order of their starts, at most one in a cycle: a sync as soon as it is at the head,
// others when as many completions have come. Pushed in cycle c: at the head from c + 1.
module order_queue #(
  parameter int unsigned Depth = 8 // a power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        push_i,
  input  logic        push_sync_i,
  input  logic [20:0] push_posts_i,
  input  logic        complete_i,
  output logic        finish_o,
  output logic [20:0] posts_o,
  output logic        full_o,
  output logic        empty_o
);

  localparam int unsigned PointerWidth = $clog2(Depth);

  logic [21:0]             entry_q [Depth];
  logic [21:0]             head;
  logic [PointerWidth-1:0] write_q, read_q;
  logic [PointerWidth:0]   count_q, pending_q; // pending: completions without their finish
  logic                    is_sync;

  assign head = entry_q[read_q];
  assign is_sync = head[21];
  assign posts_o = head[20:0];
  assign finish_o = count_q != '0 && (is_sync || complete_i || pending_q != '0);
  assign full_o = count_q[PointerWidth];
  assign empty_o = count_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q   <= '0;
      read_q    <= '0;
      count_q   <= '0;
      pending_q <= '0;
    end else if (clear_i) begin
      write_q   <= '0;
      read_q    <= '0;
      count_q   <= '0;
      pending_q <= '0;
    end else begin
      if (push_i) write_q <= write_q + 1'b1;
      if (finish_o) read_q <= read_q + 1'b1;
      count_q   <= count_q + (PointerWidth + 1)'(push_i) - (PointerWidth + 1)'(finish_o);
      pending_q <= pending_q + (PointerWidth + 1)'(complete_i) - (PointerWidth + 1)'(finish_o && !is_sync);
    end
  end

  always_ff @(posedge clk_i) begin
    if (push_i) entry_q[write_q] <= {push_sync_i, push_posts_i};
  end

endmodule
