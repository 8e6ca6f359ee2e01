// One bank: Parts memories side by side; word w lies in memory w mod Parts. A read takes one word or, with read_all_i,
// a word of every memory.
module scratchpad_bank #(
  parameter int unsigned WordWidth = 128, // bits
  parameter int unsigned Words = 2048,    // a power of two
  parameter int unsigned Parts = 1,       // a power of two, at most Words
  localparam int unsigned AddressWidth = $clog2(Words)
) (
  input  logic                       clk_i,
  input  logic                       read_i,
  input  logic                       read_all_i,
  input  logic [AddressWidth-1:0]    read_address_i,
  output logic [Parts*WordWidth-1:0] read_data_o,
  input  logic                       write_i,
  input  logic [AddressWidth-1:0]    write_address_i,
  input  logic [WordWidth-1:0]       write_data_i
);

  localparam int unsigned PartWidth = $clog2(Parts);
  localparam int unsigned Depth = Words / Parts < 2 ? 2 : Words / Parts;
  localparam int unsigned RowWidth = $clog2(Depth);

  for (genvar p = 0; p < Parts; p++) begin : gen_part
    logic read_here, write_here;
    if (Parts == 1) begin : gen_one
      logic unused;
      assign unused = read_all_i;
      assign read_here = read_i;
      assign write_here = write_i;
    end else begin : gen_many
      assign read_here = read_i && (read_all_i || read_address_i[PartWidth-1:0] == PartWidth'(p));
      assign write_here = write_i && write_address_i[PartWidth-1:0] == PartWidth'(p);
    end

    sram #(.Width(WordWidth), .Depth(Depth)) u_sram (
      .clk_i,
      .read_i         (read_here),
      .read_address_i (RowWidth'(read_address_i >> PartWidth)),
      .read_data_o    (read_data_o[p*WordWidth +: WordWidth]),
      .write_i        (write_here),
      .write_address_i(RowWidth'(write_address_i >> PartWidth)),
      .write_data_i
    );
  end

endmodule
