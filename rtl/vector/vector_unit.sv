// Vector unit: rescales accumulator rows (requantize), computes on rows of both memories (elementwise), reduces rows
// (reduce) and loads function tables (table). One instruction at a time. Timing: manual, chapter "Vector unit".
module vector_unit #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  parameter int unsigned Tables = 2
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
  output logic                     accumulator_read_o,
  output logic [19:0]              accumulator_read_address_o,
  output logic                     accumulator_enable_o, // the data is needed
  input  logic [32*Columns-1:0]    accumulator_read_data_i,
  output logic                     accumulator_write_o,
  output logic [19:0]              accumulator_write_address_o,
  output logic [32*Columns-1:0]    accumulator_write_data_o,
  // scratchpad
  output logic                     scratchpad_read_o,
  output logic [23:0]              scratchpad_read_address_o,
  input  logic [8*VectorBytes-1:0] scratchpad_read_data_i,
  output logic                     scratchpad_write_o,
  output logic [23:0]              scratchpad_write_address_o,
  output logic [8*VectorBytes-1:0] scratchpad_write_data_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned ColumnWidth = $clog2(Columns + 1);

  // ---- the current instruction ----
  logic [511:0] instruction_q;
  logic         is_table, is_rows; // rows: elementwise and reduce
  logic         free, requantize_free, rows_free, load_free, requantize_finish, rows_finish, load_finish;

  assign is_table = head_i[7:0] == lockstep_pkg::OPCODE_TABLE;
  assign is_rows = head_i[7:0] == lockstep_pkg::OPCODE_ELEMENTWISE || head_i[7:0] == lockstep_pkg::OPCODE_REDUCE;
  assign free = requantize_free && rows_free && load_free;
  assign start_o = head_valid_i && waits_ready_i && free;
  assign finish_o = requantize_finish || rows_finish || load_finish;
  assign unfinished_o = !free;

  always_ff @(posedge clk_i) begin
    if (start_o) begin
      posts_o       <= head_posts_i;
      instruction_q <= head_i;
    end
  end

  logic [2:0]  operation, table_index;
  logic [31:0] multiplier, minimum, maximum;
  logic [5:0]  shift;
  logic [8:0]  zero_point;
  logic [1:0]  table_function;
  logic        has_bias, per_channel, channel_axis, int32, int16;

  vector_settings u_settings (
    .clk_i,
    .start_i       (start_o),
    .instruction_i (head_i),
    .operation_o   (operation),
    .multiplier_o  (multiplier),
    .shift_o       (shift),
    .zero_point_o  (zero_point),
    .minimum_o     (minimum),
    .maximum_o     (maximum),
    .function_o    (table_function),
    .table_o       (table_index),
    .has_bias_o    (has_bias),
    .per_channel_o (per_channel),
    .channel_axis_o(channel_axis),
    .int32_o       (int32),
    .int16_o       (int16)
  );

  // ---- requantize (and sync) ----
  logic                     requantize_read, parameters, output_write;
  logic [19:0]              requantize_address;
  logic [1:0]               parameter_kind;
  logic [31:0]              slices;
  logic [4*ColumnWidth-1:0] channels;
  logic [4:0]               rescaled, lane_valid; // by stage of the lanes
  logic [32*Lanes-1:0]      rescaled_values, wide, lane_results;
  logic [23:0]              output_address;
  logic [8*VectorBytes-1:0] output_data;
  logic                     requantize_enable;

  vector_requantize #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes)) u_requantize (
    .clk_i, .rst_ni, .clear_i,
    .start_i        (start_o && !is_rows && !is_table),
    .is_sync_i      (head_is_sync_i),
    .incoming_i     (head_i),
    .instruction_i  (instruction_q),
    .int32_i        (int32),
    .int16_i        (int16),
    .free_o         (requantize_free),
    .finish_o       (requantize_finish),
    .read_o         (requantize_read),
    .read_address_o (requantize_address),
    .read_enable_o  (requantize_enable),
    .read_data_i    (accumulator_read_data_i),
    .parameters_o   (parameters),
    .parameter_o    (parameter_kind),
    .slices_o       (slices),
    .channels_o     (channels),
    .valid_o        (rescaled),
    .values_o       (rescaled_values),
    .wide_i         (wide),
    .results_i      (lane_results),
    .write_o        (output_write),
    .write_address_o(output_address),
    .write_data_o   (output_data)
  );

  // ---- elementwise and reduce ----
  logic                     rows_accumulator_read, rows_accumulator_enable, rows_scratchpad_read, result_write;
  logic [19:0]              rows_accumulator_address;
  logic [23:0]              rows_scratchpad_address, result_address;
  logic [8*VectorBytes-1:0] result_data;
  logic [32*Lanes-1:0]      a, b, results;
  logic [6:0]               computed; // by stage of the lanes, then of the functions

  vector_rows #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes)) u_rows (
    .clk_i, .rst_ni, .clear_i,
    .start_i                    (start_o && is_rows),
    .incoming_i                 (head_i),
    .instruction_i              (instruction_q),
    .free_o                     (rows_free),
    .finish_o                   (rows_finish),
    .accumulator_read_o         (rows_accumulator_read),
    .accumulator_read_address_o (rows_accumulator_address),
    .accumulator_enable_o       (rows_accumulator_enable),
    .accumulator_read_data_i,
    .accumulator_write_o,
    .accumulator_write_address_o,
    .accumulator_write_data_o,
    .scratchpad_read_o          (rows_scratchpad_read),
    .scratchpad_read_address_o  (rows_scratchpad_address),
    .scratchpad_read_data_i,
    .scratchpad_write_o         (result_write),
    .scratchpad_write_address_o (result_address),
    .scratchpad_write_data_o    (result_data),
    .computed_o                 (computed),
    .a_o                        (a),
    .b_o                        (b),
    .results_i                  (results)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  // ---- tables ----
  logic        load_read, table_write;
  logic [23:0] load_address;
  logic [2:0]  write_table;
  logic [9:0]  write_entry;
  logic [15:0] write_data;

  vector_table_load #(.VectorBytes(VectorBytes)) u_table_load (
    .clk_i, .rst_ni, .clear_i,
    .start_i   (start_o && is_table),
    .incoming_i(head_i),
    .free_o    (load_free),
    .finish_o  (load_finish),
    .read_o    (load_read),
    .address_o (load_address),
    .data_i    (scratchpad_read_data_i),
    .write_o   (table_write),
    .table_o   (write_table),
    .entry_o   (write_entry),
    .data_o    (write_data)
  );

  // ---- lanes ----
  logic [32*Lanes-1:0] biases, multipliers;
  logic [6*Lanes-1:0]  shifts, late_shifts;

  assign lane_valid = rescaled | computed[4:0];

  vector_parameters #(.Columns(Columns), .Lanes(Lanes)) u_parameters (
    .clk_i,
    .write_i       (parameters),
    .parameter_i   (parameter_kind),
    .row_i         (accumulator_read_data_i),
    .has_bias_i    (has_bias),
    .per_channel_i (per_channel),
    .channel_axis_i(channel_axis),
    .multiplier_i  (multiplier),
    .shift_i       (shift),
    .valid_i       (lane_valid[3:0]),
    .slices_i      (slices),
    .channels_i    (channels),
    .biases_o      (biases),
    .multipliers_o (multipliers),
    .shifts_o      (shifts),
    .late_shifts_o (late_shifts)
  );

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    vector_lane u_lane (
      .clk_i,
      .valid_i     (lane_valid),
      .combines_i  (computed[0]),
      .value_i     (rescaled_values[32*l +: 32]),
      .bias_i      (biases[32*l +: 32]),
      .operation_i (operation),
      .a_i         (a[32*l +: 32]),
      .b_i         (b[32*l +: 32]),
      .multiplier_i(multipliers[32*l +: 32]),
      .shift_i     (shifts[6*l +: 6]),
      .late_shift_i(late_shifts[6*l +: 6]),
      .zero_point_i(zero_point),
      .minimum_i   (minimum),
      .maximum_i   (maximum),
      .wide_o      (wide[32*l +: 32]),
      .result_o    (lane_results[32*l +: 32])
`ifdef LOCKSTEP_FAULTS
      , .fault_i
`endif
    );

    vector_function #(.Tables(Tables)) u_function (
      .clk_i,
      .valid_i      (computed[6:4]),
      .function_i   (table_function),
      .table_i      (table_index),
      .value_i      (lane_results[32*l +: 32]),
      .result_o     (results[32*l +: 32]),
      .write_i      (table_write),
      .write_table_i(write_table),
      .write_entry_i(write_entry),
      .write_data_i (write_data)
`ifdef LOCKSTEP_FAULTS
      , .fault_i
`endif
    );
  end

  // ---- ports ----
  assign accumulator_read_o = requantize_read || rows_accumulator_read;
  assign accumulator_read_address_o = requantize_read ? requantize_address : rows_accumulator_address;
  assign accumulator_enable_o = requantize_enable || rows_accumulator_enable;
  assign scratchpad_read_o = load_read || rows_scratchpad_read;
  assign scratchpad_read_address_o = load_read ? load_address : rows_scratchpad_address;
  assign scratchpad_write_o = output_write || result_write;
  assign scratchpad_write_address_o = result_write ? result_address : output_address;
  assign scratchpad_write_data_o = result_write ? result_data : output_data;

endmodule
