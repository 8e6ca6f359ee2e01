// Unpacks: decides in each cycle whether a beat is popped and whether a word is formed, for the oldest instruction that
// is not done. Its decisions leave one cycle later (`*_q`), when the beat has come out of the landing buffer: a word
// formed in cycle p is written in p + 1.
module load_back #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned WordBytes = 64, // longest word
  localparam int unsigned HeldWidth = $clog2(WordBytes + BeatBytes + 1),
  localparam int unsigned BeatWidth = $clog2(BeatBytes),
  localparam int unsigned BurstWidth = $clog2(BurstBytes),
  localparam int unsigned LaneWidth = $clog2(VectorBytes + 1),
  localparam int unsigned Chunks = (BurstBytes + VectorBytes - 1) / VectorBytes,
  localparam int unsigned PageWidth = $clog2(2 * Chunks)
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 clear_i,
  input  logic                 start_i,
  input  logic                 is_sync_i,
  input  logic [511:0]         instruction_i,
  input  logic [20:0]          posts_i,
  output logic                 done_o,
  output logic [20:0]          done_posts_o,
  // landing buffer
  input  logic                 beat_valid_i,
  output logic                 pop_o,
  output logic                 release_o, // the last beat of a burst is popped
  output logic                 formed_o,  // a word for the memory is formed
  // funnel, one cycle later
  output logic                 append_q_o,
  output logic [BeatWidth-1:0] offset_q_o,
  output logic [HeldWidth-1:0] held_q_o,
  output logic                 form_q_o,
  output logic [HeldWidth-1:0] need_q_o,
  output logic                 row_end_q_o,
  output logic [7:0]           fill_q_o,
  // turning buffer
  output logic                 turn_write_q_o,
  output logic [PageWidth-1:0] turn_write_page_q_o,
  output logic [LaneWidth-1:0] turn_write_row_q_o,
  output logic                 turn_read_o,
  output logic [PageWidth-1:0] turn_read_page_o,
  output logic [LaneWidth-1:0] turn_read_lane_o,
  output logic                 turned_q_o,      // the written word comes from the turning buffer
  output logic [LaneWidth-1:0] turned_rows_q_o, // of which this many lanes count
  // memory
  output logic                 write_q_o,
  output logic                 write_accumulator_q_o,
  output logic [23:0]          write_address_q_o
);

  // ---- the current instruction: sync and fill in the clothes of a load ----
  lockstep_pkg::load_instruction_t load_in, entry, load, next_load;
  lockstep_pkg::fill_instruction_t fill_in;
  logic is_fill_in, valid, is_sync, is_fill, next_is_sync, next_is_fill, load_next, done;
  assign load_in = instruction_i;
  assign fill_in = instruction_i;
  assign is_fill_in = instruction_i[7:0] == lockstep_pkg::OPCODE_FILL;

  always_comb begin
    entry = '0;
    if (start_i) begin
      entry = load_in;
      entry.external_address = 64'(load_in.external_address[BurstWidth-1:0]);
      {entry.post_2, entry.post_1, entry.post_0} = posts_i;
      {entry.wait_2, entry.wait_1, entry.wait_0} = '0;
      entry.reserved = '0;
      if (is_fill_in) begin
        entry.local_memory = fill_in.local_memory;
        entry.transpose = 1'b0;
        entry.fill = fill_in.fill;
        entry.local_address = fill_in.local_address;
        {entry.count_2, entry.count_1, entry.count_0} = {fill_in.count_2, fill_in.count_1, fill_in.count_0};
        entry.local_stride_0 = fill_in.local_stride_0;
        entry.local_stride_1 = fill_in.local_stride_1;
        entry.local_stride_2 = fill_in.local_stride_2;
      end
    end
  end

  prefetch_queue #(.Width(514), .Depth(7)) u_instructions (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i     (start_i),
    .push_data_i({is_sync_i, is_fill_in, entry}),
    .advance_i  (done),
    .valid_o    (valid),
    .current_o  ({is_sync, is_fill, load}),
    .load_o     (load_next),
    .next_o     ({next_is_sync, next_is_fill, next_load})
  );

  // ---- intake: beats to words ----
  logic                  intake, is_load, turned, ready, have_beat, pop, form, row_end, block_end, intake_done;
  logic                  intake_over_q, block_begin_q;
  logic [1:0]            full_q; // turned blocks taken in and not drained
  logic [HeldWidth-1:0]  held_q, held_popped, need, take, room;
  logic [23:0]           pop_left_q, form_left_q;
  logic [BurstWidth-1:0] low_q, next_low; // low bits of the external address of the next byte to pop
  logic [2:0]            row_level, row_last;

  assign is_load = valid && !is_sync && !is_fill;
  assign turned = is_load && load.transpose;
  assign intake = is_load && !intake_over_q;
  assign need = form_left_q < 24'(load.chunk_bytes) ? HeldWidth'(form_left_q) : HeldWidth'(load.chunk_bytes);
  assign room = HeldWidth'(BeatBytes) - HeldWidth'(low_q[BeatWidth-1:0]);
  assign take = pop_left_q < 24'(room) ? HeldWidth'(pop_left_q) : room;
  assign ready = held_q >= need;
  assign have_beat = beat_valid_i && !(turned && block_begin_q && full_q == 2'd2);
  assign pop = intake && !ready && have_beat;
  assign held_popped = pop ? held_q + take : held_q;
  assign form = intake && held_popped >= need;
  assign row_end = form && form_left_q == 24'(need);
  assign block_end = row_end && row_last[0];
  assign pop_o = pop;
  assign release_o = pop && (pop_left_q == 24'(take) || BurstWidth'(low_q + BurstWidth'(take)) == '0);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      held_q        <= '0;
      intake_over_q <= 1'b0;
      block_begin_q <= 1'b1;
    end else if (clear_i || load_next) begin
      held_q        <= '0;
      intake_over_q <= 1'b0;
      block_begin_q <= 1'b1;
    end else if (intake) begin
      held_q <= row_end ? '0 : form ? held_popped - need : held_popped;
      if (block_end && intake_done) intake_over_q <= 1'b1;
      if (block_end) block_begin_q <= 1'b1;
      else if (pop) block_begin_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load_next) begin
      pop_left_q  <= next_load.row_bytes;
      form_left_q <= next_load.row_bytes;
      low_q       <= next_load.external_address[BurstWidth-1:0];
    end else if (row_end) begin
      pop_left_q  <= load.row_bytes;
      form_left_q <= load.row_bytes;
      low_q       <= next_low;
    end else if (intake) begin
      if (pop) pop_left_q <= pop_left_q - 24'(take);
      if (pop) low_q <= low_q + BurstWidth'(take);
      if (form) form_left_q <= form_left_q - 24'(need);
    end
  end

  nest_counter #(.Levels(3), .CountWidth(16)) u_rows (
    .clk_i, .rst_ni,
    .clear_i (clear_i || load_next),
    .step_i  (row_end),
    .counts_i({load.count_2, load.count_1, load.count_0}),
    .first_o (),
    .last_o  (row_last),
    .level_o (row_level),
    .done_o  (intake_done)
  );

  nest_address #(.Levels(3), .Width(BurstWidth), .StrideWidth(BurstWidth)) u_low (
    .clk_i,
    .load_i   (load_next),
    .base_i   (next_load.external_address[BurstWidth-1:0]),
    .step_i   (row_end),
    .level_i  (row_level),
    .strides_i({load.external_stride_2[BurstWidth-1:0], load.external_stride_1[BurstWidth-1:0],
                load.external_stride_0[BurstWidth-1:0]}),
    .address_o(),
    .next_o   (next_low)
  );

  // ---- turning ----
  logic                 drain, drain_end;
  logic                 write_buffer_q, read_buffer_q;
  logic [LaneWidth-1:0] row_q, lane_q;
  logic [PageWidth-1:0] chunk_q, drain_chunk_q;

  assign drain = turned && full_q != 2'd0;
  assign turn_read_o = drain;
  assign turn_read_page_o = read_buffer_q ? drain_chunk_q + PageWidth'(Chunks) : drain_chunk_q;
  assign turn_read_lane_o = lane_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_q         <= '0;
      write_buffer_q <= 1'b0;
      read_buffer_q  <= 1'b0;
      row_q          <= '0;
      chunk_q        <= '0;
      lane_q         <= '0;
      drain_chunk_q  <= '0;
    end else if (clear_i || load_next) begin
      full_q         <= '0;
      write_buffer_q <= 1'b0;
      read_buffer_q  <= 1'b0;
      row_q          <= '0;
      chunk_q        <= '0;
      lane_q         <= '0;
      drain_chunk_q  <= '0;
    end else if (turned) begin
      full_q <= full_q + 2'(block_end) - 2'(drain_end);
      if (form) chunk_q <= row_end ? '0 : chunk_q + 1'b1;
      if (row_end) row_q <= block_end ? '0 : row_q + 1'b1;
      if (block_end) write_buffer_q <= !write_buffer_q;
      if (drain_end) read_buffer_q <= !read_buffer_q;
      if (drain) begin
        lane_q <= drain_end || lane_q == LaneWidth'(VectorBytes - 1) ? '0 : lane_q + 1'b1;
        if (drain_end) drain_chunk_q <= '0;
        else if (lane_q == LaneWidth'(VectorBytes - 1)) drain_chunk_q <= drain_chunk_q + 1'b1;
      end
    end
  end

  // ---- words for the memory: level 0 counts rows, or the byte positions of a turned block ----
  logic        step, words_done;
  logic [2:0]  word_level, word_last;
  logic [23:0] row_address, next_row, chunk_address_q;

  assign formed_o = turned ? drain : is_fill && valid || form;
  assign step = turned ? drain : is_fill && valid || row_end;
  assign drain_end = drain && word_last[0];
  assign done = valid && (is_sync || (step && words_done));
  assign done_o = done;
  assign done_posts_o = {load.post_2, load.post_1, load.post_0};

  nest_counter #(.Levels(3), .CountWidth(16)) u_words (
    .clk_i, .rst_ni,
    .clear_i (clear_i || load_next),
    .step_i  (step),
    .counts_i({load.count_2, load.count_1, turned ? load.row_bytes[15:0] : load.count_0}),
    .first_o (),
    .last_o  (word_last),
    .level_o (word_level),
    .done_o  (words_done)
  );

  nest_address #(.Levels(3), .Width(24), .StrideWidth(20)) u_word_address (
    .clk_i,
    .load_i   (load_next),
    .base_i   (next_load.local_address),
    .step_i   (step),
    .level_i  (word_level),
    .strides_i({load.local_stride_2, load.local_stride_1, load.local_stride_0}),
    .address_o(row_address),
    .next_o   (next_row)
  );

  // ---- one cycle later ----
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      append_q_o     <= 1'b0;
      form_q_o       <= 1'b0;
      write_q_o      <= 1'b0;
      turned_q_o     <= 1'b0;
      turn_write_q_o <= 1'b0;
    end else begin
      append_q_o     <= pop;
      form_q_o       <= form || (is_fill && valid);
      write_q_o      <= formed_o;
      turned_q_o     <= drain;
      turn_write_q_o <= turned && form;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load_next) chunk_address_q <= next_load.local_address;
    else if (row_end) chunk_address_q <= next_row;
    else if (form) chunk_address_q <= chunk_address_q + 24'($signed(load.chunk_stride));
    if (pop) offset_q_o <= low_q[BeatWidth-1:0];
    if (pop) held_q_o <= held_q;
    if (formed_o || form) begin
      need_q_o              <= is_fill ? '0 : need;
      row_end_q_o           <= row_end || is_fill;
      fill_q_o              <= load.fill;
      write_accumulator_q_o <= load.local_memory;
      write_address_q_o     <= turned || is_fill ? row_address : chunk_address_q;
      turn_write_page_q_o   <= write_buffer_q ? chunk_q + PageWidth'(Chunks) : chunk_q;
      turn_write_row_q_o    <= row_q;
      turned_rows_q_o       <= LaneWidth'(load.count_0);
    end
  end

  logic unused;
  assign unused = ^{next_is_sync, next_is_fill, row_last[2:1], word_last[2:1]};

endmodule
