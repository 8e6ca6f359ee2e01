// 32 registers of 64 bits; register 0 reads as zero. A start loads the arguments into registers 1 to 8 and clears the
// rest. A written value is read from the next cycle on.
module register_file (
  input  logic         clk_i,
  input  logic         start_i,
  input  logic [511:0] arguments_i, // 8 x 64 bits
  input  logic         write_i,
  input  logic [4:0]   write_register_i,
  input  logic [63:0]  write_data_i,
  input  logic         read_i, // outputs are zero without it
  input  logic [4:0]   register_a_i,
  input  logic [4:0]   register_b_i,
  input  logic [4:0]   register_c_i,
  output logic [63:0]  value_a_o,
  output logic [63:0]  value_b_o,
  output logic [63:0]  value_c_o
);

  logic [2047:0] registers_q, registers_d; // 32 x 64 bits; registers_d: after a write

  always_comb begin
    registers_d = '0;
    if (write_i) begin
      registers_d = registers_q;
      if (write_register_i != '0) registers_d[64*write_register_i +: 64] = write_data_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) registers_q <= {1472'b0, arguments_i, 64'b0};
    else if (write_i) registers_q <= registers_d;
  end

  always_comb begin
    value_a_o = '0;
    value_b_o = '0;
    value_c_o = '0;
    if (read_i) begin
      value_a_o = registers_q[64*register_a_i +: 64];
      value_b_o = registers_q[64*register_b_i +: 64];
      value_c_o = registers_q[64*register_c_i +: 64];
    end
  end

endmodule
