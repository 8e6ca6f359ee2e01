// Turns blocks: rows are written, columns are read. Element (row i, byte m) lies in byte memory (i + m) mod Lanes, so
// that a piece of a row and a piece of a column each touch every memory once. A column that is read in cycle c is at
// the output in c + 1 (otherwise it is zero), also if one of its rows is written in c.
module turner #(
  parameter int unsigned Lanes = 4,   // rows of a block, and bytes of a written word
  parameter int unsigned Chunks = 1,  // words of a row
  parameter int unsigned Buffers = 1, // blocks that are held
  localparam int unsigned LaneWidth = $clog2(Lanes + 1),
  localparam int unsigned PageWidth = Chunks * Buffers > 1 ? $clog2(Chunks * Buffers) : 1
) (
  input  logic                 clk_i,
  input  logic                 write_i,
  input  logic [PageWidth-1:0] write_page_i, // buffer * Chunks + chunk
  input  logic [LaneWidth-1:0] write_row_i,
  input  logic [8*Lanes-1:0]   write_data_i,
  input  logic                 read_i,
  input  logic [PageWidth-1:0] read_page_i,
  input  logic [LaneWidth-1:0] read_lane_i, // byte m of the chunk
  output logic [8*Lanes-1:0]   read_data_o  // lane i: byte m of row i
);

  localparam int unsigned Depth = Lanes * Chunks * Buffers;
  localparam int unsigned AddressWidth = $clog2(Depth);

  logic [8*Lanes-1:0]      rotated, stored;
  logic [AddressWidth-1:0] write_address, read_base;
  logic [LaneWidth-1:0]    lane_q, bypass_row_q;
  logic [7:0]              bypass_q;
  logic                    valid_q, bypassed_q;

  assign write_address = AddressWidth'(write_page_i * Lanes) + AddressWidth'(write_row_i);
  assign read_base = AddressWidth'(read_page_i * Lanes);

  always_comb begin
    rotated = '0;
    if (write_i) rotated = (8*Lanes)'({write_data_i, write_data_i} >> (8 * (Lanes - 32'(write_row_i))));
  end

  for (genvar k = 0; k < Lanes; k++) begin : gen_lane
    logic [AddressWidth-1:0] read_address; // of row (k - m) mod Lanes
    assign read_address = read_base + AddressWidth'(read_lane_i > LaneWidth'(k) ? k + Lanes : k)
                          - AddressWidth'(read_lane_i);
    sram #(.Width(8), .Depth(Depth)) u_sram (
      .clk_i,
      .read_i,
      .read_address_i (read_address),
      .read_data_o    (stored[8*k +: 8]),
      .write_i,
      .write_address_i(write_address),
      .write_data_i   (rotated[8*k +: 8])
    );
  end

  // The word that is being written does not come out of the memories yet.
  always_ff @(posedge clk_i) begin
    valid_q <= read_i;
    if (read_i) begin
      lane_q <= read_lane_i;
      bypassed_q <= write_i && write_page_i == read_page_i;
      bypass_row_q <= write_row_i;
      bypass_q <= 8'(write_data_i >> (8 * read_lane_i));
    end
  end

  always_comb begin
    read_data_o = '0;
    if (valid_q) begin
      read_data_o = (8*Lanes)'({stored, stored} >> (8 * lane_q));
      for (int unsigned i = 0; i < Lanes; i++) begin
        if (bypassed_q && bypass_row_q == LaneWidth'(i)) read_data_o[8*i +: 8] = bypass_q;
      end
    end
  end

endmodule
