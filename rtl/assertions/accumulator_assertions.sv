// Bound to the accumulator memory: what programs promise so that it needs no arbitration.
module accumulator_assertions #(
  parameter int unsigned Banks = 8,
  parameter int unsigned BankWords = 128
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        matrix_read_i,
  input logic [19:0] matrix_read_address_i,
  input logic        matrix_write_i,
  input logic [19:0] matrix_write_address_i,
  input logic        vector_read_i,
  input logic [19:0] vector_address_i,
  input logic        vector_write_i,
  input logic [19:0] vector_write_address_i,
  input logic        load_write_i,
  input logic [19:0] load_address_i
);

  function automatic logic inside_memory(input logic [19:0] address);
    inside_memory = 32'(address) < Banks * BankWords;
  endfunction

  function automatic logic same_bank(input logic [19:0] a, input logic [19:0] b);
    same_bank = 32'(a) / BankWords == 32'(b) / BankWords;
  endfunction

  // Matrix and vector unit never read the same bank in one cycle.
  race_c2_one_reader: assert property (@(posedge clk_i) disable iff (!rst_ni)
    matrix_read_i && vector_read_i |-> !same_bank(matrix_read_address_i, vector_address_i));

  // Matrix and load unit never write the same bank in one cycle.
  race_c2_one_writer: assert property (@(posedge clk_i) disable iff (!rst_ni)
    matrix_write_i && load_write_i |-> !same_bank(matrix_write_address_i, load_address_i));

  // Matrix and vector unit never write the same bank in one cycle, nor do vector and load unit.
  race_c2_matrix_and_vector: assert property (@(posedge clk_i) disable iff (!rst_ni)
    matrix_write_i && vector_write_i |-> !same_bank(matrix_write_address_i, vector_write_address_i));
  race_c2_vector_and_load: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_write_i && load_write_i |-> !same_bank(vector_write_address_i, load_address_i));

  // The vector unit never reads a word in the cycle in which it is written.
  race_c1_read_word_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_read_i |-> !(matrix_write_i && matrix_write_address_i == vector_address_i)
                      && !(load_write_i && load_address_i == vector_address_i));
  elementwise_c9_reduce_c5_read_word_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_read_i |-> !(vector_write_i && vector_write_address_i == vector_address_i));

  // No sum is added to in the cycle in which the vector unit writes it.
  race_c1_sum_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    matrix_read_i |-> !(vector_write_i && vector_write_address_i == matrix_read_address_i));

  // Sums are written to words of the accumulator.
  matmul_c7_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    matrix_write_i |-> inside_memory(matrix_write_address_i));

  // Rows, parameter rows and operands of the vector unit lie in the accumulator.
  requantize_c5_elementwise_c7_reduce_c3_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_read_i |-> inside_memory(vector_address_i));

  // Results of the vector unit lie in the accumulator.
  elementwise_c8_reduce_c4_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_write_i |-> inside_memory(vector_write_address_i));

  // Loaded and filled words lie in the accumulator.
  load_c3_fill_c2_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    load_write_i |-> inside_memory(load_address_i));

endmodule

`ifdef LOCKSTEP_ASSERT
bind accumulator accumulator_assertions #(.Banks(Banks), .BankWords(BankWords)) u_assertions (.*);
`endif
