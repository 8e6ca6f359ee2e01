// The only memory of the design: one read port, one write port, read data one cycle after the address. A read of the
// word that is written in the same cycle returns the old word. Without a read the output holds.
module sram #(
  parameter int unsigned Width = 8, // bits
  parameter int unsigned Depth = 2, // words, at least 2
  localparam int unsigned AddressWidth = $clog2(Depth)
) (
  input  logic                    clk_i,
  input  logic                    read_i,
  input  logic [AddressWidth-1:0] read_address_i,
  output logic [Width-1:0]        read_data_o,
  input  logic                    write_i,
  input  logic [AddressWidth-1:0] write_address_i,
  input  logic [Width-1:0]        write_data_i
);

  logic [Width-1:0] memory [Depth];

  always_ff @(posedge clk_i) begin
    if (read_i) read_data_o <= memory[read_address_i];
    if (write_i) memory[write_address_i] <= write_data_i;
  end

endmodule
