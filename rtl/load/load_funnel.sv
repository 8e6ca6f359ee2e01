// Packs the bytes of beats into words. In a cycle it may append a beat to the bytes that it holds, and may take the
// first need_i bytes away as a word; lanes from need_i on are the fill byte.
module load_funnel #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned WordBytes = 64, // longest word
  localparam int unsigned HeldWidth = $clog2(WordBytes + BeatBytes + 1),
  localparam int unsigned OffsetWidth = $clog2(BeatBytes)
) (
  input  logic                   clk_i,
  input  logic                   clear_i,
  input  logic                   append_i,
  input  logic [8*BeatBytes-1:0] beat_i,
  input  logic [OffsetWidth-1:0] offset_i, // first byte of the beat that counts
  input  logic [HeldWidth-1:0]   held_i,   // bytes held before
  input  logic                   form_i,
  input  logic [HeldWidth-1:0]   need_i,
  input  logic                   row_end_i, // with form_i: whatever else is held does not count
  input  logic [7:0]             fill_i,
  output logic [8*WordBytes-1:0] word_o // zero without form_i
);

  localparam int unsigned MergedWidth = 8 * (WordBytes + BeatBytes);

  logic [MergedWidth-1:0] held_q, merged;
  logic [8*BeatBytes-1:0] shifted;
  logic [8*WordBytes-1:0] outside; // lanes beyond the data

  always_comb begin
    merged = held_q;
    word_o = '0;
    shifted = '0;
    outside = '0;
    if (append_i) shifted = beat_i >> (8 * offset_i);
    if (append_i) merged = held_q | (MergedWidth'(shifted) << (8 * held_i));
    if (form_i) begin
      outside = {8*WordBytes{1'b1}} << (8 * need_i);
      word_o = (merged[8*WordBytes-1:0] & ~outside) | ({WordBytes{fill_i}} & outside);
    end
  end

  always_ff @(posedge clk_i) begin
    if (clear_i || (form_i && row_end_i)) held_q <= '0;
    else if (form_i) held_q <= merged >> (8 * need_i);
    else if (append_i) held_q <= merged;
  end

endmodule
