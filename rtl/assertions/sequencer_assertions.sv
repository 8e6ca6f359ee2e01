// Bound to the sequencer. Rules of the program are checked where they can be seen: at the execution.
module sequencer_assertions (
  input logic         clk_i,
  input logic         rst_ni,
  input logic         exec,
  input logic         reading,
  input logic         flushing,
  input logic         halted_o,
  input logic [511:0] instruction,
  input logic [63:0]  value_a,
  input logic [3:0]   push_o,
  input logic [3:0]   queue_full_i
);

  lockstep_pkg::loop_instruction_t loop;
  lockstep_pkg::set_instruction_t  set;
  lockstep_pkg::sync_instruction_t sync;
  lockstep_pkg::load_instruction_t load; // unit fields are alike in all instructions of units but sync
  logic is_loop, is_write, is_sync, is_unit;
  assign loop = instruction;
  assign set = instruction;
  assign sync = instruction;
  assign load = instruction;
  assign is_loop = exec && instruction[7:0] == lockstep_pkg::OPCODE_LOOP;
  assign is_write = exec && (instruction[7:0] == lockstep_pkg::OPCODE_SET
                             || instruction[7:0] == lockstep_pkg::OPCODE_ADD);
  assign is_sync = exec && instruction[7:0] == lockstep_pkg::OPCODE_SYNC;
  assign is_unit = exec && instruction[7:0] >= lockstep_pkg::OPCODE_LOAD;

  // Three semaphore fields: none above 64, and no semaphore twice.
  function automatic logic legal(input logic [6:0] a, input logic [6:0] b, input logic [6:0] c);
    legal = a <= 7'd64 && b <= 7'd64 && c <= 7'd64 && (a == '0 || (a != b && a != c)) && (b == '0 || b != c);
  endfunction

  // The sequencer is in exactly one of its states.
  one_state: assert property (@(posedge clk_i) disable iff (!rst_ni)
    32'(exec) + 32'(reading) + 32'(flushing) + 32'(halted_o) == 1);

  // An instruction goes to one unit at most, and only into a queue with a free place.
  one_unit: assert property (@(posedge clk_i) disable iff (!rst_ni) (push_o & (push_o - 4'd1)) == '0);
  place_in_queue: assert property (@(posedge clk_i) disable iff (!rst_ni) (push_o & queue_full_i) == '0);

  // A loop runs at least once.
  sequencer_c2_loop_count: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_loop |-> loop.count + value_a[31:0] != '0);

  // Register 0 is never written.
  sequencer_c3_destination: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_write |-> set.destination_register != '0);

  // The instance of a unit is 0.
  unit_c1_instance: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (!is_unit || load.unit_instance == '0) && (!is_sync || sync.unit_instance == '0));

  // Waits name semaphores, each once.
  unit_c2_waits: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (!is_unit || legal(load.wait_0, load.wait_1, load.wait_2))
    && (!is_sync || legal(sync.wait_0, sync.wait_1, sync.wait_2)));

  // Posts name semaphores, each once.
  unit_c2_posts: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (!is_unit || legal(load.post_0, load.post_1, load.post_2))
    && (!is_sync || legal(sync.post_0, sync.post_1, sync.post_2)));

endmodule

`ifdef LOCKSTEP_ASSERT
bind sequencer sequencer_assertions u_assertions (.*);
`endif
