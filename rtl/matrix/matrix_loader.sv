// Loads the stationary tiles of matmuls into the two weight buffers of the array, WordsPerCycle words in a cycle, in
// the order in which they are used. At most two tiles are begun and not used up. Decisions leave one cycle later
// (`*_q`), when the words have come out of the scratchpad.
module matrix_loader #(
  parameter int unsigned Rows = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned WordsPerCycle = 1,
  localparam int unsigned Lanes = Rows > Columns ? Rows : Columns,
  localparam int unsigned GroupWidth = $clog2((Lanes + WordsPerCycle - 1) / WordsPerCycle + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  start_i, // a matmul begins; only if free_o
  input  logic [511:0]          instruction_i,
  output logic                  free_o,
  output logic                  loaded_o,   // the last words of a tile are read
  input  logic                  used_up_i,  // the last vector of a tile is read
  output logic                  read_o,
  output logic [23:0]           address_o,
  // one cycle later
  output logic                  valid_q_o,
  output logic                  turned_q_o,
  output logic                  buffer_q_o,
  output logic [GroupWidth-1:0] group_q_o,
  output logic                  unsigned_q_o,
  output logic [8:0]            zero_point_q_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]           fault_i
`endif
);

  lockstep_pkg::matmul_instruction_t matmul;
  assign matmul = instruction_i;

  logic                  busy_q, turned_q, unsigned_q, buffer_q;
  logic [8:0]            zero_point_q;
  logic [23:0]           tile_q, word_q;
  logic [15:0]           stride_q;
  logic [7:0]            last_rows_q, last_columns_q, words, first_left;
  logic [47:0]           counts_q;
  logic [GroupWidth-1:0] group_q;
  logic [1:0]            open_q; // tiles begun and not used up
  logic [3:0]            last;
  logic                  begins, ends, done;

  assign words = turned_q ? (last[3] ? last_columns_q : 8'(Columns)) : (last[0] ? last_rows_q : 8'(Rows));
  assign begins = group_q == '0;
  assign first_left = 8'(32'(group_q) * WordsPerCycle); // words read before this cycle
`ifdef LOCKSTEP_FAULTS
  assign read_o = busy_q && (!begins || open_q != (fault_i == 8'd6 ? 2'd3 : 2'd2));
`else
  assign read_o = busy_q && (!begins || open_q != 2'd2);
`endif
  assign ends = read_o && 32'(first_left) + WordsPerCycle >= 32'(words);
  assign loaded_o = ends;
  assign free_o = !busy_q;
  assign address_o = begins ? tile_q : word_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q    <= 1'b0;
      buffer_q  <= 1'b0;
      group_q   <= '0;
      open_q    <= '0;
      valid_q_o <= 1'b0;
    end else if (clear_i) begin
      busy_q    <= 1'b0;
      buffer_q  <= 1'b0;
      group_q   <= '0;
      open_q    <= '0;
      valid_q_o <= 1'b0;
    end else begin
      if (start_i) busy_q <= 1'b1;
      else if (ends && done) busy_q <= 1'b0;
      if (ends) buffer_q <= !buffer_q;
      if (read_o) group_q <= ends ? '0 : group_q + 1'b1;
      open_q    <= open_q + 2'(read_o && begins) - 2'(used_up_i);
      valid_q_o <= read_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      turned_q       <= matmul.transpose_stationary;
      unsigned_q     <= matmul.stationary_type[0];
      zero_point_q   <= matmul.stationary_zero_point;
      tile_q         <= matmul.stationary_address;
      stride_q       <= matmul.stationary_stride;
      last_rows_q    <= matmul.last_rows;
      last_columns_q <= matmul.last_columns;
      counts_q       <= {matmul.tile_count_3, matmul.tile_count_2, matmul.tile_count_1, matmul.tile_count_0};
    end else if (ends) begin
      tile_q <= tile_q + 24'(stride_q);
    end
    if (read_o) begin
      word_q         <= address_o + 24'(WordsPerCycle);
      turned_q_o     <= turned_q;
      buffer_q_o     <= buffer_q;
      group_q_o      <= group_q;
      unsigned_q_o   <= unsigned_q;
      zero_point_q_o <= zero_point_q;
    end
  end

  nest_counter #(.Levels(4), .CountWidth(12)) u_tiles (
    .clk_i,
    .rst_ni,
    .clear_i (clear_i || start_i),
    .step_i  (ends),
    .counts_i(counts_q),
    .first_o (),
    .last_o  (last),
    .level_o (),
    .done_o  (done)
  );

endmodule
