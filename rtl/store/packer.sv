// Packs words into beats, one beat in a cycle, the first in the cycle of the append. Marks which bytes of a beat belong
// to the row, and gathers beats into bursts: a burst is complete with its last beat.
module packer #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  localparam int unsigned BeatWidth = $clog2(BeatBytes),
  localparam int unsigned NeedWidth = $clog2(VectorBytes + 1),
  localparam int unsigned EndWidth = $clog2(VectorBytes + BeatBytes + 1)
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  input  logic                     append_i,
  input  logic [8*VectorBytes-1:0] word_i,
  input  logic [NeedWidth-1:0]     bytes_i,
  input  logic [BeatWidth-1:0]     offset_i,
  input  logic [EndWidth-1:0]      beats_i,
  input  logic                     row_begin_i,
  input  logic [63:0]              row_address_i,
  input  logic                     row_end_i,
  input  logic                     last_i,
  // a beat, complete
  output logic                     beat_o,
  output logic [8*BeatBytes-1:0]   data_o,
  output logic [BeatBytes-1:0]     strobe_o,
  // its burst, if complete
  output logic                     burst_o,
  output logic [63:0]              address_o, // of the first byte
  output logic [7:0]               length_o,  // beats less 1
  output logic                     last_o     // last burst of the instruction
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned BurstWidth = $clog2(BurstBytes);
  localparam int unsigned Bytes = VectorBytes + BeatBytes;

  logic [8*Bytes-1:0]       held_q, merged;
  logic [8*VectorBytes-1:0] word;
  logic [VectorBytes-1:0]   present; // bytes of the word that belong to the row
  logic [Bytes-1:0]         mask_q, mask;
  logic [EndWidth-1:0]      left, left_q; // beats to come of the word
  logic                     row_end_q, last_q, row_end, last, final_beat;
  logic [63:0]              address_q, begin_q, address, begin_address, next_beat;
  logic [7:0]               length_q;
  logic                     fresh_q, fresh; // the beat is the first of its burst

  assign left = append_i ? beats_i : left_q;
  assign beat_o = left != '0;
  assign row_end = append_i ? row_end_i : row_end_q;
  assign last = append_i ? last_i : last_q;
  assign final_beat = row_end && left == EndWidth'(1);

  always_comb begin
    word = '0;
    present = '0;
    merged = held_q;
    mask = mask_q;
    if (append_i) begin
      word = word_i & ~({8*VectorBytes{1'b1}} << (8 * bytes_i));
      merged = held_q | ((8*Bytes)'(word) << (8 * offset_i));
      present = ~({VectorBytes{1'b1}} << bytes_i);
      mask = mask_q | (Bytes'(present) << offset_i);
    end
  end

  assign data_o = merged[8*BeatBytes-1:0];
`ifdef LOCKSTEP_FAULTS
  assign strobe_o = fault_i == 8'd8 && final_beat ? '1 : mask[BeatBytes-1:0];
`else
  assign strobe_o = mask[BeatBytes-1:0];
`endif

  // ---- bursts ----
  assign address = append_i && row_begin_i ? row_address_i : address_q; // of the beat's first byte of the row
  assign fresh = (append_i && row_begin_i) || fresh_q;
  assign begin_address = fresh ? address : begin_q;
  assign next_beat = {address[63:BeatWidth] + 1'b1, {BeatWidth{1'b0}}};
  assign burst_o = beat_o && (final_beat || next_beat[BurstWidth-1:0] == '0);
  assign address_o = begin_address;
  assign length_o = fresh ? 8'd0 : length_q;
  assign last_o = last && final_beat;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q  <= '0;
      fresh_q <= 1'b1;
    end else if (clear_i) begin
      left_q  <= '0;
      fresh_q <= 1'b1;
    end else if (append_i || beat_o) begin
      left_q <= beat_o ? left - 1'b1 : '0;
      if (beat_o) fresh_q <= burst_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (clear_i) begin
      held_q <= '0;
      mask_q <= '0;
    end else if (beat_o) begin
      held_q <= merged >> (8 * BeatBytes);
      mask_q <= mask >> BeatBytes;
    end else if (append_i) begin
      held_q <= merged;
      mask_q <= mask;
    end
    if (append_i) begin
      row_end_q <= row_end_i;
      last_q    <= last_i;
    end
    if (beat_o) begin
      address_q <= next_beat;
      begin_q   <= begin_address;
      length_q  <= length_o + 8'd1;
    end else if (append_i && row_begin_i) begin
      address_q <= row_address_i;
    end
  end

endmodule
