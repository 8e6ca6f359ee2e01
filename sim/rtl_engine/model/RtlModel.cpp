// The Verilated lockstep_bench behind the plain functions of RtlModel.h; compiled into every model's shared
// object.
#include "RtlModel.h"

#include "Vlockstep_bench.h"
#include "verilated.h"
#ifdef LOCKSTEP_TRACE
#include "verilated_fst_c.h"
#endif

#include <cstdarg>
#include <memory>
#include <string>

namespace {

struct Model {
  VerilatedContext context;
  std::unique_ptr<Vlockstep_bench> top;
#ifdef LOCKSTEP_TRACE
  std::unique_ptr<VerilatedFstC> wave;
#endif
  std::string messages;
  uint8_t failed = 0;
};

/// The model of this thread: what prints or stops belongs to it.
thread_local Model *currentModel = nullptr;

Model &of(void *model) { return *static_cast<Model *>(model); }

void *create() {
  auto *model = new Model;
  currentModel = model;
  Verilated::threadContextp(&model->context);
#ifdef LOCKSTEP_TRACE
  model->context.traceEverOn(true);
#endif
  model->top = std::make_unique<Vlockstep_bench>(&model->context, "");
  return model;
}

void destroy(void *model) {
  of(model).top->final();
  delete &of(model);
  currentModel = nullptr;
}

template <typename T> uint8_t *bytesOf(T &port) { return reinterpret_cast<uint8_t *>(&port); }

void ports(void *model, lockstep::RtlPorts *p) {
  Vlockstep_bench &top = *of(model).top;
#define PORT(name) p->name = &top.name;
#define BYTES(name) p->name = bytesOf(top.name);
  PORT(clk_i)
  PORT(rst_ni) PORT(s_axil_awvalid_i) PORT(s_axil_awready_o) PORT(s_axil_wvalid_i) PORT(s_axil_wready_o)
      PORT(s_axil_wstrb_i) PORT(s_axil_bvalid_o) PORT(s_axil_bready_i) PORT(s_axil_arvalid_i)
          PORT(s_axil_arready_o) PORT(s_axil_rvalid_o) PORT(s_axil_rready_i) PORT(s_axil_awaddr_i)
              PORT(s_axil_araddr_i) PORT(s_axil_wdata_i) PORT(s_axil_rdata_o) PORT(m_axi_arvalid_o)
                  PORT(m_axi_arready_i) PORT(m_axi_arid_o) PORT(m_axi_arlen_o) PORT(m_axi_araddr_o)
                      PORT(m_axi_rvalid_i) PORT(m_axi_rready_o) PORT(m_axi_rid_i) PORT(m_axi_rresp_i)
                          PORT(m_axi_rlast_i) BYTES(m_axi_rdata_i) PORT(m_axi_awvalid_o) PORT(m_axi_awready_i)
                              PORT(m_axi_awlen_o) PORT(m_axi_awaddr_o) PORT(m_axi_wvalid_o)
                                  PORT(m_axi_wready_i) PORT(m_axi_wlast_o) BYTES(m_axi_wdata_o)
                                      BYTES(m_axi_wstrb_o) PORT(m_axi_bvalid_i) PORT(m_axi_bready_o)
                                          PORT(m_axi_bresp_i) PORT(event_dispatched_o) PORT(event_started_o)
                                              PORT(event_finished_o) PORT(running_o) PORT(error_o)
                                                  PORT(halted_o) PORT(progress_o) PORT(dispatched_pc_o)
                                                      PORT(debug_address_i) PORT(debug_memory_i)
                                                          BYTES(debug_data_o)
#undef PORT
#undef BYTES
                                                              p->counters_o = bytesOf(top.counters_o);
#ifdef LOCKSTEP_FAULTS
  p->fault_i = &top.fault_i;
#else
  p->fault_i = nullptr;
#endif
  p->failed = &of(model).failed;
}

void eval(void *model) { of(model).top->eval(); }
const char *messages(void *model) { return of(model).messages.c_str(); }

#ifdef LOCKSTEP_TRACE
bool openTrace(void *model, const char *file) {
  of(model).wave = std::make_unique<VerilatedFstC>();
  of(model).top->trace(of(model).wave.get(), 99);
  of(model).wave->open(file);
  return of(model).wave->isOpen();
}
void dumpTrace(void *model, uint64_t time) { of(model).wave->dump(time); }
void closeTrace(void *model) { of(model).wave->close(); }
#else
bool openTrace(void *, const char *) { return false; }
void dumpTrace(void *, uint64_t) {}
void closeTrace(void *) {}
#endif

void fail(const char *file, int line, const char *message) {
  if (!currentModel)
    return;
  currentModel->failed = 1;
  lockstepModelPrint("%s:%d: %s\n", file && *file ? file : "design", line, message);
}

} // namespace

int lockstepModelPrint(const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (currentModel && currentModel->messages.size() < 65536)
    currentModel->messages += text;
  return length;
}

// Verilator's hooks: a failing assertion stops the run with a message instead of ending the process.
void vl_stop(const char *file, int line, const char *) VL_MT_UNSAFE { fail(file, line, "stopped"); }
void vl_fatal(const char *file, int line, const char *, const char *message) VL_MT_UNSAFE {
  fail(file, line, message);
}
void vl_finish(const char *file, int line, const char *) VL_MT_UNSAFE { fail(file, line, "finished"); }

extern "C" __attribute__((visibility("default"))) const lockstep::RtlModelFunctions *lockstepRtlModel() {
  static const lockstep::RtlModelFunctions functions = {
      lockstep::kRtlModelVersion, create, destroy, ports, eval, messages, openTrace, dumpTrace, closeTrace};
  return &functions;
}
