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

    assign valid_o = valid_q[Stages-1];

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) valid_q <= '0;
      else valid_q <= Stages'({valid_q, valid_i});
    end

    for (genvar i = 0; i < Stages; i++) begin : gen_stage
      logic [Width-1:0] data_q;
      if (i == 0) begin : gen_first
        always_ff @(posedge clk_i) if (valid_i) data_q <= data_i;
      end else begin : gen_next
        always_ff @(posedge clk_i) if (valid_q[i-1]) data_q <= gen_stage[i-1].data_q;
      end
    end
    assign data_o = gen_stage[Stages-1].data_q;
  end

endmodule
