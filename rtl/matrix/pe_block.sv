// Rows x Columns processing elements between two pipeline registers. Each holds two stationary elements of 9 bits and
// adds (streamed * stationary) to the sum that comes from above; the sums of the bottom row are registered. A stationary
// element that is written in cycle c counts from c + 1 on. Two tiles can be on their way at once (one turned, one not),
// never for the same buffer.
module pe_block #(
  parameter int unsigned Rows = 4,
  parameter int unsigned Columns = 4,
  parameter int unsigned WordsPerCycle = 1, // stationary words that come in one cycle
  parameter int unsigned FirstRow = 0,      // in the array, modulo WordsPerCycle
  parameter int unsigned FirstColumn = 0
) (
  input  logic                               clk_i,
  // streamed elements and sums
  input  logic                               valid_i,
  input  logic                               buffer_i, // that the vector uses
  input  logic [9*Rows-1:0]                  x_i,
  input  logic [32*Columns-1:0]              sums_i,
  output logic [32*Columns-1:0]              sums_o,
  // stationary words that are rows: one lane for each column, WordsPerCycle words
  input  logic [Rows-1:0]                    row_write_i,
  input  logic                               row_buffer_i,
  input  logic [9*Columns*WordsPerCycle-1:0] row_words_i,
  // stationary words that are columns
  input  logic [Columns-1:0]                 column_write_i,
  input  logic                               column_buffer_i,
  input  logic [9*Rows*WordsPerCycle-1:0]    column_words_i
);

  localparam int unsigned Size = Rows * Columns;

  logic signed [8:0]     weight_q [2*Size];
  logic [32*Columns-1:0] sums_d, sums_q;
  logic signed [31:0]    sum; // down a column

  assign sums_o = sums_q;

  always_ff @(posedge clk_i) begin
    if (row_write_i != '0) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        for (int unsigned c = 0; c < Columns; c++) begin
          if (row_write_i[r])
            weight_q[(row_buffer_i ? Size : 0) + r * Columns + c]
              <= row_words_i[9 * (((FirstRow + r) % WordsPerCycle) * Columns + c) +: 9];
        end
      end
    end
    if (column_write_i != '0) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        for (int unsigned c = 0; c < Columns; c++) begin
          if (column_write_i[c])
            weight_q[(column_buffer_i ? Size : 0) + r * Columns + c]
              <= column_words_i[9 * (((FirstColumn + c) % WordsPerCycle) * Rows + r) +: 9];
        end
      end
    end
  end

  // Guarded, so that a simulator evaluates the products only for vectors.
  always_comb begin
    sums_d = '0;
    sum = '0;
    if (valid_i) begin
      for (int unsigned c = 0; c < Columns; c++) begin
        sum = sums_i[32*c +: 32];
        for (int unsigned r = 0; r < Rows; r++) begin
          sum = sum + 32'($signed(x_i[9*r +: 9])) * 32'(weight_q[(buffer_i ? Size : 0) + r * Columns + c]);
        end
        sums_d[32*c +: 32] = sum;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) sums_q <= sums_d;
  end

endmodule
