// The sequencer, the queues of the four units and the semaphores between them. Vectors over units are in the order of
// their codes: load, matrix, vector, store.
module dispatch #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BufferInstructions = 64,
  parameter int unsigned FetchAhead = 16,
  parameter int unsigned QueueDepth = 4
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   start_i,
  input  logic [63:0]            program_address_i,
  input  logic [31:0]            program_length_i,
  input  logic [511:0]           arguments_i,
  input  logic                   stop_i,
  output logic                   halted_o,
  output logic [7:0]             sequencer_error_o,
  output logic                   semaphore_error_o,
  // read port
  output logic                   fetch_valid_o,
  input  logic                   fetch_ready_i,
  output logic [63:0]            fetch_address_o,
  input  logic                   beat_valid_i,
  input  logic                   beat_last_i,
  input  logic                   beat_error_i,
  input  logic [8*BeatBytes-1:0] beat_data_i,
  // units
  output logic [3:0]             head_valid_o,
  output logic [2047:0]          heads_o, // 4 x 512 bits
  output logic [3:0]             head_is_sync_o,
  output logic [83:0]            head_posts_o, // 4 x 3 x 7 bits
  output logic [3:0]             waits_ready_o,
  input  logic [3:0]             unit_start_i,
  input  logic [3:0]             unit_finish_i,
  input  logic [83:0]            finish_posts_i
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]            fault_i
`endif
);

  localparam int unsigned CountWidth = $clog2(QueueDepth + 1);

  logic [3:0]   push, queue_full;
  logic [511:0] resolved;
  logic [83:0]  head_waits;

  sequencer #(
    .BeatBytes(BeatBytes), .BufferInstructions(BufferInstructions),
    .FetchAhead(FetchAhead)
  ) u_sequencer (
    .clk_i, .rst_ni,
    .start_i,
    .program_address_i,
    .program_length_i,
    .arguments_i,
    .stop_i,
    .halted_o,
    .error_o          (sequencer_error_o),
    .queue_full_i     (queue_full),
    .push_o           (push),
    .instruction_o    (resolved),
    .fetch_valid_o, .fetch_ready_i, .fetch_address_o,
    .beat_valid_i, .beat_last_i, .beat_error_i, .beat_data_i
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

  for (genvar u = 0; u < 4; u++) begin : gen_queue
    localparam int unsigned Bits = u == 0 ? lockstep_pkg::LOAD_USED_BITS : u == 1 ? lockstep_pkg::MATMUL_USED_BITS :
                                   u == 2 ? lockstep_pkg::ELEMENTWISE_USED_BITS : lockstep_pkg::STORE_USED_BITS;
    logic [CountWidth-1:0] count;
    unit_queue #(.Depth(QueueDepth), .InstructionBits(Bits)) u_queue (
      .clk_i, .rst_ni,
      .clear_i      (start_i),
      .push_i       (push[u]),
      .instruction_i(resolved),
      .pop_i        (unit_start_i[u]),
      .valid_o      (head_valid_o[u]),
      .instruction_o(heads_o[512*u +: 512]),
      .is_sync_o    (head_is_sync_o[u]),
      .waits_o      (head_waits[21*u +: 21]),
      .posts_o      (head_posts_o[21*u +: 21]),
      .count_o      (count)
    );
`ifdef LOCKSTEP_FAULTS
    assign queue_full[u] = count >= CountWidth'(QueueDepth) - CountWidth'(fault_i == 8'd12);
`else
    assign queue_full[u] = count == CountWidth'(QueueDepth);
`endif
  end

  semaphores u_semaphores (
    .clk_i, .rst_ni,
    .clear_i   (start_i),
    .take_i    (unit_start_i),
    .waits_i   (head_waits),
    .ready_o   (waits_ready_o),
`ifdef LOCKSTEP_FAULTS
    .post_i    (fault_i == 8'd4 ? unit_finish_i & 4'b1101 : unit_finish_i),
`else
    .post_i    (unit_finish_i),
`endif
    .posts_i   (finish_posts_i),
    .overflow_o(semaphore_error_o)
  );

endmodule
