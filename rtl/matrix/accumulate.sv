// Adds the sums of a vector to its accumulator word: read in cycle a - 1, added in a, written in a + 1. A word that
// recurs one or two vectors later is not yet in the memory when it is read; then its sum is taken from here.
module accumulate #(
  parameter int unsigned Columns = 16,
  localparam int unsigned CountWidth = $clog2(Columns + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  // cycle a - 1
  input  logic                  valid_i,
  input  logic [19:0]           address_i,
  input  logic                  overwrite_i,
  input  logic                  ends_i, // last vector of an instruction
  input  logic [CountWidth-1:0] columns_i,
  output logic                  read_o,
  output logic [19:0]           read_address_o,
  // cycle a
  input  logic [32*Columns-1:0] read_data_i,
  input  logic [32*Columns-1:0] sums_i,
  // cycle a + 1
  output logic                  write_o,
  output logic [19:0]           write_address_o,
  output logic [32*Columns-1:0] write_data_o,
  output logic                  complete_o // the last word of an instruction is written
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]           fault_i
`endif
);

  logic                  add_q, overwrite_q, ends_q, from_write_q, from_late_q, late_match;
  logic [19:0]           address_q, write_address_q;
  logic [CountWidth-1:0] columns_q;
  logic [32*Columns-1:0] sums_d, sums_q, late_q; // late_q: what was written in the cycle before

  assign read_o = valid_i && !overwrite_i;
  assign read_address_o = address_i;
  assign late_match = valid_i && write_o && write_address_q == address_i;
  assign write_address_o = write_address_q;
  assign write_data_o = sums_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      add_q      <= 1'b0;
      write_o    <= 1'b0;
      ends_q     <= 1'b0;
      complete_o <= 1'b0;
    end else if (clear_i) begin
      add_q      <= 1'b0;
      write_o    <= 1'b0;
      ends_q     <= 1'b0;
      complete_o <= 1'b0;
    end else begin
      add_q      <= valid_i;
      write_o    <= add_q;
      ends_q     <= valid_i && ends_i;
      complete_o <= ends_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      address_q    <= address_i;
      overwrite_q  <= overwrite_i;
      columns_q    <= columns_i;
`ifdef LOCKSTEP_FAULTS
      from_write_q <= add_q && address_q == address_i && fault_i != 8'd2;
`else
      from_write_q <= add_q && address_q == address_i;
`endif
      from_late_q  <= late_match;
    end
    if (late_match) late_q <= sums_q;
    if (add_q) begin
      write_address_q <= address_q;
      sums_q          <= sums_d;
    end
  end

  // The old word plus the sums of the columns that count.
  function automatic logic [32*Columns-1:0] added(input logic [32*Columns-1:0] old);
    added = old;
    for (int unsigned c = 0; c < Columns; c++) begin
`ifdef LOCKSTEP_FAULTS
      if (CountWidth'(c) < columns_q || fault_i == 8'd9)
`else
      if (CountWidth'(c) < columns_q)
`endif
        added[32*c +: 32] = old[32*c +: 32] + sums_i[32*c +: 32];
    end
  endfunction

  always_comb begin
    sums_d = '0;
    if (add_q) sums_d = added(overwrite_q ? '0 : from_write_q ? sums_q : from_late_q ? late_q : read_data_i);
  end

endmodule
