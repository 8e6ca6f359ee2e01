// Bound to the matrix unit: legality of an instruction when it starts, and the two weight buffers.
module matrix_assertions #(
  parameter int unsigned Rows = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned WordsPerCycle = 1
) (
  input logic         clk_i,
  input logic         rst_ni,
  input logic         start_matmul,
  input logic [511:0] head_i,
  input logic [1:0]   tiles_open,   // begun and not used up
  input logic [1:0]   tiles_loaded  // loaded and not used up
);

  lockstep_pkg::matmul_instruction_t matmul;
  assign matmul = head_i;

  // Is a zero point a value of its element type?
  function automatic logic legal(input logic [3:0] element_type, input logic [8:0] value);
    legal = element_type == 4'd1 ? !value[8] : value[8] == value[7];
  endfunction

  // The dataflow is known, and so are the element types.
  matmul_c1: assert property (@(posedge clk_i) disable iff (!rst_ni)
    start_matmul |-> matmul.dataflow == '0 && matmul.streamed_type <= 4'd1 && matmul.stationary_type <= 4'd1);

  // Zero points are values of their types.
  matmul_c2: assert property (@(posedge clk_i) disable iff (!rst_ni)
    start_matmul |-> legal(matmul.streamed_type, matmul.streamed_zero_point)
                     && legal(matmul.stationary_type, matmul.stationary_zero_point));

  // All counts are at least 1.
  matmul_c3: assert property (@(posedge clk_i) disable iff (!rst_ni)
    start_matmul |-> matmul.tile_count_0 != '0 && matmul.tile_count_1 != '0 && matmul.tile_count_2 != '0
                     && matmul.tile_count_3 != '0 && matmul.stream_count_0 != '0 && matmul.stream_count_1 != '0);

  // The ragged tile has at least one row and one column, and fits.
  matmul_c4: assert property (@(posedge clk_i) disable iff (!rst_ni)
    start_matmul |-> matmul.last_rows != '0 && 32'(matmul.last_rows) <= Rows
                     && matmul.last_columns != '0 && 32'(matmul.last_columns) <= Columns);

  // Tiles begin at a multiple of the words that are loaded in a cycle.
  matmul_c5_alignment: assert property (@(posedge clk_i) disable iff (!rst_ni)
    start_matmul |-> 32'(matmul.stationary_address) % WordsPerCycle == 0
                     && 32'(matmul.stationary_stride) % WordsPerCycle == 0);

  // Two weight buffers hold at most two tiles.
  at_most_two_tiles: assert property (@(posedge clk_i) disable iff (!rst_ni)
    tiles_open <= 2'd2 && tiles_loaded <= tiles_open);

endmodule

`ifdef LOCKSTEP_ASSERT
bind matrix_unit matrix_assertions #(
  .Rows(Rows), .Columns(Columns), .WordsPerCycle(WordsPerCycle)
) u_assertions (
  .clk_i, .rst_ni, .start_matmul, .head_i, .tiles_open(u_loader.open_q), .tiles_loaded(u_streamer.loaded_q)
);
`endif
