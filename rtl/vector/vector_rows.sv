// Carries out elementwise and reduce: reads the rows of the operands, gives their slices to the lanes (elementwise) or
// to the tree of vector_reduce, and writes the rows of results. Slices come back from the lanes and functions, which
// are outside because requantize uses the lanes too, 6 cycles after they went out.
module vector_rows #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  input  logic                     start_i,
  input  logic [511:0]             incoming_i,    // with start_i
  input  logic [511:0]             instruction_i, // from the next cycle on
  output logic                     free_o,
  output logic                     finish_o,
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
  output logic [8*VectorBytes-1:0] scratchpad_write_data_o,
  // lanes and functions
  output logic [6:0]               computed_o, // by stage: of the lanes up to 4, from 4 on of the functions
  output logic [32*Lanes-1:0]      a_o, // stage 0
  output logic [32*Lanes-1:0]      b_o,
  input  logic [32*Lanes-1:0]      results_i // stage 6
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned ColumnWidth = $clog2(Columns + 1);

  logic                   row_end, reduces, started_q;
  logic                   accumulator_valid, accumulator_is_b, scratchpad_valid, scratchpad_is_b;
  logic [1:0]             accumulator_word, scratchpad_word;
  logic [ColumnWidth-1:0] row_columns;
  logic [2:0]             row_words;
  logic                   operands_valid;
  logic [31:0]            total;
  logic [6:1]             computed_q;

  vector_walk #(
    .Columns(Columns), .Slices(Columns / Lanes), .WordsOfHalf((2 * Columns + VectorBytes - 1) / VectorBytes),
    .WordsOfRow((4 * Columns + VectorBytes - 1) / VectorBytes), .ReduceLevels($clog2(Lanes))
  ) u_walk (
    .clk_i, .rst_ni, .clear_i,
    .start_i,
    .incoming_i,
    .instruction_i,
    .free_o, .finish_o,
    .words_o              (row_words),
    .accumulator_read_o,
    .accumulator_address_o(accumulator_read_address_o),
    .accumulator_valid_q_o(accumulator_valid),
    .accumulator_is_b_q_o (accumulator_is_b),
    .accumulator_word_q_o (accumulator_word),
    .scratchpad_read_o,
    .scratchpad_address_o (scratchpad_read_address_o),
    .scratchpad_valid_q_o (scratchpad_valid),
    .scratchpad_is_b_q_o  (scratchpad_is_b),
    .scratchpad_word_q_o  (scratchpad_word),
    .row_end_q_o          (row_end),
    .columns_q_o          (row_columns),
    .reduces_o            (reduces)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  vector_operands #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes)) u_operands (
    .clk_i, .rst_ni,
    .instruction_i,
    .accumulator_valid_i(accumulator_valid),
    .accumulator_is_b_i (accumulator_is_b),
    .accumulator_word_i (accumulator_word),
    .accumulator_data_i (accumulator_read_data_i),
    .scratchpad_valid_i (scratchpad_valid),
    .scratchpad_is_b_i  (scratchpad_is_b),
    .scratchpad_word_i  (scratchpad_word),
    .scratchpad_data_i  (scratchpad_read_data_i),
    .row_end_i          (row_end),
    .columns_i          (row_columns),
    .valid_o            (operands_valid),
    .a_o,
    .b_o
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  lockstep_pkg::reduce_instruction_t reduce;
  logic is_reduce;
  assign reduce = instruction_i;
  assign is_reduce = reduce.opcode == lockstep_pkg::OPCODE_REDUCE;

  vector_reduce #(.Lanes(Lanes)) u_reduce (
    .clk_i, .rst_ni,
    .clear_i  (started_q || reduces),
    .valid_i  (operands_valid && is_reduce),
    .maximum_i(reduce.reduction),
    .values_i (a_o),
    .total_o  (total)
  );

  assign accumulator_enable_o = accumulator_valid;
  assign computed_o = {computed_q, operands_valid && !is_reduce};
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      started_q  <= 1'b0;
      computed_q <= '0;
    end else begin
      started_q  <= start_i;
      computed_q <= computed_o[5:0];
    end
  end

  vector_result #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes)) u_result (
    .clk_i, .rst_ni, .clear_i,
    .start_i,
    .incoming_i,
    .instruction_i,
    .words_i              (row_words),
    .valid_i              (computed_o[6]),
    .results_i,
    .take_total_i         (reduces),
    .total_i              (total),
    .accumulator_write_o,
    .accumulator_address_o(accumulator_write_address_o),
    .accumulator_data_o   (accumulator_write_data_o),
    .scratchpad_write_o,
    .scratchpad_address_o (scratchpad_write_address_o),
    .scratchpad_data_o    (scratchpad_write_data_o)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

endmodule
