// Matrix unit: tiles of a matrix product, accumulated. A loader fills one weight buffer of the array while vectors use
// the other; up to 16 instructions are started and not finished. Timing: manual, chapter "Matrix unit".
module matrix_unit #(
  parameter int unsigned Rows = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned StageRows = 4,
  parameter int unsigned StageColumns = 4,
  parameter int unsigned WordsPerCycle = 1,
  localparam int unsigned Lanes = Rows > Columns ? Rows : Columns
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  input  logic                             clear_i,
  // queue
  input  logic                             head_valid_i,
  input  logic [511:0]                     head_i,
  input  logic                             head_is_sync_i,
  input  logic [20:0]                      head_posts_i,
  input  logic                             waits_ready_i,
  output logic                             start_o,
  output logic                             finish_o,
  output logic [20:0]                      posts_o,
  output logic                             unfinished_o, // started and not finished, before this cycle
  // scratchpad
  output logic                             loader_read_o,
  output logic [23:0]                      loader_address_o,
  input  logic [8*Lanes*WordsPerCycle-1:0] loader_data_i,
  output logic                             stream_read_o,
  output logic [23:0]                      stream_address_o,
  input  logic [8*Lanes-1:0]               stream_data_i,
  // accumulator
  output logic                             accumulator_read_o,
  output logic [19:0]                      accumulator_read_address_o,
  input  logic [32*Columns-1:0]            accumulator_read_data_i,
  output logic                             accumulator_write_o,
  output logic [19:0]                      accumulator_write_address_o,
  output logic [32*Columns-1:0]            accumulator_write_data_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]                      fault_i
`endif
);

  localparam int unsigned Stages = (Rows + StageRows - 1) / StageRows + (Columns + StageColumns - 1) / StageColumns;
  localparam int unsigned RowCount = $clog2(Rows + 1);
  localparam int unsigned ColumnCount = $clog2(Columns + 1);
  localparam int unsigned GroupWidth = $clog2((Lanes + WordsPerCycle - 1) / WordsPerCycle + 1);
  localparam int unsigned WeightLanes = Lanes * WordsPerCycle;

  logic start_matmul, loader_free, loaded, used_up, full, empty, complete;

  assign start_o = head_valid_i && waits_ready_i && loader_free && !full;
  assign start_matmul = start_o && !head_is_sync_i;
  assign unfinished_o = !empty;

  order_queue #(.Depth(16)) u_order (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i      (start_o),
    .push_sync_i (head_is_sync_i),
    .push_posts_i(head_posts_i),
    .complete_i  (complete),
    .finish_o,
    .posts_o,
    .full_o      (full),
    .empty_o     (empty)
  );

  // ---- stationary words ----
  logic                     words_valid, words_turned, words_buffer, words_unsigned;
  logic [GroupWidth-1:0]    words_group;
  logic [8:0]               words_zero_point;
  logic                     weights_valid_q, weights_turned_q, weights_buffer_q;
  logic [GroupWidth-1:0]    weights_group_q;
  logic [9*WeightLanes-1:0] weights;

  matrix_loader #(.Rows(Rows), .Columns(Columns), .WordsPerCycle(WordsPerCycle)) u_loader (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i       (start_matmul),
    .instruction_i (head_i),
    .free_o        (loader_free),
    .loaded_o      (loaded),
    .used_up_i     (used_up),
    .read_o        (loader_read_o),
    .address_o     (loader_address_o),
    .valid_q_o     (words_valid),
    .turned_q_o    (words_turned),
    .buffer_q_o    (words_buffer),
    .group_q_o     (words_group),
    .unsigned_q_o  (words_unsigned),
    .zero_point_q_o(words_zero_point)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  zero_point #(.Lanes(WeightLanes)) u_weights (
    .clk_i,
    .valid_i     (words_valid),
    .unsigned_i  (words_unsigned),
    .zero_point_i(words_zero_point),
    .count_i     (($clog2(WeightLanes + 1))'(WeightLanes)),
    .data_i      (loader_data_i),
    .data_o      (weights)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) weights_valid_q <= 1'b0;
    else weights_valid_q <= words_valid;
  end
  always_ff @(posedge clk_i) begin
    if (words_valid) begin
      weights_turned_q <= words_turned;
      weights_buffer_q <= words_buffer;
      weights_group_q  <= words_group;
    end
  end

  // ---- vectors: read in cycle u, elements in u + 1, at the array in u + 2 ----
  logic                ends, drained, buffer, is_unsigned, overwrite;
  logic [8:0]          streamed_zero_point;
  logic [7:0]          rows, columns;
  logic [19:0]         target;
  logic                read_q, buffer_q, unsigned_q, vector_q, vector_buffer_q;
  logic [8:0]          zero_point_q;
  logic [RowCount-1:0] rows_q;
  logic [9*Rows-1:0]   vector;

  matrix_streamer #(.Rows(Rows), .Columns(Columns)) u_streamer (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i              (start_matmul),
    .instruction_i        (head_i),
    .loaded_i             (loaded),
    .used_up_o            (used_up),
    .ends_o               (ends),
    .empty_o              (drained),
    .read_o               (stream_read_o),
    .address_o            (stream_address_o),
    .buffer_o             (buffer),
    .unsigned_o           (is_unsigned),
    .zero_point_o         (streamed_zero_point),
    .rows_o               (rows),
    .columns_o            (columns),
    .overwrite_o          (overwrite),
    .accumulator_address_o(target)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q   <= 1'b0;
      vector_q <= 1'b0;
    end else begin
      read_q   <= stream_read_o;
      vector_q <= read_q;
    end
  end
  always_ff @(posedge clk_i) begin
    if (stream_read_o) begin
      buffer_q     <= buffer;
`ifdef LOCKSTEP_FAULTS
      unsigned_q   <= is_unsigned && fault_i != 8'd11;
      zero_point_q <= fault_i == 8'd14 ? '0 : streamed_zero_point;
      rows_q       <= fault_i == 8'd10 ? RowCount'(Rows) : RowCount'(rows);
