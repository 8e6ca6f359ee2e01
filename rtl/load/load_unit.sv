// Load unit: external memory or a constant to on-chip memory, optionally turned. Front and back end work on different
// instructions; up to 8 are started and not done. Timing: manual, chapter "Load unit".
module load_unit #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned Slots = 64,
  parameter int unsigned WordBytes = 64 // longest word: of scratchpad or accumulator
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,
  // queue
  input  logic                   head_valid_i,
  input  logic [511:0]           head_i,
  input  logic                   head_is_sync_i,
  input  logic [20:0]            head_posts_i,
  input  logic                   waits_ready_i,
  output logic                   start_o,
  output logic                   finish_o,
  output logic [20:0]            posts_o,
  output logic                   unfinished_o, // started and not finished, before this cycle
  // read port
  output logic                   request_valid_o,
  input  logic                   request_ready_i,
  output logic [63:0]            request_address_o,
  output logic [7:0]             request_length_o,
  input  logic                   beat_i,
  input  logic [8*BeatBytes-1:0] beat_data_i,
  // on-chip memories
  output logic                   scratchpad_write_o,
  output logic                   accumulator_write_o,
  output logic [23:0]            address_o,
  output logic [8*WordBytes-1:0] data_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]            fault_i
`endif
);

  localparam int unsigned HeldWidth = $clog2(WordBytes + BeatBytes + 1);
  localparam int unsigned LaneWidth = $clog2(VectorBytes + 1);
  localparam int unsigned Chunks = (BurstBytes + VectorBytes - 1) / VectorBytes;
  localparam int unsigned PageWidth = $clog2(2 * Chunks);

  logic       front_free, done, is_load;
  logic [3:0] open_q; // started and not done
  logic       formed; // the counters look at it

  assign is_load = head_i[7:0] == lockstep_pkg::OPCODE_LOAD;
  assign start_o = head_valid_i && waits_ready_i && front_free && !open_q[3];
  assign unfinished_o = open_q != '0 || finish_o;

  logic [20:0] done_posts;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      open_q   <= '0;
      finish_o <= 1'b0;
    end else if (clear_i) begin
      open_q   <= '0;
      finish_o <= 1'b0;
    end else begin
      open_q   <= open_q + 4'(start_o) - 4'(done);
      finish_o <= done;
    end
  end
  always_ff @(posedge clk_i) begin
    if (done) posts_o <= done_posts;
  end

  logic slot_release, beat_valid, pop;
  load_front #(.BeatBytes(BeatBytes), .BurstBytes(BurstBytes), .Slots(Slots)) u_front (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i      (start_o),
    .is_load_i    (is_load),
    .instruction_i(head_i),
    .free_o       (front_free),
    .release_i    (slot_release),
    .request_valid_o,
    .request_ready_i,
    .request_address_o,
    .request_length_o
  );

  logic [8*BeatBytes-1:0] beat;
  landing_buffer #(.BeatBytes(BeatBytes), .Beats(Slots * BurstBytes / BeatBytes)) u_landing (
    .clk_i,
    .rst_ni,
    .clear_i,
    .beat_i,
    .beat_data_i,
    .valid_o(beat_valid),
    .pop_i  (pop),
    .data_o (beat)
  );

  logic                         append, form, row_end, turn_write, turn_read, turned, write, to_accumulator;
  logic [$clog2(BeatBytes)-1:0] offset;
  logic [HeldWidth-1:0]         held, need;
  logic [7:0]                   fill;
  logic [PageWidth-1:0]         write_page, read_page;
  logic [LaneWidth-1:0]         write_row, read_lane, turned_rows;
  logic [23:0]                  write_address;
  load_back #(.VectorBytes(VectorBytes), .BeatBytes(BeatBytes), .BurstBytes(BurstBytes), .WordBytes(WordBytes)) u_back (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i              (start_o),
    .is_sync_i            (head_is_sync_i),
    .instruction_i        (head_i),
    .posts_i              (head_posts_i),
    .done_o               (done),
    .done_posts_o         (done_posts),
    .beat_valid_i         (beat_valid),
    .pop_o                (pop),
    .release_o            (slot_release),
    .formed_o             (formed),
    .append_q_o           (append),
    .offset_q_o           (offset),
    .held_q_o             (held),
    .form_q_o             (form),
    .need_q_o             (need),
    .row_end_q_o          (row_end),
    .fill_q_o             (fill),
    .turn_write_q_o       (turn_write),
    .turn_write_page_q_o  (write_page),
    .turn_write_row_q_o   (write_row),
    .turn_read_o          (turn_read),
    .turn_read_page_o     (read_page),
    .turn_read_lane_o     (read_lane),
    .turned_q_o           (turned),
    .turned_rows_q_o      (turned_rows),
    .write_q_o            (write),
    .write_accumulator_q_o(to_accumulator),
    .write_address_q_o    (write_address)
  );

  logic [8*WordBytes-1:0] word;
  load_funnel #(.BeatBytes(BeatBytes), .WordBytes(WordBytes)) u_funnel (
    .clk_i,
    .clear_i,
    .append_i (append),
    .beat_i   (beat),
    .offset_i (offset),
    .held_i   (held),
    .form_i   (form),
    .need_i   (need),
    .row_end_i(row_end),
    .fill_i   (fill),
    .word_o   (word)
  );

  logic [8*VectorBytes-1:0] column, column_filled;
  turner #(.Lanes(VectorBytes), .Chunks(Chunks), .Buffers(2)) u_turner (
    .clk_i,
    .write_i     (turn_write),
    .write_page_i(write_page),
`ifdef LOCKSTEP_FAULTS
    .write_row_i (fault_i == 8'd7 ? write_row ^ LaneWidth'(1) : write_row),
`else
    .write_row_i (write_row),
`endif
    .write_data_i(word[8*VectorBytes-1:0]),
    .read_i      (turn_read),
    .read_page_i (read_page),
    .read_lane_i (read_lane),
    .read_data_o (column)
  );

  always_comb begin
    column_filled = column;
    if (turned) begin
      for (int unsigned i = 0; i < VectorBytes; i++) begin
        if (LaneWidth'(i) >= turned_rows) column_filled[8*i +: 8] = fill;
      end
    end
  end

  assign scratchpad_write_o = write && !to_accumulator;
  assign accumulator_write_o = write && to_accumulator;
  assign data_o = turned ? (8*WordBytes)'(column_filled) : word;
`ifdef LOCKSTEP_FAULTS
  assign address_o = fault_i == 8'd1 ? write_address + 24'd1 : write_address;
`else
  assign address_o = write_address;
`endif

  logic unused;
  assign unused = formed;

endmodule
