// Collects the slices of a row that is rescaled and writes it: as one word of bytes, as WordsOfHalf words of int16, as
// WordsOfRow words of int32, or, turned, column by column after its group. Slices of bytes and int16 come in stage 4 of
// the pipeline, and the last word is written two cycles after the last of them; slices of int32 come in stage 2, and
// their last word is written in the cycle in which the byte row would be.
module vector_output #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  parameter int unsigned WordsOfHalf = 2,
  parameter int unsigned WordsOfRow = 4,
  localparam int unsigned LaneWidth = $clog2(VectorBytes + 1),
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  // int32 slices: visible in the row from the next cycle on
  input  logic                     wide_valid_i,
  input  logic [7:0]               wide_slice_i,
  input  logic [ColumnWidth-1:0]   wide_columns_i,
  input  logic [32*Lanes-1:0]      wide_i,
  input  logic                     last_word_i, // the row is complete: keep its last word
  input  logic                     word_valid_i, // one cycle later for the last word
  input  logic [1:0]               word_i,
  // slices of bytes or of int16
  input  logic                     byte_valid_i,
  input  logic                     half_valid_i,
  input  logic [7:0]               slice_i,
  input  logic [ColumnWidth-1:0]   columns_i,
  input  logic [32*Lanes-1:0]      results_i,
  // cycle of the write
  input  logic                     write_i,
  input  logic                     write_wide_i,
  input  logic                     write_half_i,
  input  logic                     write_last_i, // of int16: the last word of the row
  input  logic                     turn_i,
  input  logic [LaneWidth-1:0]     turn_row_i,
  input  logic [23:0]              address_i,
  // turned group
  input  logic                     drain_i,
  input  logic [LaneWidth-1:0]     drain_column_i,
  input  logic [LaneWidth-1:0]     drain_rows_i,
  input  logic [23:0]              drain_address_i,
  // scratchpad
  output logic                     write_o,
  output logic [23:0]              address_o,
  output logic [8*VectorBytes-1:0] data_o
);

  localparam int unsigned WordWidth = 8 * VectorBytes;

  logic [32*Columns-1:0]           wide_row_q;
  logic [WordsOfRow*WordWidth-1:0] wide_words;
  logic [WordWidth-1:0]            last_word_q, word_q, turned, column;
  logic [8*Columns-1:0]            byte_row_q;
  logic [16*Columns-1:0]           half_row_d, half_row_q;
  logic [WordsOfHalf*WordWidth-1:0] half_words;
  logic                            drain_q;
  logic [LaneWidth-1:0]            drain_rows_q;
  logic [23:0]                     drain_address_q;

  always_ff @(posedge clk_i) begin
    if (wide_valid_i) begin
      for (int unsigned c = 0; c < Columns; c++) begin
        if (wide_slice_i == 8'(c / Lanes))
          wide_row_q[32*c +: 32] <= ColumnWidth'(c) < wide_columns_i ? wide_i[32*(c % Lanes) +: 32] : '0;
      end
    end
    if (last_word_i) last_word_q <= wide_words[(WordsOfRow-1)*WordWidth +: WordWidth];
    if (word_valid_i) begin
      if (word_i == 2'(WordsOfRow - 1)) word_q <= last_word_q;
      else word_q <= WordWidth'(wide_words >> (32'(word_i) * WordWidth));
    end
    if (byte_valid_i) begin
      for (int unsigned c = 0; c < Columns; c++) begin
        if (slice_i == 8'(c / Lanes))
          byte_row_q[8*c +: 8] <= ColumnWidth'(c) < columns_i ? results_i[32*(c % Lanes) +: 8] : '0;
      end
    end
    if (half_valid_i) half_row_q <= half_row_d;
  end

  // The first of two words of int16 is written in the cycle of the row's last slice, the last word one cycle later.
  always_comb begin
    half_row_d = '0;
    half_words = '0;
    if (half_valid_i || (write_i && write_half_i)) begin
      half_row_d = half_row_q;
      for (int unsigned c = 0; c < Columns; c++) begin
        if (half_valid_i && slice_i == 8'(c / Lanes))
          half_row_d[16*c +: 16] = ColumnWidth'(c) < columns_i ? results_i[32*(c % Lanes) +: 16] : '0;
      end
      half_words = (WordsOfHalf*WordWidth)'(write_last_i ? half_row_q : half_row_d);
    end
  end
  assign wide_words = (WordsOfRow*WordWidth)'(wide_row_q);

  turner #(.Lanes(VectorBytes), .Chunks(1), .Buffers(1)) u_turner (
    .clk_i,
    .write_i     (write_i && turn_i),
    .write_page_i(1'b0),
    .write_row_i (turn_row_i),
    .write_data_i(WordWidth'(byte_row_q)),
    .read_i      (drain_i),
    .read_page_i (1'b0),
    .read_lane_i (drain_column_i),
    .read_data_o (turned)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) drain_q <= 1'b0;
    else drain_q <= drain_i;
  end
  always_ff @(posedge clk_i) begin
    if (drain_i) begin
      drain_rows_q    <= drain_rows_i;
      drain_address_q <= drain_address_i;
    end
  end

  always_comb begin
    column = '0;
    if (drain_q) begin
      for (int unsigned i = 0; i < VectorBytes; i++) begin
        if (LaneWidth'(i) < drain_rows_q) column[8*i +: 8] = turned[8*i +: 8];
      end
    end
  end

  assign write_o = (write_i && !turn_i) || drain_q;
  assign address_o = drain_q ? drain_address_q : address_i;
  assign data_o = drain_q ? column : write_wide_i ? word_q :
                  !write_half_i ? WordWidth'(byte_row_q) :
                  write_last_i ? half_words[(WordsOfHalf-1)*WordWidth +: WordWidth] : half_words[WordWidth-1:0];

endmodule
