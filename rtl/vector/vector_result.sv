// Collects the slices of a row's results and writes the row: in the cycle after the last slice its first word, then the
// others one by one. Walks the output addresses itself, row by row; also for a reduce, whose total comes with
// take_total_i and fills a row.
module vector_result #(
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
  input  logic [2:0]               words_i, // of a row
  // slices, in their order
  input  logic                     valid_i,
  input  logic [32*Lanes-1:0]      results_i,
  // reduce
  input  logic                     take_total_i,
  input  logic [31:0]              total_i,
  // accumulator
  output logic                     accumulator_write_o,
  output logic [19:0]              accumulator_address_o,
  output logic [32*Columns-1:0]    accumulator_data_o,
  // scratchpad
  output logic                     scratchpad_write_o,
  output logic [23:0]              scratchpad_address_o,
  output logic [8*VectorBytes-1:0] scratchpad_data_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned Slices = Columns / Lanes;
  localparam int unsigned WordWidth = 8 * VectorBytes;
  localparam int unsigned WordsOfRow = (4 * Columns + VectorBytes - 1) / VectorBytes;
  localparam int unsigned Words = WordsOfRow > 2 ? WordsOfRow : 2; // most scratchpad words of a row
  localparam logic [2:0] Int32 = 3'd2, Int16 = 3'd3, Pair = 3'd4;

  lockstep_pkg::elementwise_instruction_t elementwise, incoming;
  lockstep_pkg::reduce_instruction_t      reduce, incoming_reduce;
  logic is_reduce, to_accumulator;
  assign elementwise = instruction_i;
  assign reduce = instruction_i;
  assign incoming = incoming_i;
  assign incoming_reduce = incoming_i;
  assign is_reduce = elementwise.opcode == lockstep_pkg::OPCODE_REDUCE;
  assign to_accumulator = is_reduce || elementwise.output_memory;

  // ---- slices ----
  logic [32*Columns-1:0] row_q, row_d;
  logic [7:0]            slice_q;
  logic                  complete_q; // the row is in row_q
  logic                  last_slice;
  assign last_slice = slice_q == 8'(Slices - 1);

  always_ff @(posedge clk_i) begin
    if (start_i) slice_q <= '0;
    else if (valid_i) slice_q <= last_slice ? '0 : slice_q + 8'd1;
    if (take_total_i || valid_i) row_q <= row_d;
  end

  always_comb begin
    row_d = '0;
    if (take_total_i) begin
      row_d = {Columns{total_i}};
    end else if (valid_i) begin
      for (int unsigned c = 0; c < Columns; c++)
        row_d[32*c +: 32] = slice_q == 8'(c / Lanes) ? results_i[32*(c % Lanes) +: 32] : row_q[32*c +: 32];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) complete_q <= 1'b0;
    else complete_q <= take_total_i || (valid_i && last_slice);
  end

  // ---- words ----
  logic [Words*WordWidth-1:0]     words;
  logic [(Words-1)*WordWidth-1:0] rest_q, rest_d; // words still to be written, the next one in the low bits
  logic [1:0]                     rest_count_q;
  logic [23:0]                    rest_address_q;

  always_comb begin
    words = '0;
    if (complete_q && !to_accumulator) begin
      case (elementwise.output_type)
        Int32: words = (Words*WordWidth)'(row_q);
        Int16: for (int unsigned c = 0; c < Columns; c++) words[16*c +: 16] = row_q[32*c +: 16];
        Pair:
          for (int unsigned c = 0; c < Columns; c++) begin
            words[8*c +: 8] = row_q[32*c+8 +: 8];
            words[WordWidth+8*c +: 8] = row_q[32*c +: 8] ^ 8'h80; // less 128
          end
        default: for (int unsigned c = 0; c < Columns; c++) words[8*c +: 8] = row_q[32*c +: 8];
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) rest_count_q <= '0;
    else if (clear_i) rest_count_q <= '0;
    else if (complete_q && !to_accumulator) rest_count_q <= 2'(words_i - 3'd1);
    else if (rest_count_q != '0) rest_count_q <= rest_count_q - 2'd1;
  end

  always_comb begin
    rest_d = '0;
    if (complete_q) rest_d = words[Words*WordWidth-1:WordWidth];
    else if (rest_count_q != '0) rest_d = rest_q >> WordWidth;
  end

  logic [23:0] address; // of the row's first word
  always_ff @(posedge clk_i) begin
    if (complete_q || rest_count_q != '0) rest_q <= rest_d;
    if (complete_q) begin
`ifdef LOCKSTEP_FAULTS
      rest_address_q <= address + (fault_i == 8'd18 ? 24'd2 : 24'd1);
`else
      rest_address_q <= address + 24'd1;
`endif
    end else if (rest_count_q != '0) begin
      rest_address_q <= rest_address_q + 24'd1;
    end
  end

  // ---- addresses ----
  logic [2:0]  level;
  logic [47:0] strides;

  always_comb begin
    strides = '0;
    if (complete_q) begin
      strides = is_reduce ? {32'd0, reduce.output_stride_1}
                          : {elementwise.output_stride_2, elementwise.output_stride_1, elementwise.output_stride_0};
    end
  end

  nest_counter #(.Levels(3), .CountWidth(16)) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i (clear_i || start_i),
    .step_i  (complete_q),
    .counts_i(is_reduce ? {32'h00010001, reduce.count_1}
                        : {elementwise.count_2, elementwise.count_1, elementwise.count_0}),
    .first_o (),
    .last_o  (),
    .level_o (level),
    .done_o  ()
  );

  nest_address #(.Levels(3), .Width(24), .StrideWidth(16)) u_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (incoming.opcode == lockstep_pkg::OPCODE_REDUCE ? 24'(incoming_reduce.output_address)
                                                              : incoming.output_address),
    .step_i   (complete_q),
    .level_i  (level),
    .strides_i(strides),
    .address_o(address),
    .next_o   ()
  );

  // ---- writes ----
  assign accumulator_write_o = complete_q && to_accumulator;
  assign accumulator_address_o = address[19:0];
  assign accumulator_data_o = row_q;
  assign scratchpad_write_o = (complete_q && !to_accumulator) || rest_count_q != '0;
  assign scratchpad_address_o = complete_q ? address : rest_address_q;
  assign scratchpad_data_o = complete_q ? words[WordWidth-1:0] : rest_q[WordWidth-1:0];

endmodule
