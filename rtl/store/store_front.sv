// Reads the words of stores and cuts their rows into bursts: a word in each cycle, or as slowly as its beats leave the
// packer, while the write buffer has a free slot for every burst that begins in it. What it decides in the cycle of
// the read leaves one cycle later (`*_q`), with the word.
module store_front #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned Slots = 64, // bursts begun and not answered
  localparam int unsigned SlotWidth = $clog2(Slots + 1),
  localparam int unsigned BeatWidth = $clog2(BeatBytes),
  localparam int unsigned BurstWidth = $clog2(BurstBytes),
  localparam int unsigned NeedWidth = $clog2(VectorBytes + 1),
  localparam int unsigned EndWidth = $clog2(VectorBytes + BeatBytes + 1), // offset in a beat + bytes of a word
  localparam int unsigned CutWidth = $clog2(VectorBytes + BurstBytes + 1) // offset in a burst + bytes of a word
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 clear_i,
  input  logic                 start_i, // a store begins; only if free_o
  input  logic [511:0]         instruction_i,
  output logic                 free_o,
  input  logic                 release_i, // a slot is free again
  output logic                 read_o,
  output logic [23:0]          address_o,
  // one cycle later
  output logic                 append_q_o,
  output logic [NeedWidth-1:0] bytes_q_o,
  output logic [BeatWidth-1:0] offset_q_o, // of the first byte in its beat
  output logic [EndWidth-1:0]  beats_q_o,  // that the word completes
  output logic                 row_begin_q_o,
  output logic [63:0]          row_address_q_o,
  output logic                 row_end_q_o,
  output logic                 last_q_o // last word of the instruction
);

  lockstep_pkg::store_instruction_t store_in, store;
  assign store_in = instruction_i;

  logic                  busy_q, begin_q, row_end, done;
  logic [511:0]          instruction_q;
  logic [23:0]           left_q, word_q, next_row;
  logic [BurstWidth-1:0] low_q; // of the external address of the next byte
  logic [63:0]           row_address, next_row_address;
  logic [NeedWidth-1:0]  bytes;
  logic [EndWidth-1:0]   end_offset, beats, wait_q;
  logic [CutWidth-1:0]   cuts; // bursts that begin in the word
  logic [SlotWidth-1:0]  free_slots_q;
  logic [2:0]            level;
  assign store = instruction_q;

  assign free_o = !busy_q;
  assign bytes = left_q < 24'(store.chunk_bytes) ? NeedWidth'(left_q) : NeedWidth'(store.chunk_bytes);
  assign row_end = left_q == 24'(bytes);
  assign end_offset = EndWidth'(low_q[BeatWidth-1:0]) + EndWidth'(bytes);
  assign beats = (end_offset >> BeatWidth) + EndWidth'(row_end && end_offset[BeatWidth-1:0] != '0);
  assign cuts = ((CutWidth'(low_q) + CutWidth'(bytes) - 1'b1) >> BurstWidth) + CutWidth'(begin_q || low_q == '0);
  assign read_o = busy_q && !over_q && wait_q == '0 && 32'(free_slots_q) >= 32'(cuts);
  assign address_o = word_q;

  logic over_q; // all words are read; the packer still works on the last one
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q       <= 1'b0;
      over_q       <= 1'b0;
      wait_q       <= '0;
      free_slots_q <= SlotWidth'(Slots);
      append_q_o   <= 1'b0;
    end else if (clear_i) begin
      busy_q       <= 1'b0;
      over_q       <= 1'b0;
      wait_q       <= '0;
      free_slots_q <= SlotWidth'(Slots);
      append_q_o   <= 1'b0;
    end else begin
      append_q_o   <= read_o;
      free_slots_q <= free_slots_q + SlotWidth'(release_i) - (read_o ? SlotWidth'(cuts) : '0);
      if (read_o && beats > EndWidth'(1)) wait_q <= beats - EndWidth'(1);
      else if (wait_q != '0) wait_q <= wait_q - 1'b1;
      if (start_i) begin
        busy_q <= 1'b1;
      end else if (read_o && row_end && done) begin
        busy_q <= beats > EndWidth'(1);
        over_q <= beats > EndWidth'(1);
      end else if (over_q && wait_q == EndWidth'(1)) begin
        busy_q <= 1'b0;
        over_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      instruction_q <= instruction_i;
      left_q        <= store_in.row_bytes;
      word_q        <= store_in.local_address;
      low_q         <= store_in.external_address[BurstWidth-1:0];
      begin_q       <= 1'b1;
    end else if (read_o) begin
      left_q  <= row_end ? store.row_bytes : left_q - 24'(bytes);
      word_q  <= row_end ? next_row : word_q + 24'($signed(store.chunk_stride));
      low_q   <= row_end ? next_row_address[BurstWidth-1:0] : low_q + BurstWidth'(bytes);
      begin_q <= row_end;
    end
    if (read_o) begin
      bytes_q_o       <= bytes;
      offset_q_o      <= low_q[BeatWidth-1:0];
      beats_q_o       <= beats;
      row_begin_q_o   <= begin_q;
      row_address_q_o <= row_address;
      row_end_q_o     <= row_end;
      last_q_o        <= row_end && done;
    end
  end

  nest_counter #(.Levels(3), .CountWidth(16)) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i (clear_i || start_i),
    .step_i  (read_o && row_end),
    .counts_i({store.count_2, store.count_1, store.count_0}),
    .first_o (),
    .last_o  (),
    .level_o (level),
    .done_o  (done)
  );

  nest_address #(.Levels(3), .Width(64), .StrideWidth(40)) u_row_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (store_in.external_address),
    .step_i   (read_o && row_end),
    .level_i  (level),
    .strides_i({store.external_stride_2, store.external_stride_1, store.external_stride_0}),
    .address_o(row_address),
    .next_o   (next_row_address)
  );

  nest_address #(.Levels(3), .Width(24), .StrideWidth(20)) u_local_row (
    .clk_i,
    .load_i   (start_i),
    .base_i   (store_in.local_address),
    .step_i   (read_o && row_end),
    .level_i  (level),
    .strides_i({store.local_stride_2, store.local_stride_1, store.local_stride_0}),
    .address_o(),
    .next_o   (next_row)
  );

endmodule
