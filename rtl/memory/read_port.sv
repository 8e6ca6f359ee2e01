// Shares the AXI4 read manager between fetch (ID 0, first) and load (ID 1). A request that was offered stays until it
// is taken. Read data goes to its owner in the cycle of its beat; this port is always ready for it.
module read_port #(
  parameter int unsigned BeatBytes = 16
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  // fetch: one instruction of 64 bytes
  input  logic                   fetch_valid_i,
  output logic                   fetch_ready_o,
  input  logic [63:0]            fetch_address_i,
  output logic                   fetch_beat_o,
  // load
  input  logic                   load_valid_i,
  output logic                   load_ready_o,
  input  logic [63:0]            load_address_i,
  input  logic [7:0]             load_length_i, // beats less 1
  output logic                   load_beat_o,
  // AXI4
  output logic                   m_axi_arvalid_o,
  input  logic                   m_axi_arready_i,
  output logic [0:0]             m_axi_arid_o,
  output logic [63:0]            m_axi_araddr_o,
  output logic [7:0]             m_axi_arlen_o,
  output logic [2:0]             m_axi_arsize_o,
  output logic [1:0]             m_axi_arburst_o,
  input  logic                   m_axi_rvalid_i,
  output logic                   m_axi_rready_o,
  input  logic [0:0]             m_axi_rid_i
);

  localparam int unsigned FetchBeats = BeatBytes >= 64 ? 1 : 64 / BeatBytes;

  logic load_held_q; // a load request was offered and not taken: it keeps its turn
  logic fetch_turn;

  assign fetch_turn = fetch_valid_i && !load_held_q;
  assign m_axi_arvalid_o = fetch_turn || load_valid_i;
  assign m_axi_arid_o = !fetch_turn;
  assign m_axi_araddr_o = fetch_turn ? fetch_address_i : load_address_i;
  assign m_axi_arlen_o = fetch_turn ? 8'(FetchBeats - 1) : load_length_i;
  assign m_axi_arsize_o = 3'($clog2(BeatBytes));
  assign m_axi_arburst_o = 2'b01;
  assign fetch_ready_o = fetch_turn && m_axi_arready_i;
  assign load_ready_o = !fetch_turn && m_axi_arready_i;

  assign m_axi_rready_o = 1'b1;
  assign fetch_beat_o = m_axi_rvalid_i && !m_axi_rid_i;
  assign load_beat_o = m_axi_rvalid_i && m_axi_rid_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) load_held_q <= 1'b0;
    else load_held_q <= load_valid_i && !fetch_turn && !m_axi_arready_i;
  end

endmodule
