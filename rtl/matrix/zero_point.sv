// Elements of 8 bits less their zero point: 9 bits signed. Lanes from count_i on are zero. Registered; without valid_i
// the output stays.
module zero_point #(
  parameter int unsigned Lanes = 16,
  localparam int unsigned CountWidth = $clog2(Lanes + 1)
) (
  input  logic                  clk_i,
  input  logic                  valid_i,
  input  logic                  unsigned_i, // uint8, else int8
  input  logic [8:0]            zero_point_i,
  input  logic [CountWidth-1:0] count_i,
  input  logic [8*Lanes-1:0]    data_i,
  output logic [9*Lanes-1:0]    data_o
);

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      for (int unsigned i = 0; i < Lanes; i++) begin
        data_o[9*i +: 9] <= CountWidth'(i) >= count_i ? 9'd0 :
                            {data_i[8*i + 7] && !unsigned_i, data_i[8*i +: 8]} - zero_point_i;
      end
    end
  end

endmodule
