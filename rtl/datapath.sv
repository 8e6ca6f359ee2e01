// The four units, the memories between them and the read port that load shares with fetch. Vectors over units are in
// the order of their codes: load, matrix, vector, store.
module datapath #(
  parameter int unsigned Rows = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned StageRows = 4,
  parameter int unsigned StageColumns = 4,
  parameter int unsigned WeightWords = 1, // loaded per cycle
  parameter int unsigned ScratchpadBanks = 8,
  parameter int unsigned ScratchpadBankWords = 2048,
  parameter int unsigned AccumulatorBanks = 8,
  parameter int unsigned AccumulatorBankWords = 128,
  parameter int unsigned Lanes = 16,
  parameter int unsigned Tables = 2,
  parameter int unsigned ReadBytes = 16,
  parameter int unsigned WriteBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned ReadSlots = 64,
  parameter int unsigned WriteSlots = 64
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                clear_i,
  output logic                load_error_o,
  output logic                store_error_o,
  // queues and semaphores
  input  logic [3:0]          head_valid_i,
  input  logic [2047:0]       heads_i, // 4 x 512 bits
  input  logic [3:0]          head_is_sync_i,
  input  logic [83:0]         head_posts_i, // 4 x 3 x 7 bits
  input  logic [3:0]          waits_ready_i,
  output logic [3:0]          unit_start_o,
  output logic [3:0]          unit_finish_o,
  output logic [3:0]          unit_unfinished_o,
  output logic [83:0]         finish_posts_o,
  // fetch
  input  logic                fetch_valid_i,
  output logic                fetch_ready_o,
  input  logic [63:0]         fetch_address_i,
  output logic                fetch_beat_o,
  // memory, AXI4 read channels
  output logic                      m_axi_arvalid_o,
  input  logic                      m_axi_arready_i,
  output logic [0:0]                m_axi_arid_o,
  output logic [63:0]               m_axi_araddr_o,
  output logic [7:0]                m_axi_arlen_o,
  output logic [2:0]                m_axi_arsize_o,
  output logic [1:0]                m_axi_arburst_o,
  input  logic                      m_axi_rvalid_i,
  output logic                      m_axi_rready_o,
  input  logic [0:0]                m_axi_rid_i,
  input  logic [8*ReadBytes-1:0]    m_axi_rdata_i,
  input  logic [1:0]                m_axi_rresp_i,
  // memory, AXI4 write channels
  output logic                      m_axi_awvalid_o,
  input  logic                      m_axi_awready_i,
  output logic [63:0]               m_axi_awaddr_o,
  output logic [7:0]                m_axi_awlen_o,
  output logic [2:0]                m_axi_awsize_o,
  output logic [1:0]                m_axi_awburst_o,
  output logic                      m_axi_wvalid_o,
  input  logic                      m_axi_wready_i,
  output logic [8*WriteBytes-1:0]   m_axi_wdata_o,
  output logic [WriteBytes-1:0]     m_axi_wstrb_o,
  output logic                      m_axi_wlast_o,
  input  logic                      m_axi_bvalid_i,
  output logic                      m_axi_bready_o,
  input  logic [1:0]                m_axi_bresp_i
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]         fault_i
`endif
);

  localparam int unsigned VectorBytes = Rows > Columns ? Rows : Columns;
  localparam int unsigned WordBytes = VectorBytes > 4 * Columns ? VectorBytes : 4 * Columns;

  // ---- load ----
  logic                   load_valid, load_ready, load_beat, load_to_scratchpad, load_to_accumulator;
  logic [63:0]            load_request_address;
  logic [7:0]             load_request_length;
  logic [23:0]            load_address;
  logic [8*WordBytes-1:0] load_data;
  assign load_error_o = load_beat && m_axi_rresp_i[1];

  load_unit #(
    .VectorBytes(VectorBytes), .BeatBytes(ReadBytes), .BurstBytes(BurstBytes),
    .Slots(ReadSlots), .WordBytes(WordBytes)
  ) u_load (
    .clk_i, .rst_ni,
    .clear_i,
    .head_valid_i       (head_valid_i[0]),
    .head_i             (heads_i[0 +: 512]),
    .head_is_sync_i     (head_is_sync_i[0]),
    .head_posts_i       (head_posts_i[0 +: 21]),
    .waits_ready_i      (waits_ready_i[0]),
    .start_o            (unit_start_o[0]),
    .finish_o           (unit_finish_o[0]),
    .posts_o            (finish_posts_o[0 +: 21]),
    .unfinished_o       (unit_unfinished_o[0]),
    .request_valid_o    (load_valid),
    .request_ready_i    (load_ready),
    .request_address_o  (load_request_address),
    .request_length_o   (load_request_length),
    .beat_i             (load_beat),
    .beat_data_i        (m_axi_rdata_i),
    .scratchpad_write_o (load_to_scratchpad),
    .accumulator_write_o(load_to_accumulator),
    .address_o          (load_address),
    .data_o             (load_data)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  read_port #(.BeatBytes(ReadBytes)) u_read_port (
    .clk_i, .rst_ni,
    .fetch_valid_i, .fetch_ready_o, .fetch_address_i, .fetch_beat_o,
    .load_valid_i   (load_valid),
    .load_ready_o   (load_ready),
    .load_address_i (load_request_address),
    .load_length_i  (load_request_length),
    .load_beat_o    (load_beat),
    .m_axi_arvalid_o, .m_axi_arready_i, .m_axi_arid_o, .m_axi_araddr_o, .m_axi_arlen_o, .m_axi_arsize_o,
    .m_axi_arburst_o, .m_axi_rvalid_i, .m_axi_rready_o, .m_axi_rid_i
  );

  // ---- matrix ----
  logic                                 loader_read, stream_read, matrix_read, matrix_write;
  logic [23:0]                          loader_address, stream_address;
  logic [8*VectorBytes*WeightWords-1:0] loader_data;
  logic [8*VectorBytes-1:0]             stream_data;
  logic [19:0]                          matrix_read_address, matrix_write_address;
  logic [32*Columns-1:0]           matrix_read_data, matrix_write_data;

  matrix_unit #(
    .Rows(Rows), .Columns(Columns), .StageRows(StageRows), .StageColumns(StageColumns),
    .WordsPerCycle(WeightWords)
  ) u_matrix (
    .clk_i, .rst_ni,
    .clear_i,
    .head_valid_i               (head_valid_i[1]),
    .head_i                     (heads_i[512 +: 512]),
    .head_is_sync_i             (head_is_sync_i[1]),
    .head_posts_i               (head_posts_i[21 +: 21]),
    .waits_ready_i              (waits_ready_i[1]),
    .start_o                    (unit_start_o[1]),
    .finish_o                   (unit_finish_o[1]),
    .posts_o                    (finish_posts_o[21 +: 21]),
    .unfinished_o               (unit_unfinished_o[1]),
    .loader_read_o              (loader_read),
    .loader_address_o           (loader_address),
    .loader_data_i              (loader_data),
    .stream_read_o              (stream_read),
    .stream_address_o           (stream_address),
    .stream_data_i              (stream_data),
    .accumulator_read_o         (matrix_read),
    .accumulator_read_address_o (matrix_read_address),
    .accumulator_read_data_i    (matrix_read_data),
    .accumulator_write_o        (matrix_write),
    .accumulator_write_address_o(matrix_write_address),
    .accumulator_write_data_o   (matrix_write_data)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  // ---- vector ----
  logic                     vector_reads_accumulator, vector_enable, vector_writes_accumulator;
  logic                     vector_read, vector_write;
  logic [19:0]              vector_accumulator_address, vector_sum_address;
  logic [32*Columns-1:0]    vector_accumulator_data, vector_sum;
  logic [23:0]              vector_read_address, vector_write_address;
  logic [8*VectorBytes-1:0] vector_read_data, vector_write_data;

  vector_unit #(.VectorBytes(VectorBytes), .Columns(Columns), .Lanes(Lanes), .Tables(Tables)) u_vector (
    .clk_i, .rst_ni,
    .clear_i,
    .head_valid_i               (head_valid_i[2]),
    .head_i                     (heads_i[1024 +: 512]),
    .head_is_sync_i             (head_is_sync_i[2]),
    .head_posts_i               (head_posts_i[42 +: 21]),
    .waits_ready_i              (waits_ready_i[2]),
    .start_o                    (unit_start_o[2]),
    .finish_o                   (unit_finish_o[2]),
    .posts_o                    (finish_posts_o[42 +: 21]),
    .unfinished_o               (unit_unfinished_o[2]),
    .accumulator_read_o         (vector_reads_accumulator),
    .accumulator_read_address_o (vector_accumulator_address),
    .accumulator_enable_o       (vector_enable),
    .accumulator_read_data_i    (vector_accumulator_data),
    .accumulator_write_o        (vector_writes_accumulator),
    .accumulator_write_address_o(vector_sum_address),
    .accumulator_write_data_o   (vector_sum),
    .scratchpad_read_o          (vector_read),
    .scratchpad_read_address_o  (vector_read_address),
    .scratchpad_read_data_i     (vector_read_data),
    .scratchpad_write_o         (vector_write),
    .scratchpad_write_address_o (vector_write_address),
    .scratchpad_write_data_o    (vector_write_data)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  // ---- store ----
  logic                     store_read;
  logic [23:0]              store_address;
  logic [8*VectorBytes-1:0] store_data;
  assign store_error_o = m_axi_bvalid_i && m_axi_bresp_i[1];

  store_unit #(
    .VectorBytes(VectorBytes), .BeatBytes(WriteBytes), .BurstBytes(BurstBytes),
    .Slots(WriteSlots)
  ) u_store (
    .clk_i, .rst_ni,
    .clear_i,
    .head_valid_i  (head_valid_i[3]),
    .head_i        (heads_i[1536 +: 512]),
    .head_is_sync_i(head_is_sync_i[3]),
    .head_posts_i  (head_posts_i[63 +: 21]),
    .waits_ready_i (waits_ready_i[3]),
    .start_o       (unit_start_o[3]),
    .finish_o      (unit_finish_o[3]),
    .posts_o       (finish_posts_o[63 +: 21]),
    .unfinished_o  (unit_unfinished_o[3]),
    .read_o        (store_read),
    .read_address_o(store_address),
    .read_data_i   (store_data),
    .m_axi_awvalid_o, .m_axi_awready_i, .m_axi_awaddr_o, .m_axi_awlen_o, .m_axi_awsize_o, .m_axi_awburst_o,
    .m_axi_wvalid_o, .m_axi_wready_i, .m_axi_wdata_o, .m_axi_wstrb_o, .m_axi_wlast_o,
    .m_axi_bvalid_i, .m_axi_bready_o
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  // ---- memories ----
  scratchpad #(
    .WordBytes(VectorBytes), .Banks(ScratchpadBanks), .BankWords(ScratchpadBankWords), .WordsPerRead(WeightWords)
  ) u_scratchpad (
    .clk_i, .rst_ni,
    .loader_read_i   (loader_read),
    .loader_address_i(loader_address),
    .loader_data_o   (loader_data),
    .stream_read_i   (stream_read),
    .stream_address_i(stream_address),
    .stream_data_o   (stream_data),
    .store_read_i    (store_read),
    .store_address_i (store_address),
    .store_data_o    (store_data),
    .load_write_i    (load_to_scratchpad),
    .load_address_i  (load_address),
    .load_data_i     (load_data[8*VectorBytes-1:0]),
    .vector_read_i   (vector_read),
    .vector_read_address_i(vector_read_address),
    .vector_data_o   (vector_read_data),
    .vector_write_i  (vector_write),
`ifdef LOCKSTEP_FAULTS
    .vector_address_i(fault_i == 8'd5 ? vector_write_address ^ 24'(ScratchpadBankWords) : vector_write_address),
`else
    .vector_address_i(vector_write_address),
`endif
    .vector_data_i   (vector_write_data)
  );

  accumulator #(
    .WordBytes(4 * Columns), .Banks(AccumulatorBanks), .BankWords(AccumulatorBankWords)
  ) u_accumulator (
    .clk_i, .rst_ni,
    .matrix_read_i         (matrix_read),
    .matrix_read_address_i (matrix_read_address),
    .matrix_read_data_o    (matrix_read_data),
    .matrix_write_i        (matrix_write),
    .matrix_write_address_i(matrix_write_address),
    .matrix_write_data_i   (matrix_write_data),
    .vector_read_i         (vector_reads_accumulator),
    .vector_address_i      (vector_accumulator_address),
    .vector_enable_i       (vector_enable),
    .vector_data_o         (vector_accumulator_data),
    .vector_write_i        (vector_writes_accumulator),
    .vector_write_address_i(vector_sum_address),
    .vector_write_data_i   (vector_sum),
    .load_write_i          (load_to_accumulator),
    .load_address_i        (load_address[19:0]),
    .load_data_i           (load_data[32*Columns-1:0])
  );

endmodule
