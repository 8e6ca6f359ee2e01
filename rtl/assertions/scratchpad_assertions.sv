// Bound to the scratchpad: what programs promise so that it needs no arbitration.
module scratchpad_assertions #(
  parameter int unsigned Banks = 8,
  parameter int unsigned BankWords = 2048,
  parameter int unsigned WordsPerRead = 1
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        loader_read_i,
  input logic [23:0] loader_address_i,
  input logic        stream_read_i,
  input logic [23:0] stream_address_i,
  input logic        store_read_i,
  input logic [23:0] store_address_i,
  input logic        load_write_i,
  input logic [23:0] load_address_i,
  input logic        vector_read_i,
  input logic [23:0] vector_read_address_i,
  input logic        vector_write_i,
  input logic [23:0] vector_address_i
);

  function automatic logic inside_memory(input logic [23:0] address);
    inside_memory = 32'(address) < Banks * BankWords;
  endfunction

  function automatic logic same_bank(input logic [23:0] a, input logic [23:0] b);
    same_bank = 32'(a) / BankWords == 32'(b) / BankWords;
  endfunction

  // Loader and stream of the matrix unit never read the same bank in one cycle.
  matmul_c8_no_bank_conflict: assert property (@(posedge clk_i) disable iff (!rst_ni)
    loader_read_i && stream_read_i |-> !same_bank(loader_address_i, stream_address_i));

  // The loader and the store unit never read the same bank in one cycle.
  race_c2_loader_and_store: assert property (@(posedge clk_i) disable iff (!rst_ni)
    loader_read_i && store_read_i |-> !same_bank(loader_address_i, store_address_i));

  // The stream and the store unit never read the same bank in one cycle.
  race_c2_stream_and_store: assert property (@(posedge clk_i) disable iff (!rst_ni)
    stream_read_i && store_read_i |-> !same_bank(stream_address_i, store_address_i));

  // The vector unit never reads a bank in a cycle in which another unit reads it.
  race_c2_loader_and_vector: assert property (@(posedge clk_i) disable iff (!rst_ni)
    loader_read_i && vector_read_i |-> !same_bank(loader_address_i, vector_read_address_i));
  race_c2_stream_and_vector: assert property (@(posedge clk_i) disable iff (!rst_ni)
    stream_read_i && vector_read_i |-> !same_bank(stream_address_i, vector_read_address_i));
  race_c2_store_and_vector: assert property (@(posedge clk_i) disable iff (!rst_ni)
    store_read_i && vector_read_i |-> !same_bank(store_address_i, vector_read_address_i));

  // Load and vector unit never write the same bank in one cycle.
  race_c2_load_and_vector: assert property (@(posedge clk_i) disable iff (!rst_ni)
    load_write_i && vector_write_i |-> !same_bank(load_address_i, vector_address_i));

  // No word is streamed in the cycle in which it is written.
  race_c1_streamed_word_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    stream_read_i |-> !(load_write_i && load_address_i == stream_address_i)
                      && !(vector_write_i && vector_address_i == stream_address_i));

  // No word is stored in the cycle in which it is written.
  race_c1_stored_word_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    store_read_i |-> !(load_write_i && load_address_i == store_address_i)
                     && !(vector_write_i && vector_address_i == store_address_i));

  // The vector unit reads no word in the cycle in which it is written.
  race_c1_operand_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_read_i |-> !(load_write_i && load_address_i == vector_read_address_i));
  elementwise_c9_operand_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_read_i |-> !(vector_write_i && vector_address_i == vector_read_address_i));

  // Stationary words lie in the scratchpad, aligned to the words of one read.
  matmul_c5_stationary_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    loader_read_i |-> inside_memory(loader_address_i) && 32'(loader_address_i) % WordsPerRead == 0);

  // Streamed words lie in the scratchpad.
  matmul_c6_streamed_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    stream_read_i |-> inside_memory(stream_address_i));

  // Stored words lie in the scratchpad.
  store_c3_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    store_read_i |-> inside_memory(store_address_i));

  // Loaded and filled words lie in the scratchpad.
  load_c3_fill_c2_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    load_write_i |-> inside_memory(load_address_i));

  // Operands of the vector unit and entries of its tables lie in the scratchpad.
  elementwise_c7_reduce_c3_table_c2_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_read_i |-> inside_memory(vector_read_address_i));

  // Results of the vector unit lie in the scratchpad.
  requantize_c6_elementwise_c8_words: assert property (@(posedge clk_i) disable iff (!rst_ni)
    vector_write_i |-> inside_memory(vector_address_i));

endmodule

`ifdef LOCKSTEP_ASSERT
bind scratchpad scratchpad_assertions #(
  .Banks(Banks), .BankWords(BankWords), .WordsPerRead(WordsPerRead)
) u_assertions (.*);
`endif
