// Issues a requantize: parameter rows, then accumulator rows, each for RowCycles cycles, and pauses where the pipeline
// must empty: at the end, before the next parameter rows, and after a group of rows that is turned. A pause after last
// issue cycle x lasts Latency cycles, after a turned group Latency + columns, in the last of which its words are
// written.
module vector_issue #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Slices = 1,     // cycles to rescale a row
  parameter int unsigned WordsOfHalf = 2, // scratchpad words of an int16 row
  parameter int unsigned WordsOfRow = 4, // of an int32 row
  parameter int unsigned Latency = 6,
  localparam int unsigned LaneWidth = $clog2(VectorBytes + 1),
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,
  input  logic                   start_i,
  input  logic                   is_sync_i,
  input  logic [511:0]           incoming_i,    // with start_i
  input  logic [511:0]           instruction_i, // from the next cycle on
  output logic                   free_o,
  output logic                   finish_o,
  // accumulator
  output logic                   read_o,
  output logic [19:0]            address_o,
  // what is issued in this cycle
  output logic                   parameters_o,
  output logic [1:0]             parameter_o, // 0 bias, 1 multiplier, 2 shift
  output logic                   slice_valid_o,
  output logic [7:0]             slice_o,
  output logic [ColumnWidth-1:0] channel_o, // lane of the row's parameters if they lie along the rows
  output logic [ColumnWidth-1:0] columns_o,
  output logic                   row_end_o,
  output logic                   word_valid_o, // int16, int32: word_o of the row
  output logic [1:0]             word_o,
  output logic [23:0]            local_address_o, // of the row's first word
  output logic [LaneWidth-1:0]   group_row_o,     // row within its turned group
  // draining of a turned group
  output logic                   drain_o,
  output logic [LaneWidth-1:0]   drain_column_o,
  output logic [LaneWidth-1:0]   drain_rows_o,
  output logic [23:0]            drain_address_o
);

  typedef enum logic [2:0] {Idle, Sync, Parameters, Row, Pause} state_e;

  lockstep_pkg::requantize_instruction_t requantize, incoming;
  state_e                 state_q, state_d, next_issue;
  logic [1:0]             parameter_q, parameter_last;
  logic [7:0]             phase_q;
  logic [8:0]             pause_q, pause_d;
  logic                   over_q, int16, int32, last_phase, row_end, block_end, all_end, group_end, refetch, row_read;
  logic                   drains_q, any_parameters, incoming_parameters;
  logic [1:0]             last, level;
  logic [ColumnWidth-1:0] columns, channel_q, drain_columns_q;
  logic [LaneWidth-1:0]   group_row_q, drain_column_q, drain_rows_q;
  logic [19:0]            row_address, parameter_address_q;
  logic [23:0]            drain_address_q;

  assign requantize = instruction_i;
  assign incoming = incoming_i;
  assign int32 = requantize.output_type == 4'd2;
  assign int16 = requantize.output_type == 4'd3;
  assign any_parameters = requantize.has_bias || requantize.per_channel;
  assign incoming_parameters = incoming.has_bias || incoming.per_channel;
  assign parameter_last = requantize.per_channel ? 2'd2 : 2'd0;
  assign columns = last[1] ? ColumnWidth'(requantize.last_columns) : ColumnWidth'(Columns);
  assign free_o = state_q == Idle;

  // ---- what follows a row's last cycle ----
  localparam int unsigned Cycles8 = Slices;
  localparam int unsigned Cycles16 = Slices > WordsOfHalf ? Slices : WordsOfHalf;
  localparam int unsigned Cycles32 = Slices > WordsOfRow ? Slices : WordsOfRow;
  assign last_phase = phase_q == (int32 ? 8'(Cycles32 - 1) : int16 ? 8'(Cycles16 - 1) : 8'(Cycles8 - 1));
  assign row_end = state_q == Row && last_phase;
  assign block_end = row_end && last[0];
  assign all_end = block_end && last[1];
  assign group_end = row_end && requantize.transpose && (last[0] || group_row_q == LaneWidth'(VectorBytes - 1));
  assign refetch = row_end && any_parameters
                   && (last[0] || (requantize.channel_axis && channel_q == ColumnWidth'(Columns - 1)));
  assign pause_d = group_end ? 9'(Latency) + 9'(columns) : 9'(Latency);

  always_comb begin
    state_d = state_q;
    next_issue = refetch ? Parameters : Row; // used with row_end
    case (state_q)
      Idle: if (start_i) state_d = is_sync_i ? Sync : incoming_parameters ? Parameters : Row;
      Sync: state_d = Idle;
      Parameters: if (parameter_q == parameter_last) state_d = Row;
      Row: if (row_end) state_d = all_end || group_end || refetch ? Pause : Row;
      Pause: if (pause_q == 9'd1) state_d = over_q ? Idle : after_q;
      default: state_d = Idle;
    endcase
  end

  state_e after_q; // state after the pause
  assign finish_o = state_q == Sync || (state_q == Pause && pause_q == 9'd1 && over_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      after_q <= Row;
      pause_q <= '0;
      over_q  <= 1'b0;
    end else if (clear_i) begin
      state_q <= Idle;
    end else begin
      state_q <= state_d;
      if (row_end) begin
        after_q <= next_issue;
        pause_q <= pause_d;
        over_q  <= all_end;
      end else if (state_q == Pause) begin
        pause_q <= pause_q - 9'd1;
      end
    end
  end

  // ---- counters ----
  always_ff @(posedge clk_i) begin
    if (start_i) begin
      parameter_q         <= incoming.has_bias ? 2'd0 : 2'd1;
      parameter_address_q <= incoming.parameter_address;
      phase_q             <= '0;
      channel_q           <= '0;
      group_row_q         <= '0;
    end else if (state_q == Parameters) begin
      parameter_q         <= parameter_q == parameter_last ? (requantize.has_bias ? 2'd0 : 2'd1) : parameter_q + 2'd1;
      parameter_address_q <= parameter_address_q + 20'd1;
    end else if (state_q == Row) begin
      phase_q <= last_phase ? '0 : phase_q + 8'd1;
      if (row_end) channel_q <= last[0] || channel_q == ColumnWidth'(Columns - 1) ? '0 : channel_q + 1'b1;
      if (row_end) group_row_q <= group_end || last[0] ? '0 : group_row_q + 1'b1;
      // Parameters along the rows begin again with every block of columns.
      if (block_end && requantize.channel_axis) parameter_address_q <= requantize.parameter_address;
    end
  end

  nest_counter #(.Levels(2), .CountWidth(16)) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i (clear_i || start_i),
    .step_i  (row_end),
    .counts_i({requantize.count_1, requantize.count_0}),
    .first_o (),
    .last_o  (last),
    .level_o (level),
    .done_o  ()
  );

  nest_address #(.Levels(2), .Width(20), .StrideWidth(16)) u_row_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (incoming.accumulator_address),
    .step_i   (row_end),
    .level_i  (level),
    .strides_i({requantize.accumulator_stride_1, requantize.accumulator_stride_0}),
    .address_o(row_address),
    .next_o   ()
  );

  nest_address #(.Levels(2), .Width(24), .StrideWidth(20)) u_local_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (incoming.local_address),
    .step_i   (requantize.transpose ? group_end : row_end),
    .level_i  (level),
    .strides_i({requantize.local_stride_1, requantize.local_stride_0}),
    .address_o(local_address_o),
    .next_o   ()
  );

  // ---- issue ----
  assign row_read = state_q == Row && phase_q == '0;
  assign parameters_o = state_q == Parameters;
  assign parameter_o = parameter_q;
  assign read_o = row_read || parameters_o;
  assign address_o = parameters_o ? parameter_address_q : row_address;
  assign slice_valid_o = state_q == Row && phase_q < 8'(Slices);
  assign slice_o = phase_q;
  assign channel_o = channel_q;
  assign columns_o = columns;
  assign row_end_o = row_end;
  assign word_valid_o = state_q == Row && ((int32 && 32'(phase_q) + WordsOfRow >= Cycles32)
                                           || (int16 && 32'(phase_q) + WordsOfHalf >= Cycles16));
  assign word_o = 2'(phase_q - (int32 ? 8'(Cycles32 - WordsOfRow) : 8'(Cycles16 - WordsOfHalf)));
  assign group_row_o = group_row_q;

  // ---- drain ----
  // A column is read one cycle before it is written.
  assign drain_o = state_q == Pause && drains_q && pause_q <= 9'(drain_columns_q) + 9'd1 && pause_q != 9'd1;
  assign drain_column_o = drain_column_q;
  assign drain_rows_o = drain_rows_q;
  assign drain_address_o = drain_address_q;

  always_ff @(posedge clk_i) begin
    if (row_end) begin
      drains_q        <= group_end;
      drain_columns_q <= columns;
      drain_column_q  <= '0;
      drain_rows_q    <= group_row_q + 1'b1;
      drain_address_q <= local_address_o;
    end else if (drain_o) begin
      drain_column_q  <= drain_column_q + 1'b1;
      drain_address_q <= drain_address_q + 24'($signed(requantize.transpose_stride));
    end
  end

endmodule
