// A current entry in registers and up to Depth entries waiting behind it (flip-flops; for small queues). An entry that
// is pushed in cycle c is current from c + 1 if nothing is before it. `load_o`: at the end of this cycle `next_o`
// becomes the current entry, so that its user can prepare its state. Assumes no push when all places are taken.
module prefetch_queue #(
  parameter int unsigned Width = 8,
  parameter int unsigned Depth = 2
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,
  input  logic             push_i,
  input  logic [Width-1:0] push_data_i,
  input  logic             advance_i, // the current entry is done
  output logic             valid_o,
  output logic [Width-1:0] current_o,
  output logic             load_o,
  output logic [Width-1:0] next_o
);

  localparam int unsigned PointerWidth = Depth > 1 ? $clog2(Depth) : 1;
  localparam int unsigned CountWidth = $clog2(Depth + 1);
  localparam logic [PointerWidth-1:0] LastWord = PointerWidth'(Depth - 1);

  logic [Width-1:0]        waiting_q [Depth];
  logic [Width-1:0]        current_q;
  logic                    valid_q, free, pop, push_waiting;
  logic [CountWidth-1:0]   count_q;
  logic [PointerWidth-1:0] write_q, read_q;

  assign free = !valid_q || advance_i;
  assign pop = free && count_q != '0;
  assign load_o = pop || (free && push_i);
  assign push_waiting = push_i && !(free && count_q == '0);
  assign valid_o = valid_q;
  assign current_o = current_q;

  always_comb begin
    next_o = push_data_i;
    if (count_q != '0) next_o = waiting_q[read_q];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      count_q <= '0;
      write_q <= '0;
      read_q  <= '0;
    end else if (clear_i) begin
      valid_q <= 1'b0;
      count_q <= '0;
      write_q <= '0;
      read_q  <= '0;
    end else begin
      valid_q <= load_o || (valid_q && !advance_i);
      count_q <= count_q + CountWidth'(push_waiting) - CountWidth'(pop);
      if (push_waiting) write_q <= write_q == LastWord ? '0 : write_q + 1'b1;
      if (pop) read_q <= read_q == LastWord ? '0 : read_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (push_waiting) waiting_q[write_q] <= push_data_i;
    if (load_o) current_q <= next_o;
  end

endmodule
