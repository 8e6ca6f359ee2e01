// Indices of nested loops, level 0 innermost: for iL < count_L: ... for i0 < count_0. A step goes to the next
// iteration; the step at the last one returns all indices to zero. Counts are at least 1 and stable meanwhile.
module nest_counter #(
  parameter int unsigned Levels = 3,
  parameter int unsigned CountWidth = 16
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         clear_i,
  input  logic                         step_i,
  input  logic [Levels*CountWidth-1:0] counts_i,
  output logic [Levels-1:0]            first_o, // index is 0
  output logic [Levels-1:0]            last_o,  // index is count - 1
  output logic [Levels-1:0]            level_o, // one-hot: the level that a step advances; zero at the last iteration
  output logic                         done_o   // the last iteration
);

  logic [Levels*CountWidth-1:0] index_q;

  always_comb begin
    done_o = 1'b1;
    for (int unsigned i = 0; i < Levels; i++) begin
      first_o[i] = index_q[i*CountWidth +: CountWidth] == '0;
      last_o[i] = index_q[i*CountWidth +: CountWidth] == counts_i[i*CountWidth +: CountWidth] - 1'b1;
      level_o[i] = done_o && !last_o[i];
      done_o = done_o && last_o[i];
    end
  end

  // The level that advances counts, all levels inside of it (at the last iteration: all) return to zero.
  function automatic logic [Levels*CountWidth-1:0] advanced(input logic [Levels*CountWidth-1:0] index);
    advanced = '0;
    for (int unsigned i = 0; i < Levels; i++) begin
      if (level_o[i]) advanced[i*CountWidth +: CountWidth] = index[i*CountWidth +: CountWidth] + 1'b1;
      else if (!done_o && (level_o >> i) == '0)
        advanced[i*CountWidth +: CountWidth] = index[i*CountWidth +: CountWidth];
    end
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) index_q <= '0;
    else if (clear_i) index_q <= '0;
    else if (step_i) index_q <= advanced(index_q);
  end

endmodule
