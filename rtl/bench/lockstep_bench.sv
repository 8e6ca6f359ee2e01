// What the simulators compile: the design and, beside it, everything that looks on. Events are high in exactly the
// cycle that the manual gives; vectors over units are in the order load, matrix, vector, store. Observation only:
// nothing here drives the design, and nothing in the design knows of it.
module lockstep_bench #(
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
  input  logic [1:0]                                   m_axi_bresp_i,
  // events
  output logic [3:0]                                     event_dispatched_o,
  output logic [3:0]                                     event_started_o,
  output logic [3:0]                                     event_finished_o,
  output logic [31:0]                                    dispatched_pc_o, // index of the instruction in the program
  output logic                                           running_o,       // cycles 1 to total_cycles - 1
  output logic                                           halted_o,        // the sequencer is halted
  output logic                                           progress_o,      // a unit or the sequencer is busy
  output logic [7:0]                                     error_o,         // code of the first error, 0 none
  // who waits for what
  output logic [3:0]                                     head_valid_o,
  output logic [83:0]                                    head_waits_o,           // 3 x 7 bits for each unit
  output logic [63:0]                                    semaphore_available_o,  // count is not 0
  // 20 counters of 64 bits in the order of the manual, and the multiply-accumulates
  output logic [1279:0]                                  counters_o,
  output logic [63:0]                                    macs_o,
  // on-chip memory, while the machine does not run: a word of the scratchpad (0) or the accumulator (1), or an entry of
  // the function tables (2), 513 for each table; bit 16 says that not all lanes have the same
  input  logic [31:0]                                    debug_address_i,
  input  logic [1:0]                                     debug_memory_i,
  output logic [8*(ArrayRows > 4*ArrayColumns ? ArrayRows : 4*ArrayColumns)-1:0] debug_data_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]                                    fault_i
