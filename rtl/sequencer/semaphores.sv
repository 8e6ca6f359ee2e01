// 64 counters of 8 bits. A post of cycle c is counted from c + 1 on; waits are taken in the cycle of a start. A post
// and a wait of one cycle leave the count as it was. A post at 255 is an overflow and is reported for one cycle.
module semaphores (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic [3:0]  take_i,  // by unit: its head starts
  input  logic [83:0] waits_i, // by unit: the waits of its head, 3 x 7 bits
  output logic [3:0]  ready_o, // by unit: all waits are there
  input  logic [3:0]  post_i,  // by unit: an instruction finishes
  input  logic [83:0] posts_i,
  output logic        overflow_o
);

  logic [511:0] count_q, count_d; // 64 x 8 bits
  logic [63:0]  available_q, available_d; // count is not 0
  logic [63:0]  taken, posted;
  logic         overflow;

  always_comb begin
    ready_o = '1;
    for (int unsigned u = 0; u < 4; u++) begin
      for (int unsigned k = 0; k < 3; k++) begin
        if (waits_i[21*u + 7*k +: 7] != '0 && !available_q[6'(waits_i[21*u + 7*k +: 7] - 7'd1)]) ready_o[u] = 1'b0;
      end
    end
  end

  always_comb begin
    taken = '0;
    posted = '0;
    if (take_i != '0 || post_i != '0) begin
      for (int unsigned u = 0; u < 4; u++) begin
        for (int unsigned k = 0; k < 3; k++) begin
          if (take_i[u] && waits_i[21*u + 7*k +: 7] != '0) taken[6'(waits_i[21*u + 7*k +: 7] - 7'd1)] = 1'b1;
          if (post_i[u] && posts_i[21*u + 7*k +: 7] != '0) posted[6'(posts_i[21*u + 7*k +: 7] - 7'd1)] = 1'b1;
        end
      end
    end
  end

  // Counts after this cycle's posts and waits, the semaphores whose count will be above zero, and whether one of them
  // is posted at its largest count.
  always_comb begin
    count_d = '0;
    available_d = '0;
    overflow = 1'b0;
    if (taken != posted) begin
      count_d = count_q;
      for (int unsigned i = 0; i < 64; i++) begin
        if (posted[i] && !taken[i]) count_d[8*i +: 8] = count_q[8*i +: 8] + 8'd1;
        if (taken[i] && !posted[i]) count_d[8*i +: 8] = count_q[8*i +: 8] - 8'd1;
        available_d[i] = posted[i] || (available_q[i] && !(taken[i] && count_q[8*i +: 8] == 8'd1));
        if (posted[i] && !taken[i] && count_q[8*i +: 8] == 8'hff) overflow = 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q     <= '0;
      available_q <= '0;
      overflow_o  <= 1'b0;
    end else if (clear_i) begin
      count_q     <= '0;
      available_q <= '0;
      overflow_o  <= 1'b0;
    end else begin
      overflow_o <= overflow;
      if (taken != posted) begin
        count_q     <= count_d;
        available_q <= available_d;
      end
    end
  end

endmodule
