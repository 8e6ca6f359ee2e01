// The 64 bytes of an instruction from the beats of its burst: complete in the cycle of the last beat. A beat of 128
// bytes holds two instructions, of which select_high_i takes the upper one.
module instruction_assembler #(
  parameter int unsigned BeatBytes = 16
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   beat_valid_i,
  input  logic                   beat_last_i,
  input  logic [8*BeatBytes-1:0] beat_data_i,
  input  logic                   select_high_i,
  output logic [511:0]           instruction_o
);

  if (BeatBytes > 64) begin : gen_wide
    logic unused;
    assign unused = ^{clk_i, rst_ni, beat_valid_i, beat_last_i};
    assign instruction_o = select_high_i ? beat_data_i[8*BeatBytes-1 -: 512] : beat_data_i[511:0];
  end else if (BeatBytes == 64) begin : gen_equal
    logic unused;
    assign unused = ^{clk_i, rst_ni, beat_valid_i, beat_last_i, select_high_i};
    assign instruction_o = beat_data_i;
  end else begin : gen_narrow
    localparam int unsigned Beats = 64 / BeatBytes;
    localparam int unsigned IndexWidth = $clog2(Beats);
    logic [512-8*BeatBytes-1:0] earlier_q; // all beats but the last
    logic [IndexWidth-1:0]      index_q;
    logic                       unused;

    assign unused = select_high_i;
    assign instruction_o = {beat_data_i, earlier_q};

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) index_q <= '0;
      else if (beat_valid_i) index_q <= beat_last_i ? '0 : index_q + 1'b1;
    end

    always_ff @(posedge clk_i) begin
      for (int unsigned i = 0; i + 1 < Beats; i++) begin
        if (beat_valid_i && index_q == IndexWidth'(i)) earlier_q[8*BeatBytes*i +: 8*BeatBytes] <= beat_data_i;
      end
    end
  end

endmodule