`endif
);

  lockstep_top #(
    .ClockCoreMhz(ClockCoreMhz), .ArrayRows(ArrayRows), .ArrayColumns(ArrayColumns), .ArrayStageRows(ArrayStageRows),
    .ArrayStageColumns(ArrayStageColumns), .ArrayWeightLoadBytesPerCycle(ArrayWeightLoadBytesPerCycle),
    .ScratchpadSizeBytes(ScratchpadSizeBytes), .ScratchpadBanks(ScratchpadBanks),
    .AccumulatorSizeBytes(AccumulatorSizeBytes), .AccumulatorBanks(AccumulatorBanks), .VectorLanes(VectorLanes),
    .VectorTables(VectorTables),
    .MemoryReadBytesPerCycle(MemoryReadBytesPerCycle), .MemoryWriteBytesPerCycle(MemoryWriteBytesPerCycle),
    .MemoryBurstBytes(MemoryBurstBytes), .MemoryReadBurstsInFlight(MemoryReadBurstsInFlight),
    .MemoryWriteBurstsInFlight(MemoryWriteBurstsInFlight), .MemoryLatencyCycles(MemoryLatencyCycles),
    .SequencerInstructionBuffer(SequencerInstructionBuffer), .SequencerFetchAhead(SequencerFetchAhead),
    .SequencerQueueDepth(SequencerQueueDepth), .DramClockMhz(DramClockMhz), .DramBankGroups(DramBankGroups),
    .DramBanksPerGroup(DramBanksPerGroup), .DramRowBytes(DramRowBytes), .DramAccessBytes(DramAccessBytes),
    .DramAccessTicks(DramAccessTicks), .DramCl(DramCl), .DramCwl(DramCwl), .DramTRcd(DramTRcd), .DramTRp(DramTRp),
    .DramTRas(DramTRas), .DramTCcdS(DramTCcdS), .DramTCcdL(DramTCcdL), .DramTRrd(DramTRrd), .DramTWr(DramTWr),
    .DramTRtp(DramTRtp), .DramTWtr(DramTWtr), .DramTRfc(DramTRfc), .DramTRefi(DramTRefi),
    .DramControllerCycles(DramControllerCycles)
  ) u_top (
    .clk_i, .rst_ni, .irq_o, .s_axil_awvalid_i, .s_axil_awready_o, .s_axil_awaddr_i,
    .s_axil_wvalid_i, .s_axil_wready_o, .s_axil_wdata_i, .s_axil_wstrb_i, .s_axil_bvalid_o,
    .s_axil_bready_i, .s_axil_bresp_o, .s_axil_arvalid_i, .s_axil_arready_o, .s_axil_araddr_i,
    .s_axil_rvalid_o, .s_axil_rready_i, .s_axil_rdata_o, .s_axil_rresp_o, .m_axi_arvalid_o,
    .m_axi_arready_i, .m_axi_arid_o, .m_axi_araddr_o, .m_axi_arlen_o, .m_axi_arsize_o,
    .m_axi_arburst_o, .m_axi_rvalid_i, .m_axi_rready_o, .m_axi_rid_i, .m_axi_rdata_i,
    .m_axi_rresp_i, .m_axi_rlast_i, .m_axi_awvalid_o, .m_axi_awready_i, .m_axi_awaddr_o,
    .m_axi_awlen_o, .m_axi_awsize_o, .m_axi_awburst_o, .m_axi_wvalid_o, .m_axi_wready_i,
    .m_axi_wdata_o, .m_axi_wstrb_o, .m_axi_wlast_o, .m_axi_bvalid_i, .m_axi_bready_o,
    .m_axi_bresp_i
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  // ---- events ----
  assign event_dispatched_o = u_top.u_dispatch.push;
  assign event_started_o = u_top.unit_start;
  assign event_finished_o = u_top.unit_finish;
  assign dispatched_pc_o = u_top.u_dispatch.u_sequencer.pc_q;
  assign running_o = u_top.running;
  assign error_o = u_top.u_control.error_q;
  assign head_valid_o = u_top.head_valid;
  assign head_waits_o = u_top.u_dispatch.head_waits;
  assign semaphore_available_o = u_top.u_dispatch.u_semaphores.available_q;

  // ---- counters ----
  logic sequencer_read, sequencer_exec, sequencer_flush, sequencer_busy;
  assign sequencer_read = u_top.u_dispatch.u_sequencer.reading;
  assign sequencer_exec = u_top.u_dispatch.u_sequencer.exec;
  assign sequencer_flush = u_top.u_dispatch.u_sequencer.flushing;
  assign sequencer_busy = (sequencer_read && u_top.u_dispatch.u_sequencer.proceed)
                          || (sequencer_exec && u_top.u_dispatch.u_sequencer.advance);
  assign halted_o = u_top.halted;
  assign progress_o = sequencer_busy || u_top.u_datapath.u_load.formed || u_top.u_datapath.stream_read
                      || u_top.unit_unfinished[2] || u_top.unit_start[2] || u_top.u_datapath.store_read;

  lockstep_counters u_counters (
    .clk_i,
    .rst_ni,
    .start_i           (u_top.start),
    .running_i         (u_top.running),
    .head_valid_i      (u_top.head_valid),
    .in_progress_i     (u_top.unit_unfinished | u_top.unit_start),
    .word_formed_i     (u_top.u_datapath.u_load.formed),
    .vector_read_i     (u_top.u_datapath.stream_read),
    .vectors_left_i    (!u_top.u_datapath.u_matrix.drained || u_top.u_datapath.u_matrix.start_matmul),
    .rows_i            (u_top.u_datapath.u_matrix.rows),
    .columns_i         (u_top.u_datapath.u_matrix.columns),
    .word_read_i       (u_top.u_datapath.store_read),
    .sequencer_busy_i  (sequencer_busy),
    .sequencer_fetch_i (sequencer_read || sequencer_flush),
    .sequencer_queue_i (sequencer_exec),
    .counters_o,
    .macs_o
  );

  // ---- on-chip memory ----
  localparam int unsigned VectorBytes = ArrayRows > ArrayColumns ? ArrayRows : ArrayColumns;
  localparam int unsigned WeightWords = ArrayWeightLoadBytesPerCycle / VectorBytes;
  localparam int unsigned ScratchpadBankWords = ScratchpadSizeBytes / (ScratchpadBanks * VectorBytes);
  localparam int unsigned AccumulatorBankWords = AccumulatorSizeBytes / (AccumulatorBanks * 4 * ArrayColumns);
  localparam int unsigned DebugWidth = 8 * (ArrayRows > 4 * ArrayColumns ? ArrayRows : 4 * ArrayColumns);

  logic [DebugWidth-1:0] scratchpad_words [ScratchpadBanks*WeightWords];
  logic [DebugWidth-1:0] accumulator_words [AccumulatorBanks];

  for (genvar b = 0; b < ScratchpadBanks; b++) begin : gen_scratchpad
    for (genvar p = 0; p < WeightWords; p++) begin : gen_part
      always_latch begin
        if (!running_o && debug_memory_i == 2'd0)
          scratchpad_words[b*WeightWords+p] = DebugWidth'(
            u_top.u_datapath.u_scratchpad.gen_bank[b].u_bank.gen_part[p].u_sram
              .memory[(debug_address_i % ScratchpadBankWords) / WeightWords]);
      end
    end
  end
  for (genvar b = 0; b < AccumulatorBanks; b++) begin : gen_accumulator
    always_latch begin
      if (!running_o && debug_memory_i == 2'd1)
        accumulator_words[b] = DebugWidth'(
          u_top.u_datapath.u_accumulator.gen_bank[b].u_sram.memory[debug_address_i % AccumulatorBankWords]);
    end
  end

  // Entry e of a table lies in its even or its odd half.
  logic [16*VectorLanes-1:0] entries; // by lane
  logic [31:0]               debug_table, debug_entry;
  always_comb begin
    debug_table = '0;
    debug_entry = '0;
    if (!running_o && debug_memory_i == 2'd2) begin
      debug_table = debug_address_i / 32'd513;
      debug_entry = debug_address_i % 32'd513;
    end
  end
  for (genvar l = 0; l < VectorLanes; l++) begin : gen_table
    always_latch begin
      if (!running_o && debug_memory_i == 2'd2)
        entries[16*l +: 16] = debug_entry[0] ?
          u_top.u_datapath.u_vector.gen_lane[l].u_function.u_odd.memory[debug_table * 256 + debug_entry / 2] :
          u_top.u_datapath.u_vector.gen_lane[l].u_function.u_even.memory[debug_table * 257 + debug_entry / 2];
    end
  end

  always_comb begin
    debug_data_o = '0;
    if (!running_o) begin
      if (debug_memory_i == 2'd2) begin
        debug_data_o[15:0] = entries[15:0];
        debug_data_o[16] = entries != {VectorLanes{entries[15:0]}};
      end else if (debug_memory_i == 2'd1)
        debug_data_o = accumulator_words[debug_address_i / AccumulatorBankWords % AccumulatorBanks];
      else
        debug_data_o = scratchpad_words[debug_address_i / ScratchpadBankWords % ScratchpadBanks * WeightWords
                                        + debug_address_i % WeightWords];
    end
  end

endmodule
