// The function tables of one lane and what they do to its value (TOSA's TABLE): stage 0 reads the two entries around
// the value, stage 1 interpolates between them, stage 2 rounds. Without a function the value passes in the same time.
// Entries i and i + 1 are always one even and one odd, so that two memories give both in one cycle.
module vector_function #(
  parameter int unsigned Tables = 2,
  localparam int unsigned EvenEntries = 257, // 0, 2, .. 512 of a table
  localparam int unsigned OddEntries = 256,
  localparam int unsigned EvenWidth = $clog2(Tables * EvenEntries),
  localparam int unsigned OddWidth = $clog2(Tables * OddEntries)
) (
  input  logic        clk_i,
  input  logic [2:0]  valid_i, // by stage
  input  logic [1:0]  function_i, // 0 none, 1 table on int16, 2 table on int8
  input  logic [2:0]  table_i,
  input  logic [31:0] value_i, // int16 or int8 if there is a function
  output logic [31:0] result_o, // combinational in stage 2
  // entries; the same for all lanes
  input  logic        write_i,
  input  logic [2:0]  write_table_i,
  input  logic [9:0]  write_entry_i,
  input  logic [15:0] write_data_i
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0] fault_i
`endif
);

  localparam logic [1:0] Table16 = 2'd1, Table8 = 2'd2;

  logic [8:0]           entry; // the lower one
  logic                 read, odd_q;
  logic [6:0]           fraction_q;
  logic [EvenWidth-1:0] even_address;
  logic [OddWidth-1:0]  odd_address;
  logic signed [15:0]   even, odd, low, high;
  logic signed [31:0]   value_q, sum_q;

  assign read = valid_i[0] && function_i != '0;

  always_comb begin
    entry = '0;
    even_address = '0;
    odd_address = '0;
    if (read) begin
      entry = function_i == Table8 ? {1'b0, ~value_i[7], value_i[6:0]} : {~value_i[15], value_i[14:7]};
      even_address = EvenWidth'(32'(table_i) * EvenEntries + 32'(entry[8:1]) + 32'(entry[0]));
      odd_address = OddWidth'({table_i, entry[8:1]});
    end
  end

  sram #(.Width(16), .Depth(Tables * EvenEntries)) u_even (
    .clk_i,
    .read_i         (read),
    .read_address_i (even_address),
    .read_data_o    (even),
    .write_i        (write_i && !write_entry_i[0]),
    .write_address_i(EvenWidth'(32'(write_table_i) * EvenEntries + 32'(write_entry_i[9:1]))),
    .write_data_i
  );

  sram #(.Width(16), .Depth(Tables * OddEntries)) u_odd (
    .clk_i,
    .read_i         (read),
    .read_address_i (odd_address),
    .read_data_o    (odd),
    .write_i        (write_i && write_entry_i[0]),
    .write_address_i(OddWidth'({write_table_i, write_entry_i[8:1]})),
    .write_data_i
  );

  always_comb begin
    low = '0;
    high = '0;
    if (valid_i[1]) begin
      low = odd_q ? odd : even;
      high = odd_q ? even : odd;
`ifdef LOCKSTEP_FAULTS
      if (fault_i == 8'd17) low = even;
`endif
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i[0]) begin
      odd_q      <= entry[0];
      fraction_q <= value_i[6:0];
      value_q    <= value_i;
    end
    if (valid_i[1]) begin
      case (function_i)
        Table16: sum_q <= (32'(low) << 7) + (32'(high) - 32'(low)) * $signed({25'b0, fraction_q});
        Table8: sum_q <= 32'($signed(low[7:0]));
        default: sum_q <= value_q;
      endcase
    end
  end

  // Between two int16 entries lies an int16: no saturation is needed after the rounding.
  always_comb begin
    result_o = '0;
    if (valid_i[2]) result_o = function_i == Table16 ? (sum_q + 32'sd64) >>> 7 : sum_q;
  end

endmodule