`else
      unsigned_q   <= is_unsigned;
      zero_point_q <= streamed_zero_point;
      rows_q       <= RowCount'(rows);
`endif
    end
    if (read_q) vector_buffer_q <= buffer_q;
  end

  zero_point #(.Lanes(Rows)) u_vector (
    .clk_i,
    .valid_i     (read_q),
    .unsigned_i  (unsigned_q),
    .zero_point_i(zero_point_q),
    .count_i     (rows_q),
    .data_i      (stream_data_i[8*Rows-1:0]),
    .data_o      (vector)
  );

  logic [32*Columns-1:0] sums;
  mesh #(
    .Rows(Rows), .Columns(Columns), .StageRows(StageRows), .StageColumns(StageColumns), .WordsPerCycle(WordsPerCycle)
  ) u_mesh (
    .clk_i,
    .rst_ni,
    .valid_i         (vector_q),
    .buffer_i        (vector_buffer_q),
    .x_i             (vector),
    .sums_o          (sums),
    .weights_valid_i (weights_valid_q),
    .weights_turned_i(weights_turned_q),
    .weights_buffer_i(weights_buffer_q),
    .weights_group_i (weights_group_q),
    .weights_i       (weights)
  );

  // ---- sums: old word read in u + Stages, added in u + 1 + Stages, written in u + 2 + Stages ----
  logic                    sum_valid;
  logic [21+ColumnCount:0] vector_tag, sum_tag;
  assign vector_tag = {ends, overwrite, target, ColumnCount'(columns)};
  delay_line #(.Width(22 + ColumnCount), .Stages(Stages)) u_tags (
    .clk_i,
    .rst_ni,
    .valid_i(stream_read_o),
    .data_i (vector_tag),
    .valid_o(sum_valid),
    .data_o (sum_tag)
  );

  accumulate #(.Columns(Columns)) u_accumulate (
    .clk_i,
    .rst_ni,
    .clear_i,
    .valid_i        (sum_valid),
    .address_i      (sum_tag[ColumnCount +: 20]),
    .overwrite_i    (sum_tag[ColumnCount + 20]),
    .ends_i         (sum_tag[ColumnCount + 21]),
    .columns_i      (sum_tag[ColumnCount-1:0]),
    .read_o         (accumulator_read_o),
    .read_address_o (accumulator_read_address_o),
    .read_data_i    (accumulator_read_data_i),
    .sums_i         (sums),
    .write_o        (accumulator_write_o),
    .write_address_o(accumulator_write_address_o),
    .write_data_o   (accumulator_write_data_o),
    .complete_o     (complete)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  logic unused;
  assign unused = drained; // the counters look at it

endmodule
