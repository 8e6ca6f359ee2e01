// Gathers the words of a row's operands as they come out of the memories and gives the row to the lanes slice by slice,
// as int32. With the row's last issue cycle x, slice s is decoded in x + 2 + s and is at the output in x + 3 + s. The
// next row is gathered meanwhile.
module vector_operands #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  localparam int unsigned ColumnWidth = $clog2(Columns + 1)
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic [511:0]             instruction_i,
  // words
  input  logic                     accumulator_valid_i,
  input  logic                     accumulator_is_b_i,
  input  logic [1:0]               accumulator_word_i,
  input  logic [32*Columns-1:0]    accumulator_data_i,
  input  logic                     scratchpad_valid_i,
  input  logic                     scratchpad_is_b_i,
  input  logic [1:0]               scratchpad_word_i,
  input  logic [8*VectorBytes-1:0] scratchpad_data_i,
  input  logic                     row_end_i, // all words have come, in this cycle at the latest
  input  logic [ColumnWidth-1:0]   columns_i,
  // lanes
  output logic                     valid_o,
  output logic [32*Lanes-1:0]      a_o,
  output logic [32*Lanes-1:0]      b_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned Slices = Columns / Lanes;
  localparam int unsigned WordsOfRow = (4 * Columns + VectorBytes - 1) / VectorBytes;
  localparam int unsigned Words = WordsOfRow > 2 ? WordsOfRow : 2; // most scratchpad words of a row
  localparam int unsigned AccumulatorBits = 64 * Columns;
  localparam int unsigned ScratchpadBits = 8 * VectorBytes * Words;
  localparam int unsigned RowBits = ScratchpadBits > AccumulatorBits ? ScratchpadBits : AccumulatorBits;

  lockstep_pkg::elementwise_instruction_t elementwise;
  lockstep_pkg::reduce_instruction_t      reduce;
  logic       is_reduce, a_memory;
  logic [2:0] a_type;
  assign elementwise = instruction_i;
  assign reduce = instruction_i;
  assign is_reduce = elementwise.opcode == lockstep_pkg::OPCODE_REDUCE;
  assign a_memory = is_reduce ? reduce.a_memory : elementwise.a_memory;
  assign a_type = is_reduce ? reduce.a_type : elementwise.a_type;

  // ---- words of the row that is being read, and of the row whose slices are taken ----
  logic [RowBits-1:0] a_gathered_q, b_gathered_q, a_row_q, b_row_q;

  // The gathered words of one operand with those that come in this cycle.
  function automatic logic [RowBits-1:0] gathered(input logic [RowBits-1:0] row, input logic is_b);
    gathered = row;
    for (int unsigned w = 0; w < 2; w++) begin
      if (accumulator_valid_i && accumulator_is_b_i == is_b && accumulator_word_i == 2'(w))
        gathered[32*Columns*w +: 32*Columns] = accumulator_data_i;
    end
    for (int unsigned w = 0; w < Words; w++) begin
      if (scratchpad_valid_i && scratchpad_is_b_i == is_b && scratchpad_word_i == 2'(w))
        gathered[8*VectorBytes*w +: 8*VectorBytes] = scratchpad_data_i;
    end
  endfunction

  // A word that comes in the row's last cycle goes straight to the row.
  always_ff @(posedge clk_i) begin
    if (row_end_i) begin
      a_row_q <= gathered(a_gathered_q, 1'b0);
      b_row_q <= gathered(b_gathered_q, 1'b1);
    end else if (accumulator_valid_i || scratchpad_valid_i) begin
      a_gathered_q <= gathered(a_gathered_q, 1'b0);
      b_gathered_q <= gathered(b_gathered_q, 1'b1);
    end
  end

  // ---- slices ----
  logic                   active_q;
  logic [7:0]             slice_q;
  logic [ColumnWidth-1:0] columns_q;
  logic [Lanes-1:0]       counts; // lanes of a reduced slice that count

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      valid_o  <= 1'b0;
    end else begin
      active_q <= row_end_i || (active_q && slice_q != 8'(Slices - 1));
      valid_o  <= active_q;
    end
  end

  vector_decode #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes), .RowBits(RowBits)) u_a (
    .clk_i,
    .enable_i        (active_q),
    .row_i           (a_row_q),
    .in_accumulator_i(a_memory),
    .type_i          (a_type),
    .immediate_i     ('0),
    .slice_i         (slice_q),
    .counts_i        (counts),
    .neutral_i       (reduce.reduction ? 32'h80000000 : 32'd0),
    .lanes_o         (a_o)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  vector_decode #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes), .RowBits(RowBits)) u_b (
    .clk_i,
    .enable_i        (active_q && !is_reduce),
    .row_i           (b_row_q),
    .in_accumulator_i(elementwise.b_memory),
    .type_i          (elementwise.b_type),
    .immediate_i     (elementwise.immediate),
    .slice_i         (slice_q),
    .counts_i        ('1),
    .neutral_i       ('0),
    .lanes_o         (b_o)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  always_comb begin
    counts = '1;
    if (active_q && is_reduce) begin
      for (int unsigned l = 0; l < Lanes; l++) counts[l] = 32'(slice_q) * Lanes + l < 32'(columns_q);
    end
`ifdef LOCKSTEP_FAULTS
    if (fault_i == 8'd19) counts = '1;
`endif
  end

  always_ff @(posedge clk_i) begin
    if (row_end_i) begin
      slice_q   <= '0;
      columns_q <= columns_i;
    end else if (active_q) begin
      slice_q <= slice_q + 8'd1;
    end
  end

endmodule
