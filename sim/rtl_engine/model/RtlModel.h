// The boundary between the harness and a Verilated model in a shared object: plain pointers and functions, so
// that the harness is compiled once and a model knows nothing of it. Included by both sides; part of the
// cache key.
#pragma once

#include <cstdint>

namespace lockstep {

/// Changes whenever a struct below does; a model of another version is rebuilt.
constexpr unsigned kRtlModelVersion = 1;

/// Where the ports of lockstep_bench live in a model: inputs are written and outputs read in place. Byte
/// pointers to data, strobes and flat vectors are little-endian: byte 0 is bits 7:0.
struct RtlPorts {
  uint8_t *clk_i, *rst_ni;
  // AXI4-Lite control port.
  uint8_t *s_axil_awvalid_i, *s_axil_awready_o, *s_axil_wvalid_i, *s_axil_wready_o, *s_axil_wstrb_i;
  uint8_t *s_axil_bvalid_o, *s_axil_bready_i, *s_axil_arvalid_i, *s_axil_arready_o, *s_axil_rvalid_o,
      *s_axil_rready_i;
  uint16_t *s_axil_awaddr_i, *s_axil_araddr_i;
  uint32_t *s_axil_wdata_i, *s_axil_rdata_o;
  // AXI4 read port.
  uint8_t *m_axi_arvalid_o, *m_axi_arready_i, *m_axi_arid_o, *m_axi_arlen_o;
  uint64_t *m_axi_araddr_o;
  uint8_t *m_axi_rvalid_i, *m_axi_rready_o, *m_axi_rid_i, *m_axi_rresp_i, *m_axi_rlast_i, *m_axi_rdata_i;
  // AXI4 write port.
  uint8_t *m_axi_awvalid_o, *m_axi_awready_i, *m_axi_awlen_o;
  uint64_t *m_axi_awaddr_o;
  uint8_t *m_axi_wvalid_o, *m_axi_wready_i, *m_axi_wlast_o, *m_axi_wdata_o, *m_axi_wstrb_o;
  uint8_t *m_axi_bvalid_i, *m_axi_bready_o, *m_axi_bresp_i;
  // Observation.
  uint8_t *event_dispatched_o, *event_started_o, *event_finished_o;
  uint8_t *running_o, *error_o, *halted_o, *progress_o;
  uint32_t *dispatched_pc_o;
  const uint8_t *counters_o; // 20 counters of 64 bits, valid while the machine does not run
  uint32_t *debug_address_i;
  uint8_t *debug_memory_i;
  const uint8_t *debug_data_o;
  uint8_t *fault_i;      // null unless built with faults
  const uint8_t *failed; // 1 after an assertion has failed or the design has called $stop
};

/// What the shared object exports as `lockstepRtlModel()`.
struct RtlModelFunctions {
  unsigned version;
  void *(*create)(); // a model after its initial blocks; used and destroyed by the creating thread
  void (*destroy)(void *model);
  void (*ports)(void *model, RtlPorts *ports);
  void (*eval)(void *model);
  const char *(*messages)(void *model); // all that the design has printed
  bool (*openTrace)(void *model,
                    const char *file); // false: built without trace, or the file cannot be written
  void (*dumpTrace)(void *model, uint64_t time);
  void (*closeTrace)(void *model);
};

} // namespace lockstep
