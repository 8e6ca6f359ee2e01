// Sends complete bursts in their order: address and first beat together, then a beat in each cycle; slots and
// instructions are released by the responses. A burst that is complete in cycle z is sent from z + 1 on. Right under
// any timing of AW and W.
module store_back #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned Slots = 64
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,
  input  logic                   beat_i,
  input  logic [8*BeatBytes-1:0] data_i,
  input  logic [BeatBytes-1:0]   strobe_i,
  input  logic                   burst_i, // with its last beat
  input  logic [63:0]            address_i,
  input  logic [7:0]             length_i,
  input  logic                   last_i,
  output logic                   response_o,
  output logic                   complete_o, // the response of an instruction's last burst
  // AXI4
  output logic                   m_axi_awvalid_o,
  input  logic                   m_axi_awready_i,
  output logic [63:0]            m_axi_awaddr_o,
  output logic [7:0]             m_axi_awlen_o,
  output logic [2:0]             m_axi_awsize_o,
  output logic [1:0]             m_axi_awburst_o,
  output logic                   m_axi_wvalid_o,
  input  logic                   m_axi_wready_i,
  output logic [8*BeatBytes-1:0] m_axi_wdata_o,
  output logic [BeatBytes-1:0]   m_axi_wstrb_o,
  output logic                   m_axi_wlast_o,
  input  logic                   m_axi_bvalid_i,
  output logic                   m_axi_bready_o
);

  logic       burst_valid, address_taken_q, beats_taken_q, address_taken, beat_taken, burst_done;
  logic [7:0] beat_q;
  logic       last_of_instruction;

  // Beats, first come first out; those of the burst at the head are all there.
  sram_fifo #(.Width(9 * BeatBytes), .Depth(Slots * BurstBytes / BeatBytes)) u_beats (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i     (beat_i),
    .push_data_i({strobe_i, data_i}),
    .pop_i      (beat_taken),
    .valid_o    (),
    .data_o     ({m_axi_wstrb_o, m_axi_wdata_o}),
    .count_o    ()
  );

  sram_fifo #(.Width(72), .Depth(Slots)) u_bursts (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i     (burst_i),
    .push_data_i({length_i, address_i}),
    .pop_i      (burst_done),
    .valid_o    (burst_valid),
    .data_o     ({m_axi_awlen_o, m_axi_awaddr_o}),
    .count_o    ()
  );

  // For each burst without response: is it the last one of its instruction?
  sram_fifo #(.Width(1), .Depth(Slots)) u_responses (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i     (burst_i),
    .push_data_i(last_i),
    .pop_i      (m_axi_bvalid_i),
    .valid_o    (),
    .data_o     (last_of_instruction),
    .count_o    ()
  );

  assign m_axi_awvalid_o = burst_valid && !address_taken_q;
  assign m_axi_awsize_o = 3'($clog2(BeatBytes));
  assign m_axi_awburst_o = 2'b01;
  assign m_axi_wvalid_o = burst_valid && !beats_taken_q;
  assign m_axi_wlast_o = beat_q == m_axi_awlen_o;
  assign m_axi_bready_o = 1'b1;
  assign address_taken = m_axi_awvalid_o && m_axi_awready_i;
  assign beat_taken = m_axi_wvalid_o && m_axi_wready_i;
  assign burst_done = (address_taken || address_taken_q) && ((beat_taken && m_axi_wlast_o) || beats_taken_q);
  assign response_o = m_axi_bvalid_i;
  assign complete_o = m_axi_bvalid_i && last_of_instruction;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      address_taken_q <= 1'b0;
      beats_taken_q   <= 1'b0;
      beat_q          <= '0;
    end else if (clear_i) begin
      address_taken_q <= 1'b0;
      beats_taken_q   <= 1'b0;
      beat_q          <= '0;
    end else if (burst_valid) begin
      address_taken_q <= !burst_done && (address_taken || address_taken_q);
      beats_taken_q   <= !burst_done && ((beat_taken && m_axi_wlast_o) || beats_taken_q);
      if (burst_done) beat_q <= '0;
      else if (beat_taken) beat_q <= beat_q + 8'd1;
    end
  end

endmodule
