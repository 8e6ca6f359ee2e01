// Reads the vectors of matmuls, one in each cycle in which the tile that they use is loaded, and says for each what
// becomes of its sums. Two address nests over six levels: four of tiles, two of vectors.
module matrix_streamer #(
  parameter int unsigned Rows = 16,
  parameter int unsigned Columns = 16
) (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         clear_i,
  input  logic         start_i, // a matmul begins
  input  logic [511:0] instruction_i,
  input  logic         loaded_i,  // a tile is loaded (seen in the next cycle)
  output logic         used_up_o, // the last vector of a tile is read
  output logic         ends_o,    // ... of an instruction
  output logic         empty_o,   // no vector is left to read
  output logic         read_o,
  output logic [23:0]  address_o,
  // of the vector that is read
  output logic         buffer_o,
  output logic         unsigned_o,
  output logic [8:0]   zero_point_o,
  output logic [7:0]   rows_o,
  output logic [7:0]   columns_o,
  output logic         overwrite_o,
  output logic [19:0]  accumulator_address_o
);

  lockstep_pkg::matmul_instruction_t matmul, next_matmul;
  logic       valid, load_next, buffer_q, done;
  logic [1:0] loaded_q;
  logic [5:0] first, last, level;
  logic [3:0] reduction_q; // tile levels that do not move the accumulator address

  prefetch_queue #(.Width(512), .Depth(3)) u_instructions (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i     (start_i),
    .push_data_i(instruction_i),
    .advance_i  (read_o && done),
    .valid_o    (valid),
    .current_o  (matmul),
    .load_o     (load_next),
    .next_o     (next_matmul)
  );

  assign read_o = valid && loaded_q != '0;
  assign used_up_o = read_o && last[0] && last[1];
  assign ends_o = read_o && done;
  assign empty_o = !valid;
  assign buffer_o = buffer_q;
  assign unsigned_o = matmul.streamed_type[0];
  assign zero_point_o = matmul.streamed_zero_point;
  assign rows_o = last[2] ? matmul.last_rows : 8'(Rows);
  assign columns_o = last[5] ? matmul.last_columns : 8'(Columns);
  assign overwrite_o = !matmul.accumulate && (reduction_q & ~first[5:2]) == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      loaded_q <= '0;
      buffer_q <= 1'b0;
    end else if (clear_i) begin
      loaded_q <= '0;
      buffer_q <= 1'b0;
    end else begin
      loaded_q <= loaded_q + 2'(loaded_i) - 2'(used_up_o);
      buffer_q <= buffer_q ^ used_up_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load_next)
      reduction_q <= {next_matmul.tile_accumulator_stride_3 == '0, next_matmul.tile_accumulator_stride_2 == '0,
                      next_matmul.tile_accumulator_stride_1 == '0, next_matmul.tile_accumulator_stride_0 == '0};
  end

  nest_counter #(.Levels(6), .CountWidth(16)) u_vectors (
    .clk_i,
    .rst_ni,
    .clear_i (clear_i || load_next),
    .step_i  (read_o),
    .counts_i({4'b0, matmul.tile_count_3, 4'b0, matmul.tile_count_2, 4'b0, matmul.tile_count_1, 4'b0,
               matmul.tile_count_0, matmul.stream_count_1, matmul.stream_count_0}),
    .first_o (first),
    .last_o  (last),
    .level_o (level),
    .done_o  (done)
  );

  nest_address #(.Levels(6), .Width(24), .StrideWidth(20)) u_streamed (
    .clk_i,
    .load_i   (load_next),
    .base_i   (next_matmul.streamed_address),
    .step_i   (read_o),
    .level_i  (level),
    .strides_i({matmul.tile_streamed_stride_3, matmul.tile_streamed_stride_2, matmul.tile_streamed_stride_1,
                matmul.tile_streamed_stride_0, matmul.stream_streamed_stride_1, matmul.stream_streamed_stride_0}),
    .address_o,
    .next_o   ()
  );

  nest_address #(.Levels(6), .Width(20), .StrideWidth(16)) u_accumulator (
    .clk_i,
    .load_i   (load_next),
    .base_i   (next_matmul.accumulator_address),
    .step_i   (read_o),
    .level_i  (level),
    .strides_i({matmul.tile_accumulator_stride_3, matmul.tile_accumulator_stride_2, matmul.tile_accumulator_stride_1,
                matmul.tile_accumulator_stride_0, matmul.stream_accumulator_stride_1,
                matmul.stream_accumulator_stride_0}),
    .address_o(accumulator_address_o),
    .next_o   ()
  );

endmodule
