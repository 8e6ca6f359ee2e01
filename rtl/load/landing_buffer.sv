// Beats in the order of their arrival. A beat that arrives in cycle a can be popped from a + 1 on; its data comes in
// the cycle after the pop. Slots are whole bursts, so it never overflows.
module landing_buffer #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned Beats = 256,
  localparam int unsigned Words = Beats < 2 ? 2 : Beats,
  localparam int unsigned CountWidth = $clog2(Words + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,
  input  logic                   beat_i,
  input  logic [8*BeatBytes-1:0] beat_data_i,
  output logic                   valid_o,
  input  logic                   pop_i,
  output logic [8*BeatBytes-1:0] data_o
);

  localparam int unsigned PointerWidth = $clog2(Words);
  localparam logic [PointerWidth-1:0] LastWord = PointerWidth'(Words - 1);

  logic [PointerWidth-1:0] write_q, read_q;
  logic [CountWidth-1:0]   count_q;

  assign valid_o = count_q != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q <= '0;
      read_q  <= '0;
      count_q <= '0;
    end else if (clear_i) begin
      write_q <= '0;
      read_q  <= '0;
      count_q <= '0;
    end else begin
      if (beat_i) write_q <= write_q == LastWord ? '0 : write_q + 1'b1;
      if (pop_i) read_q <= read_q == LastWord ? '0 : read_q + 1'b1;
      count_q <= count_q + CountWidth'(beat_i) - CountWidth'(pop_i);
    end
  end

  sram #(.Width(8*BeatBytes), .Depth(Words)) u_sram (
    .clk_i,
    .read_i         (pop_i),
    .read_address_i (read_q),
    .read_data_o    (data_o),
    .write_i        (beat_i),
    .write_address_i(write_q),
    .write_data_i   (beat_data_i)
  );

endmodule
