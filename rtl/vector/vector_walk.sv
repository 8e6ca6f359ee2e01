// Issues elementwise and reduce: in the cycles of a row (of a slice) the words of its operands are read, from
// accumulator and scratchpad in parallel, those of a before those of b where both lie in one memory. A pause follows
// the last row of an elementwise, until its last word is written, and every row of a reduce, in whose last cycle its
// result is written. Timing: manual, chapter "Vector unit".
module vector_walk #(
  parameter int unsigned Columns = 16,
  parameter int unsigned Slices = 1,      // G
  parameter int unsigned WordsOfHalf = 2, // scratchpad words of a row of int16
  parameter int unsigned WordsOfRow = 4,  // of int32
  parameter int unsigned ReduceLevels = 4,
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,
  input  logic                   start_i,
  input  logic [511:0]           incoming_i,    // with start_i
  input  logic [511:0]           instruction_i, // from the next cycle on
  output logic                   free_o,
  output logic                   finish_o,
  output logic [2:0]             words_o, // that are written for a row of the instruction
  // accumulator
  output logic                   accumulator_read_o,
  output logic [19:0]            accumulator_address_o,
  output logic                   accumulator_valid_q_o, // tags of the data, with the data
  output logic                   accumulator_is_b_q_o,
  output logic [1:0]             accumulator_word_q_o,
  // scratchpad
  output logic                   scratchpad_read_o,
  output logic [23:0]            scratchpad_address_o,
  output logic                   scratchpad_valid_q_o,
  output logic                   scratchpad_is_b_q_o,
  output logic [1:0]             scratchpad_word_q_o,
  // rows, one cycle after their last issue cycle
  output logic                   row_end_q_o,
  output logic [ColumnWidth-1:0] columns_q_o, // lanes that count
  output logic                   reduces_o    // the total of the row is there; it is written in the next cycle
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]            fault_i
`endif
);

  typedef enum logic [1:0] {Idle, Row, Pause} state_e;
  localparam logic [2:0] Int32 = 3'd2, Int16 = 3'd3, Pair = 3'd4, Wide = 3'd5, Immediate = 3'd7;
  localparam logic Accumulator = 1'b1;

  lockstep_pkg::elementwise_instruction_t elementwise, incoming;
  lockstep_pkg::reduce_instruction_t      reduce, incoming_reduce;
  assign elementwise = instruction_i;
  assign reduce = instruction_i;
  assign incoming = incoming_i;
  assign incoming_reduce = incoming_i;

  // ---- words and cycles of a row, taken at the start ----
  function automatic logic [2:0] words(input logic memory, input logic [2:0] element);
    case (element)
      Int32: words = memory == Accumulator ? 3'd1 : 3'(WordsOfRow);
      Int16: words = 3'(WordsOfHalf);
      Pair, Wide: words = 3'd2;
      Immediate: words = 3'd0;
      default: words = 3'd1;
    endcase
  endfunction

  function automatic logic [7:0] larger(input logic [7:0] a, input logic [7:0] b);
    larger = a > b ? a : b;
  endfunction

  logic       is_reduce_d, is_reduce_q, a_memory_d, a_memory_q, b_memory_d, b_memory_q;
  logic [2:0] a_words_d, a_words_q, b_words_d, b_words_q, words_d;
  logic [7:0] reads_d, cycles_d, phase_end_q; // cycles of its reads, all cycles, and the last of these as an index

  always_comb begin
    is_reduce_d = 1'b0;
    a_memory_d = 1'b0;
    b_memory_d = 1'b0;
    a_words_d = '0;
    b_words_d = '0;
    words_d = '0;
    reads_d = '0;
    cycles_d = '0;
    if (start_i) begin
      is_reduce_d = incoming.opcode == lockstep_pkg::OPCODE_REDUCE;
      a_memory_d = is_reduce_d ? incoming_reduce.a_memory : incoming.a_memory;
      b_memory_d = incoming.b_memory;
      a_words_d = is_reduce_d ? words(incoming_reduce.a_memory, incoming_reduce.a_type)
                              : words(incoming.a_memory, incoming.a_type);
      b_words_d = is_reduce_d ? 3'd0 : words(incoming.b_memory, incoming.b_type);
      words_d = is_reduce_d ? 3'd1 : words(incoming.output_memory, incoming.output_type);
      reads_d = a_memory_d == b_memory_d ? 8'(a_words_d) + 8'(b_words_d) : larger(8'(a_words_d), 8'(b_words_d));
      cycles_d = larger(larger(8'(Slices), reads_d), 8'(words_d));
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      is_reduce_q <= is_reduce_d;
      a_memory_q  <= a_memory_d;
      b_memory_q  <= b_memory_d;
      a_words_q   <= a_words_d;
      b_words_q   <= b_words_d;
      words_o     <= words_d;
      phase_end_q <= cycles_d - 8'd1;
    end
  end

  // ---- states ----
  state_e     state_q, state_d;
  logic [7:0] phase_q;
  logic [8:0] pause_q;
  logic       over_q, row_end, row_complete, all_end, pauses;
  logic [2:0] last, level;

  assign free_o = state_q == Idle;
  assign row_end = state_q == Row && phase_q == phase_end_q;
  assign row_complete = row_end && (!is_reduce_q || last[0]); // all slices of a reduced row
  assign all_end = row_end && last == '1;
  assign pauses = is_reduce_q ? row_complete : all_end;
  assign finish_o = state_q == Pause && pause_q == 9'd1 && over_q;
  assign reduces_o = state_q == Pause && pause_q == 9'd2 && is_reduce_q;

  always_comb begin
    state_d = state_q;
    case (state_q)
      Idle: if (start_i) state_d = Row;
      Row: if (pauses) state_d = Pause;
      Pause: if (pause_q == 9'd1) state_d = over_q ? Idle : Row;
      default: state_d = Idle;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= Idle;
    else if (clear_i) state_q <= Idle;
    else state_q <= state_d;
  end

  always_ff @(posedge clk_i) begin
    if (start_i) phase_q <= '0;
    else if (state_q == Row) phase_q <= row_end ? '0 : phase_q + 8'd1;
    if (pauses) begin
      pause_q <= is_reduce_q ? 9'(4 + Slices + ReduceLevels) : 9'(8 + Slices) + 9'(words_o);
`ifdef LOCKSTEP_FAULTS
      if (fault_i == 8'd15 && !is_reduce_q) pause_q <= 9'(7 + Slices) + 9'(words_o);
`endif
      over_q  <= all_end;
    end else if (state_q == Pause) begin
      pause_q <= pause_q - 9'd1;
    end
  end

  // ---- addresses of the rows ----
  logic [23:0] a_address, b_address;
  logic [59:0] a_strides;
  logic [47:0] b_strides;

  always_comb begin
    a_strides = '0;
    b_strides = '0;
    if (row_end) begin
      a_strides = is_reduce_q ? {20'd0, reduce.a_stride_1, reduce.a_stride_0}
                              : {20'($signed(elementwise.a_stride_2)), 20'($signed(elementwise.a_stride_1)),
                                 20'($signed(elementwise.a_stride_0))};
      b_strides = {elementwise.b_stride_2, elementwise.b_stride_1, elementwise.b_stride_0};
    end
  end

  nest_counter #(.Levels(3), .CountWidth(16)) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i (clear_i || start_i),
    .step_i  (row_end),
    .counts_i(is_reduce_q ? {16'd1, reduce.count_1, reduce.count_0}
                          : {elementwise.count_2, elementwise.count_1, elementwise.count_0}),
    .first_o (),
    .last_o  (last),
    .level_o (level),
    .done_o  ()
  );

  nest_address #(.Levels(3), .Width(24), .StrideWidth(20)) u_a_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (is_reduce_d ? incoming_reduce.a_address : incoming.a_address),
    .step_i   (row_end),
    .level_i  (level),
    .strides_i(a_strides),
    .address_o(a_address),
    .next_o   ()
  );

  nest_address #(.Levels(3), .Width(24), .StrideWidth(16)) u_b_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (incoming.b_address),
    .step_i   (row_end && !is_reduce_q),
    .level_i  (level),
    .strides_i(b_strides),
    .address_o(b_address),
    .next_o   ()
  );

  // ---- reads ----
  logic        reads_a, reads_b;
  logic [7:0]  b_first; // phase of the first word of b
  logic [1:0]  a_word, b_word;
  logic [23:0] a_word_address, b_word_address;

  assign b_first = a_memory_q == b_memory_q ? 8'(a_words_q) : 8'd0;
  assign reads_a = state_q == Row && phase_q < 8'(a_words_q);
  assign reads_b = state_q == Row && phase_q >= b_first && phase_q < b_first + 8'(b_words_q);
  assign a_word = 2'(phase_q);
  assign b_word = 2'(phase_q - b_first);
  assign a_word_address = a_address + 24'(a_word);
  assign b_word_address = b_address + 24'(b_word);

  assign accumulator_read_o = (reads_a && a_memory_q == Accumulator) || (reads_b && b_memory_q == Accumulator);
  assign accumulator_address_o = reads_a && a_memory_q == Accumulator ? a_word_address[19:0] : b_word_address[19:0];
  assign scratchpad_read_o = (reads_a && a_memory_q != Accumulator) || (reads_b && b_memory_q != Accumulator);
  assign scratchpad_address_o = reads_a && a_memory_q != Accumulator ? a_word_address : b_word_address;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      accumulator_valid_q_o <= 1'b0;
      scratchpad_valid_q_o  <= 1'b0;
      row_end_q_o           <= 1'b0;
    end else begin
      accumulator_valid_q_o <= accumulator_read_o;
      scratchpad_valid_q_o  <= scratchpad_read_o;
      row_end_q_o           <= row_end;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Row) begin
      accumulator_is_b_q_o <= !(reads_a && a_memory_q == Accumulator);
      accumulator_word_q_o <= reads_a && a_memory_q == Accumulator ? a_word : b_word;
      scratchpad_is_b_q_o  <= !(reads_a && a_memory_q != Accumulator);
      scratchpad_word_q_o  <= reads_a && a_memory_q != Accumulator ? a_word : b_word;
      columns_q_o          <= is_reduce_q && last[0] ? ColumnWidth'(reduce.last_columns) : ColumnWidth'(Columns);
    end
  end

endmodule
