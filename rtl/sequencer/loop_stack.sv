// Start and remaining iterations of up to 8 nested loops; the innermost is visible.
module loop_stack (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        start_i,
  input  logic        push_i,
  input  logic [31:0] push_pc_i,
  input  logic [31:0] push_remaining_i,
  input  logic        again_i, // one iteration less remains
  input  logic        pop_i,
  output logic        empty_o,
  output logic        full_o,
  output logic [31:0] top_pc_o,
  output logic [31:0] top_remaining_o
);

  logic [31:0] pc_q [8];
  logic [31:0] remaining_q [8];
  logic [3:0]  depth_q;
  logic [2:0]  top;

  assign top = depth_q[2:0] - 3'd1;
  assign empty_o = depth_q == '0;
  assign full_o = depth_q == 4'd8;
  assign top_pc_o = pc_q[top];
  assign top_remaining_o = remaining_q[top];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) depth_q <= '0;
    else if (start_i) depth_q <= '0;
    else if (push_i) depth_q <= depth_q + 4'd1;
    else if (pop_i) depth_q <= depth_q - 4'd1;
  end

  always_ff @(posedge clk_i) begin
    if (push_i) begin
      pc_q[depth_q[2:0]] <= push_pc_i;
      remaining_q[depth_q[2:0]] <= push_remaining_i;
    end else if (again_i) begin
      remaining_q[top] <= top_remaining_o - 32'd1;
    end
  end

endmodule
