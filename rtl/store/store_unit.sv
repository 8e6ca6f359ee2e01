// Store unit: scratchpad to external memory. The front reads and packs, the back sends bursts; up to 8 instructions are
// started and not done. Timing: manual, chapter "Store unit".
module store_unit #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned Slots = 64
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  // queue
  input  logic                     head_valid_i,
  input  logic [511:0]             head_i,
  input  logic                     head_is_sync_i,
  input  logic [20:0]              head_posts_i,
  input  logic                     waits_ready_i,
  output logic                     start_o,
  output logic                     finish_o,
  output logic [20:0]              posts_o,
  output logic                     unfinished_o, // started and not finished, before this cycle
  // scratchpad
  output logic                     read_o,
  output logic [23:0]              read_address_o,
  input  logic [8*VectorBytes-1:0] read_data_i,
  // AXI4
  output logic                     m_axi_awvalid_o,
  input  logic                     m_axi_awready_i,
  output logic [63:0]              m_axi_awaddr_o,
  output logic [7:0]               m_axi_awlen_o,
  output logic [2:0]               m_axi_awsize_o,
  output logic [1:0]               m_axi_awburst_o,
  output logic                     m_axi_wvalid_o,
  input  logic                     m_axi_wready_i,
  output logic [8*BeatBytes-1:0]   m_axi_wdata_o,
  output logic [BeatBytes-1:0]     m_axi_wstrb_o,
  output logic                     m_axi_wlast_o,
  input  logic                     m_axi_bvalid_i,
  output logic                     m_axi_bready_o
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]              fault_i
`endif
);

  localparam int unsigned BeatWidth = $clog2(BeatBytes);
  localparam int unsigned NeedWidth = $clog2(VectorBytes + 1);
  localparam int unsigned EndWidth = $clog2(VectorBytes + BeatBytes + 1);

  logic        front_free, full, empty, done, complete, response;
  logic [20:0] done_posts;

  assign start_o = head_valid_i && waits_ready_i && front_free && !full;
  assign unfinished_o = !empty || finish_o;

  order_queue #(.Depth(8)) u_order (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i      (start_o),
    .push_sync_i (head_is_sync_i),
    .push_posts_i(head_posts_i),
    .complete_i  (complete),
    .finish_o    (done),
    .posts_o     (done_posts),
    .full_o      (full),
    .empty_o     (empty)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) finish_o <= 1'b0;
    else finish_o <= done && !clear_i;
  end
  always_ff @(posedge clk_i) begin
    if (done) posts_o <= done_posts;
  end

  logic                 append, row_begin, row_end, last_word;
  logic [NeedWidth-1:0] bytes;
  logic [BeatWidth-1:0] offset;
  logic [EndWidth-1:0]  beats;
  logic [63:0]          row_address;
  store_front #(.VectorBytes(VectorBytes), .BeatBytes(BeatBytes), .BurstBytes(BurstBytes), .Slots(Slots)) u_front (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i        (start_o && !head_is_sync_i),
    .instruction_i  (head_i),
    .free_o         (front_free),
    .release_i      (response),
    .read_o,
    .address_o      (read_address_o),
    .append_q_o     (append),
    .bytes_q_o      (bytes),
    .offset_q_o     (offset),
    .beats_q_o      (beats),
    .row_begin_q_o  (row_begin),
    .row_address_q_o(row_address),
    .row_end_q_o    (row_end),
    .last_q_o       (last_word)
  );

  logic                   beat, burst, last_burst;
  logic [8*BeatBytes-1:0] beat_data;
  logic [BeatBytes-1:0]   strobe;
  logic [63:0]            burst_address;
  logic [7:0]             burst_length;
  packer #(.VectorBytes(VectorBytes), .BeatBytes(BeatBytes), .BurstBytes(BurstBytes)) u_packer (
    .clk_i,
    .rst_ni,
    .clear_i,
    .append_i     (append),
    .word_i       (read_data_i),
    .bytes_i      (bytes),
    .offset_i     (offset),
    .beats_i      (beats),
    .row_begin_i  (row_begin),
    .row_address_i(row_address),
    .row_end_i    (row_end),
    .last_i       (last_word),
    .beat_o       (beat),
    .data_o       (beat_data),
    .strobe_o     (strobe),
    .burst_o      (burst),
    .address_o    (burst_address),
    .length_o     (burst_length),
    .last_o       (last_burst)
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  store_back #(.BeatBytes(BeatBytes), .BurstBytes(BurstBytes), .Slots(Slots)) u_back (
    .clk_i,
    .rst_ni,
    .clear_i,
    .beat_i    (beat),
    .data_i    (beat_data),
    .strobe_i  (strobe),
    .burst_i   (burst),
    .address_i (burst_address),
    .length_i  (burst_length),
    .last_i    (last_burst),
    .response_o(response),
    .complete_o(complete),
    .m_axi_awvalid_o,
    .m_axi_awready_i,
    .m_axi_awaddr_o,
    .m_axi_awlen_o,
    .m_axi_awsize_o,
    .m_axi_awburst_o,
    .m_axi_wvalid_o,
    .m_axi_wready_i,
    .m_axi_wdata_o,
    .m_axi_wstrb_o,
    .m_axi_wlast_o,
    .m_axi_bvalid_i,
    .m_axi_bready_o
  );

endmodule
