// A value, Stages cycles later. Without valid_i the value does not move on (only its valid bit does).
module delay_line #(
  parameter int unsigned Width = 8,
  parameter int unsigned Stages = 1 // may be 0
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             valid_i,
  input  logic [Width-1:0] data_i,
  output logic             valid_o,
  output logic [Width-1:0] data_o
);

  if (Stages == 0) begin : gen_wire
    logic unused;
    assign unused = ^{clk_i, rst_ni};
    assign valid_o = valid_i;
    assign data_o = data_i;
  end else begin : gen_stages
    logic [Stages-1:0] valid_q;
    logic [Width-1:0]  data_q [Stages];

    assign valid_o = valid_q[Stages-1];
    assign data_o = data_q[Stages-1];

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) valid_q <= '0;
      else valid_q <= Stages'({valid_q, valid_i});
    end

    always_ff @(posedge clk_i) begin
      if (valid_i) data_q[0] <= data_i;
      for (int unsigned i = 1; i < Stages; i++) begin
        if (valid_q[i-1]) data_q[i] <= data_q[i-1];
      end
    end
  end

endmodule
