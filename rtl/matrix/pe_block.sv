// Rows x Columns processing elements between two pipeline registers. Each holds two stationary elements of 9 bits and
// adds (streamed * stationary) to the sum that comes from above; the sums of the bottom row are registered. A
// stationary element that is written in cycle c counts from c + 1 on. Two tiles can be on their way at once (one
// turned, one not), never for the same buffer.
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

  // Whole vectors are computed under the guard of their register: a simulator does nothing for PEs at rest.
  logic [9*Size-1:0]     even_q, odd_q; // the two stationary elements of each PE
  logic [32*Columns-1:0] sums_d, sums_q;
  logic                  any_row, any_column;

  assign any_row = row_write_i != '0;
  assign any_column = column_write_i != '0;
  assign sums_o = sums_q;

  // Words that are rows change whole rows of a buffer, words that are columns an element of each row.
  always_ff @(posedge clk_i) begin
    if (any_row) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        if (row_write_i[r] && !row_buffer_i)
          even_q[9*Columns*r +: 9*Columns] <= row_words_i[9 * ((FirstRow + r) % WordsPerCycle) * Columns +: 9*Columns];
        if (row_write_i[r] && row_buffer_i)
          odd_q[9*Columns*r +: 9*Columns] <= row_words_i[9 * ((FirstRow + r) % WordsPerCycle) * Columns +: 9*Columns];
      end
    end
    if (any_column) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        for (int unsigned c = 0; c < Columns; c++) begin
          if (column_write_i[c] && !column_buffer_i)
            even_q[9 * (r * Columns + c) +: 9]
              <= column_words_i[9 * (((FirstColumn + c) % WordsPerCycle) * Rows + r) +: 9];
          if (column_write_i[c] && column_buffer_i)
            odd_q[9 * (r * Columns + c) +: 9]
              <= column_words_i[9 * (((FirstColumn + c) % WordsPerCycle) * Rows + r) +: 9];
        end
      end
    end
  end

  // Down each column: the sum from above plus the products.
  function automatic logic [32*Columns-1:0] added(input logic [9*Size-1:0] weights);
    for (int unsigned c = 0; c < Columns; c++) begin
      added[32*c +: 32] = sums_i[32*c +: 32];
      for (int unsigned r = 0; r < Rows; r++) begin
        added[32*c +: 32] = added[32*c +: 32]
          + 32'($signed(x_i[9*r +: 9])) * 32'($signed(weights[9 * (r * Columns + c) +: 9]));
      end
    end
  endfunction

  always_comb begin
    sums_d = '0;
    if (valid_i) sums_d = added(buffer_i ? odd_q : even_q);
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) sums_q <= sums_d;
  end

endmodule
