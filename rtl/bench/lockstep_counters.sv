// The counters of the manual: every cycle of a run belongs, for each unit, to exactly one class; the first that applies
// in the order of the list. Cycle 0, the start, is idle for all units.
module lockstep_counters (
  input  logic          clk_i,
  input  logic          rst_ni,
  input  logic          start_i,   // cycle 0
  input  logic          running_i, // cycles 1 to total_cycles - 1
  // by unit: load, matrix, vector, store
  input  logic [3:0]    head_valid_i,
  input  logic [3:0]    in_progress_i, // from start to finish of an instruction
  input  logic          word_formed_i,
  input  logic          vector_read_i,
  input  logic          vectors_left_i, // a started matmul has vectors not yet read
  input  logic [7:0]    rows_i,
  input  logic [7:0]    columns_i,
  input  logic          word_read_i,
  input  logic          sequencer_busy_i,
  input  logic          sequencer_fetch_i,
  input  logic          sequencer_queue_i,
  output logic [1279:0] counters_o, // 20 x 64 bits
  output logic [63:0]   macs_o
);

  localparam int unsigned Load = 0;       // busy, stall_memory, stall_semaphore, idle
  localparam int unsigned Matrix = 4;     // busy, stall_weights, stall_drain, stall_semaphore, idle
  localparam int unsigned Vector = 9;     // busy, stall_semaphore, idle
  localparam int unsigned Store = 12;     // busy, stall_memory, stall_semaphore, idle
  localparam int unsigned Sequencer = 16; // busy, stall_fetch, stall_queue, idle
  localparam int unsigned Count = 20;

  logic [Count-1:0] hit; // the counters that this cycle belongs to
  logic [4:0]       load, matrix, vector, store, sequencer;

  always_comb begin
    load = 5'(Load) + (word_formed_i ? 5'd0 : in_progress_i[0] ? 5'd1 : head_valid_i[0] ? 5'd2 : 5'd3);
    matrix = 5'(Matrix) + (vector_read_i ? 5'd0 : vectors_left_i ? 5'd1 : in_progress_i[1] ? 5'd2 :
                           head_valid_i[1] ? 5'd3 : 5'd4);
    vector = 5'(Vector) + (in_progress_i[2] ? 5'd0 : head_valid_i[2] ? 5'd1 : 5'd2);
    store = 5'(Store) + (word_read_i ? 5'd0 : in_progress_i[3] ? 5'd1 : head_valid_i[3] ? 5'd2 : 5'd3);
    sequencer = 5'(Sequencer) + (sequencer_busy_i ? 5'd0 : sequencer_fetch_i ? 5'd1 : sequencer_queue_i ? 5'd2 : 5'd3);
  end

  assign hit = (Count'(1) << load) | (Count'(1) << matrix) | (Count'(1) << vector) | (Count'(1) << store)
               | (Count'(1) << sequencer);

  for (genvar i = 0; i < Count; i++) begin : gen_counter
    localparam bit Idle = i == Load + 3 || i == Matrix + 4 || i == Vector + 2 || i == Store + 3 || i == Sequencer + 3;
    logic [63:0] count_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q <= '0;
      else if (start_i) count_q <= 64'(Idle);
      else if (running_i && hit[i]) count_q <= count_q + 64'd1;
    end
    assign counters_o[64*i +: 64] = running_i ? '0 : count_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) macs_o <= '0;
    else if (start_i) macs_o <= '0;
    else if (running_i && vector_read_i) macs_o <= macs_o + 64'(rows_i) * 64'(columns_i);
  end

endmodule
