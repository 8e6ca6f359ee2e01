// FIFO over an SRAM that shows its head: what is pushed in cycle c into an empty queue is at the head in c + 1, and an
// entry can leave in every cycle. The head is the SRAM's output, or the bypass register if it was pushed straight to
// the head. Assumes no push when full and no pop when empty.
module sram_fifo #(
  parameter int unsigned Width = 8,
  parameter int unsigned Depth = 2, // entries, at least 1
  localparam int unsigned CountWidth = $clog2(Depth + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  push_i,
  input  logic [Width-1:0]      push_data_i,
  input  logic                  pop_i,
  output logic                  valid_o,
  output logic [Width-1:0]      data_o,
  output logic [CountWidth-1:0] count_o
);

  localparam int unsigned Words = Depth < 2 ? 2 : Depth;
  localparam int unsigned PointerWidth = $clog2(Words);
  localparam logic [PointerWidth-1:0] LastWord = PointerWidth'(Words - 1);

  logic [CountWidth-1:0]   count_q;
  logic [PointerWidth-1:0] write_q, read_q, next_read;
  logic                    bypassed_q, to_head;
  logic [Width-1:0]        bypass_q, sram_data;

  assign next_read = read_q == LastWord ? '0 : read_q + 1'b1;
  assign to_head = push_i && count_q == CountWidth'(pop_i);
  assign valid_o = count_q != '0;
  assign count_o = count_q;
  assign data_o = bypassed_q ? bypass_q : sram_data;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q    <= '0;
      write_q    <= '0;
      read_q     <= '0;
      bypassed_q <= 1'b0;
    end else if (clear_i) begin
      count_q    <= '0;
      write_q    <= '0;
      read_q     <= '0;
      bypassed_q <= 1'b0;
    end else if (push_i || pop_i) begin
      count_q <= count_q + CountWidth'(push_i) - CountWidth'(pop_i);
      if (push_i) write_q <= write_q == LastWord ? '0 : write_q + 1'b1;
      if (pop_i) read_q <= next_read;
      bypassed_q <= to_head || (bypassed_q && !pop_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (to_head) bypass_q <= push_data_i;
  end

  sram #(.Width(Width), .Depth(Words)) u_sram (
    .clk_i,
    .read_i         (pop_i),
    .read_address_i (next_read),
    .read_data_o    (sram_data),
    .write_i        (push_i && !to_head),
    .write_address_i(write_q),
    .write_data_i   (push_data_i)
  );

endmodule
