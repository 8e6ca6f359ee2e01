// Bound to the top: the AXI4 rules that a manager promises, and what it expects of memory.
module axi_assertions #(
  parameter int unsigned ReadBytes = 16,
  parameter int unsigned WriteBytes = 16,
  parameter int unsigned BurstBytes = 64
) (
  input logic                    clk_i,
  input logic                    rst_ni,
  input logic                    m_axi_arvalid_o,
  input logic                    m_axi_arready_i,
  input logic [0:0]              m_axi_arid_o,
  input logic [63:0]             m_axi_araddr_o,
  input logic [7:0]              m_axi_arlen_o,
  input logic                    m_axi_rvalid_i,
  input logic                    m_axi_rlast_i,
  input logic                    m_axi_awvalid_o,
  input logic                    m_axi_awready_i,
  input logic [63:0]             m_axi_awaddr_o,
  input logic [7:0]              m_axi_awlen_o,
  input logic                    m_axi_wvalid_o,
  input logic                    m_axi_wready_i,
  input logic [8*WriteBytes-1:0] m_axi_wdata_o,
  input logic [WriteBytes-1:0]   m_axi_wstrb_o,
  input logic                    m_axi_wlast_o,
  input logic                    m_axi_bvalid_i
);

  logic [31:0] reads_q, writes_q; // bursts requested (or sent) and not answered
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reads_q  <= '0;
      writes_q <= '0;
    end else begin
      reads_q  <= reads_q + 32'(m_axi_arvalid_o && m_axi_arready_i) - 32'(m_axi_rvalid_i && m_axi_rlast_i);
      writes_q <= writes_q + 32'(m_axi_wvalid_o && m_axi_wready_i && m_axi_wlast_o) - 32'(m_axi_bvalid_i);
    end
  end

  // A read request that was offered stays, unchanged, until it is taken.
  read_request_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    m_axi_arvalid_o && !m_axi_arready_i |=> m_axi_arvalid_o && $stable({m_axi_arid_o, m_axi_araddr_o, m_axi_arlen_o}));

  // A write request that was offered stays, unchanged, until it is taken.
  write_request_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    m_axi_awvalid_o && !m_axi_awready_i |=> m_axi_awvalid_o && $stable({m_axi_awaddr_o, m_axi_awlen_o}));

  // A beat that was offered stays, unchanged, until it is taken.
  write_beat_is_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
    m_axi_wvalid_o && !m_axi_wready_i |=> m_axi_wvalid_o && $stable({m_axi_wdata_o, m_axi_wstrb_o, m_axi_wlast_o}));

  // No read burst crosses a multiple of BurstBytes (and so none crosses 4 KiB).
  read_burst_stays_inside: assert property (@(posedge clk_i) disable iff (!rst_ni)
    m_axi_arvalid_o |-> m_axi_araddr_o % 64'(BurstBytes) / 64'(ReadBytes) + 64'(m_axi_arlen_o)
                        < 64'(BurstBytes) / 64'(ReadBytes));

  // No write burst crosses a multiple of BurstBytes.
  write_burst_stays_inside: assert property (@(posedge clk_i) disable iff (!rst_ni)
    m_axi_awvalid_o |-> m_axi_awaddr_o % 64'(BurstBytes) / 64'(WriteBytes) + 64'(m_axi_awlen_o)
                        < 64'(BurstBytes) / 64'(WriteBytes));

  // Every beat writes at least one byte.
  write_beat_has_bytes: assert property (@(posedge clk_i) disable iff (!rst_ni) m_axi_wvalid_o |-> m_axi_wstrb_o != '0);

  // Memory delivers only what was asked for.
  read_beat_was_requested: assert property (@(posedge clk_i) disable iff (!rst_ni) m_axi_rvalid_i |-> reads_q != '0);

  // Memory answers only what was written.
  response_has_burst: assert property (@(posedge clk_i) disable iff (!rst_ni) m_axi_bvalid_i |-> writes_q != '0);

endmodule

`ifdef LOCKSTEP_ASSERT
bind lockstep_top axi_assertions #(
  .ReadBytes(MemoryReadBytesPerCycle), .WriteBytes(MemoryWriteBytesPerCycle), .BurstBytes(MemoryBurstBytes)
) u_axi_assertions (.*);
`endif
