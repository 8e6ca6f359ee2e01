// Carries out requantize: accumulator rows go through the lanes to the scratchpad; a row that is issued in cycle x is
// written in x + 6. Index k of a tag, and stage k of the lanes, is k + 1 cycles after the issue. The lanes themselves
// are outside, because elementwise uses them too.
module vector_requantize #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  input  logic                     start_i,
  input  logic                     is_sync_i,
  input  logic [511:0]             incoming_i,    // with start_i
  input  logic [511:0]             instruction_i, // from the next cycle on
  input  logic                     int32_i,       // its settings
  input  logic                     int16_i,
  output logic                     free_o,
  output logic                     finish_o,
  // accumulator
  output logic                     read_o,
  output logic [19:0]              read_address_o,
  output logic                     read_enable_o, // read_data_i is needed
  input  logic [32*Columns-1:0]    read_data_i,
  // parameters
  output logic                     parameters_o, // read_data_i is a row of them
  output logic [1:0]               parameter_o,
  output logic [31:0]              slices_o,   // by stage
  output logic [4*ColumnWidth-1:0] channels_o, // by stage
  // lanes
  output logic [4:0]               valid_o, // by stage
  output logic [32*Lanes-1:0]      values_o, // stage 0
  input  logic [32*Lanes-1:0]      wide_i,    // stage 2
  input  logic [32*Lanes-1:0]      results_i, // stage 4
  // scratchpad
  output logic                     write_o,
  output logic [23:0]              write_address_o,
  output logic [8*VectorBytes-1:0] write_data_o
);

  localparam int unsigned Latency = 6;
  localparam int unsigned Slices = Columns / Lanes;
  localparam int unsigned WordsOfHalf = (2 * Columns + VectorBytes - 1) / VectorBytes;
  localparam int unsigned WordsOfRow = (4 * Columns + VectorBytes - 1) / VectorBytes;
  localparam int unsigned LaneWidth = $clog2(VectorBytes + 1);

  logic                   slice_valid, row_end, word_valid, drain, parameters;
  logic [1:0]             parameter_kind, word;
  logic [7:0]             slice;
  logic [ColumnWidth-1:0] channel, columns;
  logic [23:0]            local_address, drain_address;
  logic [LaneWidth-1:0]   group_row, drain_column, drain_rows;

  vector_issue #(
    .VectorBytes(VectorBytes), .Columns(Columns), .Slices(Slices), .WordsOfHalf(WordsOfHalf), .WordsOfRow(WordsOfRow),
    .Latency(Latency)
  ) u_issue (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i,
    .is_sync_i,
    .incoming_i,
    .instruction_i,
    .free_o,
    .finish_o,
    .read_o,
    .address_o      (read_address_o),
    .parameters_o   (parameters),
    .parameter_o    (parameter_kind),
    .slice_valid_o  (slice_valid),
    .slice_o        (slice),
    .channel_o      (channel),
    .columns_o      (columns),
    .row_end_o      (row_end),
    .word_valid_o   (word_valid),
    .word_o         (word),
    .local_address_o(local_address),
    .group_row_o    (group_row),
    .drain_o        (drain),
    .drain_column_o (drain_column),
    .drain_rows_o   (drain_rows),
    .drain_address_o(drain_address)
  );

  lockstep_pkg::requantize_instruction_t requantize;
  assign requantize = instruction_i;
  logic words; // rows of several words
  assign words = int32_i || int16_i;

  // ---- tags: index k is k + 1 cycles after the issue ----
  localparam int unsigned TagWidth = 8 + 2 * ColumnWidth + 2 + 24 + LaneWidth;
  logic [Latency-1:0]             slice_q, write_q, word_valid_q;
  logic [Latency*TagWidth-1:0]    tags_q, tags_d;
  logic [TagWidth-1:0]            tag;
  logic [8*Latency-1:0]           slice_index_q;
  logic [ColumnWidth*Latency-1:0] channel_q, columns_q;
  logic [2*Latency-1:0]           word_q;
  logic [24*Latency-1:0]          address_q;
  logic [LaneWidth*Latency-1:0]   group_row_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      slice_q      <= '0;
      write_q      <= '0;
      word_valid_q <= '0;
      parameters_o <= 1'b0;
    end else begin
      slice_q      <= {slice_q[Latency-2:0], slice_valid};
      write_q      <= {write_q[Latency-2:0], words ? word_valid : row_end};
      word_valid_q <= {word_valid_q[Latency-2:0], word_valid};
      parameters_o <= parameters;
    end
  end

  assign tag = {group_row, local_address + (words ? 24'(word) : 24'd0), word, columns, channel, slice};

  logic entered, any; // something is in the pipeline, or comes
  assign entered = slice_q != '0 || write_q != '0 || word_valid_q != '0;
  assign any = slice_valid || row_end || word_valid || entered;

  always_comb begin
    slice_index_q = '0;
    channel_q = '0;
    columns_q = '0;
    word_q = '0;
    address_q = '0;
    group_row_q = '0;
    if (entered) begin
      for (int unsigned i = 0; i < Latency; i++) begin
        {group_row_q[LaneWidth*i +: LaneWidth], address_q[24*i +: 24], word_q[2*i +: 2],
         columns_q[ColumnWidth*i +: ColumnWidth], channel_q[ColumnWidth*i +: ColumnWidth], slice_index_q[8*i +: 8]}
          = tags_q[TagWidth*i +: TagWidth];
      end
    end
  end

  always_comb begin
    tags_d = '0;
    if (any) tags_d = (Latency*TagWidth)'({tags_q, tag});
  end
  always_ff @(posedge clk_i) begin
    if (any) tags_q <= tags_d;
    if (parameters) parameter_o <= parameter_kind;
  end

  // ---- lanes ----
  assign read_enable_o = slice_q[0] || parameters_o;
  assign valid_o = slice_q[4:0];
  assign slices_o = slice_index_q[31:0];
  assign channels_o = channel_q[4*ColumnWidth-1:0];

  always_comb begin
    values_o = '0;
    if (slice_q[0]) begin
      for (int unsigned s = 0; s < Slices; s++) begin
        if (slice_index_q[0 +: 8] == 8'(s)) values_o = read_data_i[32*Lanes*s +: 32*Lanes];
      end
    end
  end

  vector_output #(
    .VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes), .WordsOfHalf(WordsOfHalf), .WordsOfRow(WordsOfRow)
  ) u_output (
    .clk_i,
    .rst_ni,
    .wide_valid_i   (slice_q[2] && int32_i),
    .wide_slice_i   (slice_index_q[16 +: 8]),
    .wide_columns_i (columns_q[2*ColumnWidth +: ColumnWidth]),
    .wide_i,
    .last_word_i    (word_valid_q[3] && int32_i && word_q[6 +: 2] == 2'(WordsOfRow - 1)),
    .word_valid_i   (word_valid_q[4] && int32_i),
    .word_i         (word_q[8 +: 2]),
    .byte_valid_i   (slice_q[4] && !words),
    .half_valid_i   (slice_q[4] && int16_i),
    .slice_i        (slice_index_q[32 +: 8]),
    .columns_i      (columns_q[4*ColumnWidth +: ColumnWidth]),
    .results_i,
    .write_i        (write_q[5]),
    .write_wide_i   (int32_i),
    .write_half_i   (int16_i),
    .write_last_i   (word_q[10 +: 2] == 2'(WordsOfHalf - 1)),
    .turn_i         (requantize.transpose),
    .turn_row_i     (group_row_q[5*LaneWidth +: LaneWidth]),
    .address_i      (address_q[120 +: 24]),
    .drain_i        (drain),
    .drain_column_i (drain_column),
    .drain_rows_i   (drain_rows),
    .drain_address_i(drain_address),
    .write_o,
    .address_o      (write_address_o),
    .data_o         (write_data_o)
  );

endmodule
