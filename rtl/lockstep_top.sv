// The accelerator: a systolic array with software-managed memories. This is the only module that derives sizes from
// the machine's parameters (hw/machine/Parameters.def); clock, latency and DRAM parameters are only told by the
// control port. Timing and behaviour: hw/manual.
module lockstep_top #(
  parameter int unsigned ClockCoreMhz = 1000,
  parameter int unsigned ArrayRows = 16,
  parameter int unsigned ArrayColumns = 16,
  parameter int unsigned ArrayStageRows = 4,
  parameter int unsigned ArrayStageColumns = 4,
  parameter int unsigned ArrayWeightLoadBytesPerCycle = 16,
  parameter int unsigned ScratchpadSizeBytes = 262144,
  parameter int unsigned ScratchpadBanks = 8,
  parameter int unsigned AccumulatorSizeBytes = 65536,
  parameter int unsigned AccumulatorBanks = 8,
  parameter int unsigned VectorLanes = 16,
  parameter int unsigned VectorTables = 2,
  parameter int unsigned MemoryReadBytesPerCycle = 16,
  parameter int unsigned MemoryWriteBytesPerCycle = 16,
  parameter int unsigned MemoryBurstBytes = 64,
  parameter int unsigned MemoryReadBurstsInFlight = 64,
  parameter int unsigned MemoryWriteBurstsInFlight = 64,
  parameter int unsigned MemoryLatencyCycles = 20,
  parameter int unsigned SequencerInstructionBuffer = 64,
  parameter int unsigned SequencerFetchAhead = 16,
  parameter int unsigned SequencerQueueDepth = 4,
  parameter int unsigned DramClockMhz = 1200,
  parameter int unsigned DramBankGroups = 4,
  parameter int unsigned DramBanksPerGroup = 4,
  parameter int unsigned DramRowBytes = 8192,
  parameter int unsigned DramAccessBytes = 64,
  parameter int unsigned DramAccessTicks = 4,
  parameter int unsigned DramCl = 17,
  parameter int unsigned DramCwl = 12,
  parameter int unsigned DramTRcd = 17,
  parameter int unsigned DramTRp = 17,
  parameter int unsigned DramTRas = 39,
  parameter int unsigned DramTCcdS = 4,
  parameter int unsigned DramTCcdL = 6,
  parameter int unsigned DramTRrd = 4,
  parameter int unsigned DramTWr = 18,
  parameter int unsigned DramTRtp = 9,
  parameter int unsigned DramTWtr = 9,
  parameter int unsigned DramTRfc = 420,
  parameter int unsigned DramTRefi = 9360,
  parameter int unsigned DramControllerCycles = 20
) (
  input  logic                                         clk_i,
  input  logic                                         rst_ni,
  output logic                                         irq_o,
  // control port, AXI4-Lite
  input  logic                                         s_axil_awvalid_i,
  output logic                                         s_axil_awready_o,
  input  logic [15:0]                                  s_axil_awaddr_i,
  input  logic                                         s_axil_wvalid_i,
  output logic                                         s_axil_wready_o,
  input  logic [31:0]                                  s_axil_wdata_i,
  input  logic [3:0]                                   s_axil_wstrb_i,
  output logic                                         s_axil_bvalid_o,
  input  logic                                         s_axil_bready_i,
  output logic [1:0]                                   s_axil_bresp_o,
  input  logic                                         s_axil_arvalid_i,
  output logic                                         s_axil_arready_o,
  input  logic [15:0]                                  s_axil_araddr_i,
  output logic                                         s_axil_rvalid_o,
  input  logic                                         s_axil_rready_i,
  output logic [31:0]                                  s_axil_rdata_o,
  output logic [1:0]                                   s_axil_rresp_o,
  // memory, AXI4 read channels
  output logic                                         m_axi_arvalid_o,
  input  logic                                         m_axi_arready_i,
  output logic [0:0]                                   m_axi_arid_o,
  output logic [63:0]                                  m_axi_araddr_o,
  output logic [7:0]                                   m_axi_arlen_o,
  output logic [2:0]                                   m_axi_arsize_o,
  output logic [1:0]                                   m_axi_arburst_o,
  input  logic                                         m_axi_rvalid_i,
  output logic                                         m_axi_rready_o,
  input  logic [0:0]                                   m_axi_rid_i,
  input  logic [8*MemoryReadBytesPerCycle-1:0]         m_axi_rdata_i,
  input  logic [1:0]                                   m_axi_rresp_i,
  input  logic                                         m_axi_rlast_i,
  // memory, AXI4 write channels
  output logic                                         m_axi_awvalid_o,
  input  logic                                         m_axi_awready_i,
  output logic [63:0]                                  m_axi_awaddr_o,
  output logic [7:0]                                   m_axi_awlen_o,
  output logic [2:0]                                   m_axi_awsize_o,
  output logic [1:0]                                   m_axi_awburst_o,
  output logic                                         m_axi_wvalid_o,
  input  logic                                         m_axi_wready_i,
  output logic [8*MemoryWriteBytesPerCycle-1:0]        m_axi_wdata_o,
  output logic [MemoryWriteBytesPerCycle-1:0]          m_axi_wstrb_o,
  output logic                                         m_axi_wlast_o,
  input  logic                                         m_axi_bvalid_i,
  output logic                                         m_axi_bready_o,
  input  logic [1:0]                                   m_axi_bresp_i
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]                             fault_i // which deliberate fault is on (faults.md); 0 none
`endif
);

  // ---- sizes ----
  localparam int unsigned VectorBytes = ArrayRows > ArrayColumns ? ArrayRows : ArrayColumns;
  localparam int unsigned AccumulatorBytes = 4 * ArrayColumns; // of a word
  localparam int unsigned WeightWords = ArrayWeightLoadBytesPerCycle / VectorBytes; // per cycle
  localparam int unsigned ScratchpadBankWords = ScratchpadSizeBytes / (ScratchpadBanks * VectorBytes);
  localparam int unsigned AccumulatorBankWords = AccumulatorSizeBytes / (AccumulatorBanks * AccumulatorBytes);
  localparam int unsigned ParameterCount = 41;
  localparam logic [32*ParameterCount-1:0] ParameterValues = { // the first of the list in the low bits
    32'(DramControllerCycles), 32'(DramTRefi), 32'(DramTRfc),
    32'(DramTWtr), 32'(DramTRtp), 32'(DramTWr),
    32'(DramTRrd), 32'(DramTCcdL), 32'(DramTCcdS),
    32'(DramTRas), 32'(DramTRp), 32'(DramTRcd),
    32'(DramCwl), 32'(DramCl), 32'(DramAccessTicks),
    32'(DramAccessBytes), 32'(DramRowBytes), 32'(DramBanksPerGroup),
    32'(DramBankGroups), 32'(DramClockMhz), 32'(SequencerQueueDepth),
    32'(SequencerFetchAhead), 32'(SequencerInstructionBuffer), 32'(MemoryLatencyCycles),
    32'(MemoryWriteBurstsInFlight), 32'(MemoryReadBurstsInFlight), 32'(MemoryBurstBytes),
    32'(MemoryWriteBytesPerCycle), 32'(MemoryReadBytesPerCycle), 32'(VectorTables), 32'(VectorLanes),
    32'(AccumulatorBanks), 32'(AccumulatorSizeBytes), 32'(ScratchpadBanks),
    32'(ScratchpadSizeBytes), 32'(ArrayWeightLoadBytesPerCycle), 32'(ArrayStageColumns),
    32'(ArrayStageRows), 32'(ArrayColumns), 32'(ArrayRows),
    32'(ClockCoreMhz)
  };

  logic         start, running, stop, halted, idle;
  logic [63:0]  program_address;
  logic [31:0]  program_length;
  logic [511:0] arguments;
  logic [7:0]   sequencer_error;
  logic         load_error, store_error, semaphore_error;
  logic         fetch_valid, fetch_ready, fetch_beat;
  logic [63:0]  fetch_address;
  // by unit: load, matrix, vector, store
  logic [3:0]    head_valid, head_is_sync, waits_ready, unit_start, unit_finish, unit_unfinished;
  logic [83:0]   head_posts, finish_posts;
  logic [2047:0] heads;

  control #(.ParameterCount(ParameterCount), .ParameterValues(ParameterValues)) u_control (
    .clk_i, .rst_ni, .irq_o,
    .s_axil_awvalid_i, .s_axil_awready_o, .s_axil_awaddr_i,
    .s_axil_wvalid_i, .s_axil_wready_o, .s_axil_wdata_i, .s_axil_wstrb_i,
    .s_axil_bvalid_o, .s_axil_bready_i, .s_axil_bresp_o,
    .s_axil_arvalid_i, .s_axil_arready_o, .s_axil_araddr_i,
    .s_axil_rvalid_o, .s_axil_rready_i, .s_axil_rdata_o, .s_axil_rresp_o,
    .start_o          (start),
    .program_address_o(program_address),
    .program_length_o (program_length),
    .arguments_o      (arguments),
    .running_o        (running),
    .stop_o           (stop),
    .idle_i           (idle),
    .busy_port_i      (fetch_valid),
    .sequencer_error_i(sequencer_error),
    .load_error_i     (load_error),
    .store_error_i    (store_error),
    .semaphore_error_i(semaphore_error)
  );

  // Halted with nothing to do; after an error also with instructions left that nobody will wake.
  assign idle = halted && unit_unfinished == '0 && (head_valid == '0 || (stop && unit_start == '0));

  dispatch #(
    .BeatBytes(MemoryReadBytesPerCycle), .BufferInstructions(SequencerInstructionBuffer),
    .FetchAhead(SequencerFetchAhead), .QueueDepth(SequencerQueueDepth)
  ) u_dispatch (
    .clk_i, .rst_ni,
    .start_i          (start),
    .program_address_i(program_address),
    .program_length_i (program_length),
    .arguments_i      (arguments),
    .stop_i           (stop),
    .halted_o         (halted),
    .sequencer_error_o(sequencer_error),
    .semaphore_error_o(semaphore_error),
    .fetch_valid_o    (fetch_valid),
    .fetch_ready_i    (fetch_ready),
    .fetch_address_o  (fetch_address),
    .beat_valid_i     (fetch_beat),
    .beat_last_i      (m_axi_rlast_i),
    .beat_error_i     (m_axi_rresp_i[1]),
    .beat_data_i      (m_axi_rdata_i),
    .head_valid_o     (head_valid),
    .heads_o          (heads),
    .head_is_sync_o   (head_is_sync),
    .head_posts_o     (head_posts),
    .waits_ready_o    (waits_ready),
    .unit_start_i     (unit_start),
    .unit_finish_i    (unit_finish),
    .finish_posts_i   (finish_posts)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  datapath #(
    .Rows(ArrayRows), .Columns(ArrayColumns), .StageRows(ArrayStageRows), .StageColumns(ArrayStageColumns),
    .WeightWords(WeightWords), .Lanes(VectorLanes), .Tables(VectorTables),
    .ScratchpadBanks(ScratchpadBanks), .ScratchpadBankWords(ScratchpadBankWords),
    .AccumulatorBanks(AccumulatorBanks), .AccumulatorBankWords(AccumulatorBankWords),
    .ReadBytes(MemoryReadBytesPerCycle), .WriteBytes(MemoryWriteBytesPerCycle), .BurstBytes(MemoryBurstBytes),
    .ReadSlots(MemoryReadBurstsInFlight), .WriteSlots(MemoryWriteBurstsInFlight)
  ) u_datapath (
    .clk_i, .rst_ni,
    .clear_i          (start),
    .load_error_o     (load_error),
    .store_error_o    (store_error),
    .head_valid_i     (head_valid),
    .heads_i          (heads),
    .head_is_sync_i   (head_is_sync),
    .head_posts_i     (head_posts),
    .waits_ready_i    (waits_ready),
    .unit_start_o     (unit_start),
    .unit_finish_o    (unit_finish),
    .unit_unfinished_o(unit_unfinished),
    .finish_posts_o   (finish_posts),
    .fetch_valid_i    (fetch_valid),
    .fetch_ready_o    (fetch_ready),
    .fetch_address_i  (fetch_address),
    .fetch_beat_o     (fetch_beat),
    .m_axi_arvalid_o, .m_axi_arready_i, .m_axi_arid_o, .m_axi_araddr_o, .m_axi_arlen_o, .m_axi_arsize_o,
    .m_axi_arburst_o, .m_axi_rvalid_i, .m_axi_rready_o, .m_axi_rid_i, .m_axi_rdata_i, .m_axi_rresp_i,
    .m_axi_awvalid_o, .m_axi_awready_i, .m_axi_awaddr_o, .m_axi_awlen_o, .m_axi_awsize_o, .m_axi_awburst_o,
    .m_axi_wvalid_o, .m_axi_wready_i, .m_axi_wdata_o, .m_axi_wstrb_o, .m_axi_wlast_o,
    .m_axi_bvalid_i, .m_axi_bready_o, .m_axi_bresp_i
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  logic unused;
  assign unused = running; // for whoever looks on

endmodule
