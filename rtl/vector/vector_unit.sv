// Vector unit: accumulator rows to scratchpad words. One instruction at a time; a row that is issued in cycle x is
// written in x + 6. Timing: manual, chapter "Vector unit".
module vector_unit #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  // queue
  input  logic                     head_valid_i,
  input  logic [511:0]             head_i,
  input  logic                     head_is_sync_i,
  input  logic [20:0]              head_posts_i,
  input  logic                     waits_ready_i,
  output logic                     start_o,
  output logic                     finish_o,
  output logic [20:0]              posts_o,
  output logic                     unfinished_o, // started and not finished, before this cycle
  // accumulator
  output logic                     read_o,
  output logic [19:0]              read_address_o,
  output logic                     read_enable_o, // read_data_i is needed
  input  logic [32*Columns-1:0]    read_data_i,
  // scratchpad
  output logic                     write_o,
  output logic [23:0]              write_address_o,
  output logic [8*VectorBytes-1:0] write_data_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned Latency = 6;
  localparam int unsigned Slices = Columns / Lanes;
  localparam int unsigned WordsOfRow = (4 * Columns + VectorBytes - 1) / VectorBytes;
  localparam int unsigned LaneWidth = $clog2(VectorBytes + 1);
  localparam int unsigned ColumnWidth = $clog2(Columns + 1);

  logic                   free;
  logic [511:0]           instruction;
  logic                   parameters, slice_valid, row_end, word_valid, drain;
  logic [1:0]             parameter_kind, word;
  logic [7:0]             slice;
  logic [ColumnWidth-1:0] channel, columns;
  logic [23:0]            local_address, drain_address;
  logic [LaneWidth-1:0]   group_row, drain_column, drain_rows;

  assign start_o = head_valid_i && waits_ready_i && free;
  assign unfinished_o = !free;
  always_ff @(posedge clk_i) begin
    if (start_o) posts_o <= head_posts_i;
  end

  vector_issue #(
    .VectorBytes(VectorBytes), .Columns(Columns), .Slices(Slices), .WordsOfRow(WordsOfRow), .Latency(Latency)
  ) u_issue (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i        (start_o),
    .is_sync_i      (head_is_sync_i),
    .instruction_i  (head_i),
    .free_o         (free),
    .finish_o,
    .instruction_o  (instruction),
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
  assign requantize = instruction;
  logic int32;
  assign int32 = requantize.output_type[1];

  // ---- tags: index k is k + 1 cycles after the issue ----
  logic [Latency-1:0]     slice_q, write_q, word_valid_q;
  localparam int unsigned TagWidth = 8 + 2 * ColumnWidth + 2 + 24 + LaneWidth;
  logic [Latency*TagWidth-1:0] tags_q;
  logic [TagWidth-1:0]    tag;
  logic [8*Latency-1:0]   slice_index_q;
  logic [ColumnWidth*Latency-1:0] channel_q, columns_q;
  logic [2*Latency-1:0]   word_q;
  logic [24*Latency-1:0]  address_q;
  logic [LaneWidth*Latency-1:0] group_row_q;
  logic                   parameters_q;
  logic [1:0]             parameter_kind_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      slice_q      <= '0;
      write_q      <= '0;
      word_valid_q <= '0;
      parameters_q <= 1'b0;
    end else begin
      slice_q      <= {slice_q[Latency-2:0], slice_valid};
      write_q      <= {write_q[Latency-2:0], int32 ? word_valid : row_end};
      word_valid_q <= {word_valid_q[Latency-2:0], word_valid};
      parameters_q <= parameters;
    end
  end

  assign tag = {group_row, local_address + (int32 ? 24'(word) : 24'd0), word, columns, channel, slice};
  for (genvar i = 0; i < Latency; i++) begin : gen_tag
    assign {group_row_q[LaneWidth*i +: LaneWidth], address_q[24*i +: 24], word_q[2*i +: 2],
            columns_q[ColumnWidth*i +: ColumnWidth], channel_q[ColumnWidth*i +: ColumnWidth], slice_index_q[8*i +: 8]}
           = tags_q[TagWidth*i +: TagWidth];
  end

  logic any; // something is in the pipeline
  assign any = slice_valid || row_end || word_valid || slice_q != '0 || write_q != '0;
  always_ff @(posedge clk_i) begin
    if (any) tags_q <= (Latency*TagWidth)'({tags_q, tag});
    if (parameters) parameter_kind_q <= parameter_kind;
  end

  // ---- pipeline ----
  assign read_enable_o = slice_q[0] || parameters_q;

  logic [32*Lanes-1:0] values, biases, multipliers, wide;
  logic [6*Lanes-1:0]  shifts, late_shifts;
  logic [8*Lanes-1:0]  bytes;

  always_comb begin
    values = '0;
    if (slice_q[0]) begin
      for (int unsigned s = 0; s < Slices; s++) begin
        if (slice_index_q[0 +: 8] == 8'(s)) values = read_data_i[32*Lanes*s +: 32*Lanes];
      end
    end
  end

  vector_parameters #(.Columns(Columns), .Lanes(Lanes)) u_parameters (
    .clk_i,
    .write_i      (parameters_q),
    .parameter_i  (parameter_kind_q),
    .row_i        (read_data_i),
    .instruction_i(instruction),
    .valid_i      (slice_q[3:0]),
    .slices_i     (slice_index_q[31:0]),
    .channels_i   (channel_q[4*ColumnWidth-1:0]),
    .biases_o     (biases),
    .multipliers_o(multipliers),
    .shifts_o     (shifts),
    .late_shifts_o(late_shifts)
  );

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    requantize_lane u_lane (
      .clk_i,
      .valid_i     (slice_q[4:0]),
      .value_i     (values[32*l +: 32]),
      .bias_i      (biases[32*l +: 32]),
      .multiplier_i(multipliers[32*l +: 32]),
      .shift_i     (shifts[6*l +: 6]),
      .late_shift_i(late_shifts[6*l +: 6]),
      .zero_point_i(requantize.output_zero_point),
      .minimum_i   (requantize.clamp_minimum),
      .maximum_i   (requantize.clamp_maximum),
      .wide_o      (wide[32*l +: 32]),
      .result_o    (bytes[8*l +: 8])
`ifdef LOCKSTEP_FAULTS
      , .fault_i
`endif
    );
  end

  vector_output #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes), .WordsOfRow(WordsOfRow)) u_output (
    .clk_i,
    .rst_ni,
    .wide_valid_i   (slice_q[2] && int32),
    .wide_slice_i   (slice_index_q[16 +: 8]),
    .wide_columns_i (columns_q[2*ColumnWidth +: ColumnWidth]),
    .wide_i         (wide),
    .last_word_i    (word_valid_q[3] && word_q[6 +: 2] == 2'(WordsOfRow - 1)),
    .word_valid_i   (word_valid_q[4]),
    .word_i         (word_q[8 +: 2]),
    .byte_valid_i   (slice_q[4] && !int32),
    .byte_slice_i   (slice_index_q[32 +: 8]),
    .byte_columns_i (columns_q[4*ColumnWidth +: ColumnWidth]),
    .bytes_i        (bytes),
    .write_i        (write_q[5]),
    .write_wide_i   (int32),
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
