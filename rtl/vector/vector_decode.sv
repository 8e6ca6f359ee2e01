// One slice of an operand's row as int32 lanes (manual, "Numbers"), one cycle later. The row's words stand side by side
// as they lie in their memory. Lanes that do not count become the neutral value.
module vector_decode #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Lanes = 16,
  parameter int unsigned RowBits = 1024 // of the words of the widest type
) (
  input  logic                clk_i,
  input  logic                enable_i,
  input  logic [RowBits-1:0]  row_i,
  input  logic                in_accumulator_i,
  input  logic [2:0]          type_i,
  input  logic [31:0]         immediate_i, // of type 7
  input  logic [7:0]          slice_i,
  input  logic [Lanes-1:0]    counts_i,
  input  logic [31:0]         neutral_i,
  output logic [32*Lanes-1:0] lanes_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]         fault_i
`endif
);

  localparam int unsigned Slices = Columns / Lanes;
  localparam int unsigned LowHalf8 = 8 * VectorBytes; // where the second word begins
  localparam int unsigned LowHalf32 = 32 * Columns;
  localparam logic [2:0] Int8 = 3'd0, Uint8 = 3'd1, Int16 = 3'd3, Pair = 3'd4, Wide = 3'd5, Immediate = 3'd7;

  logic [31:0] offset; // of a pair
`ifdef LOCKSTEP_FAULTS
  assign offset = fault_i == 8'd16 ? 32'd0 : 32'd128;
`else
  assign offset = 32'd128;
`endif

  // h + ((l + 128) >> 8)
  function automatic logic [31:0] wide_value(input logic [31:0] high, input logic [31:0] low);
    logic signed [32:0] sum;
    sum = 33'($signed(low)) + 33'sd128;
    wide_value = high + 32'(sum >>> 8);
  endfunction

  function automatic logic [32*Lanes-1:0] decoded(input logic [7:0] slice);
    decoded = '0;
    for (int unsigned s = 0; s < Slices; s++) begin
      if (slice == 8'(s)) begin
        case (type_i)
          Int8:
            for (int unsigned l = 0; l < Lanes; l++)
              decoded[32*l +: 32] = 32'($signed(row_i[8*(s*Lanes+l) +: 8]));
          Uint8:
            for (int unsigned l = 0; l < Lanes; l++)
              decoded[32*l +: 32] = 32'(row_i[8*(s*Lanes+l) +: 8]);
          Int16:
            for (int unsigned l = 0; l < Lanes; l++)
              decoded[32*l +: 32] = 32'($signed(row_i[16*(s*Lanes+l) +: 16]));
          Pair:
            for (int unsigned l = 0; l < Lanes; l++)
              decoded[32*l +: 32] = in_accumulator_i ?
                {row_i[32*(s*Lanes+l) +: 24], 8'b0} + row_i[LowHalf32+32*(s*Lanes+l) +: 32] + offset :
                32'($signed({row_i[8*(s*Lanes+l) +: 8], 8'b0}))
                + 32'($signed(row_i[LowHalf8+8*(s*Lanes+l) +: 8])) + offset;
          Wide:
            for (int unsigned l = 0; l < Lanes; l++)
              decoded[32*l +: 32] = wide_value(row_i[32*(s*Lanes+l) +: 32], row_i[LowHalf32+32*(s*Lanes+l) +: 32]);
          Immediate: decoded = {Lanes{immediate_i}};
          default: decoded = row_i[32*Lanes*s +: 32*Lanes];
        endcase
        for (int unsigned l = 0; l < Lanes; l++) begin
          if (!counts_i[l]) decoded[32*l +: 32] = neutral_i;
        end
      end
    end
  endfunction

  always_ff @(posedge clk_i) begin
    if (enable_i) lanes_o <= decoded(slice_i);
  end

endmodule
