// Runs the program: reads an instruction (READ), executes it or hands it to its unit's queue (EXEC), and waits for the
// instruction buffer after a jump to what is no longer in it (FLUSH). At most one instruction in two cycles.
module sequencer #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BufferInstructions = 64,
  parameter int unsigned FetchAhead = 16
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   start_i,
  input  logic [63:0]            program_address_i,
  input  logic [31:0]            program_length_i,
  input  logic [511:0]           arguments_i,
  input  logic                   stop_i, // an error elsewhere
  output logic                   halted_o,
  output logic [7:0]             error_o, // code, for one cycle
  // queues of the units
  input  logic [3:0]             queue_full_i,
  output logic [3:0]             push_o,
  output logic [511:0]           instruction_o,
  // read port
  output logic                   fetch_valid_o,
  input  logic                   fetch_ready_i,
  output logic [63:0]            fetch_address_o,
  input  logic                   beat_valid_i,
  input  logic                   beat_last_i,
  input  logic                   beat_error_i,
  input  logic [8*BeatBytes-1:0] beat_data_i
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]            fault_i
`endif
);

  typedef enum logic [2:0] {Halted, Read, Exec, Flush} state_e;

  state_e       state_q, state_d;
  logic [31:0]  pc_q, pc_d;
  logic         exec, reading, flushing, proceed, arrived, all_arrived, resident, flush, advance;
  logic [511:0] instruction;
  logic [7:0]   opcode;
  logic [4:0]   register_a, register_b, register_c;
  logic [63:0]  value_a, value_b, value_c;
  logic         illegal, to_unit, pushed;
  logic [1:0]   unit;

  assign reading = state_q == Read;
  assign exec = state_q == Exec;
  assign flushing = state_q == Flush;
  assign opcode = instruction[7:0];
  assign halted_o = state_q == Halted;

  // ---- registers ----
  lockstep_pkg::set_instruction_t  set;
  lockstep_pkg::add_instruction_t  add;
  lockstep_pkg::loop_instruction_t loop;
  logic [63:0] sum, write_data;
  logic        is_set, is_add;
  assign set = instruction;
  assign add = instruction;
  assign loop = instruction;
  assign is_set = exec && !illegal && opcode == lockstep_pkg::OPCODE_SET;
  assign is_add = exec && !illegal && opcode == lockstep_pkg::OPCODE_ADD;
  assign sum = value_a + add.value;
  assign write_data = is_set ? set.value : (add.modulus != '0 && sum >= add.modulus) ? sum - add.modulus : sum;

  register_file u_registers (
    .clk_i,
    .start_i,
    .arguments_i,
    .write_i         (is_set || is_add),
    .write_register_i(is_set ? set.destination_register : add.destination_register),
    .write_data_i    (write_data),
    .read_i          (exec),
    .register_a_i    (register_a),
    .register_b_i    (register_b),
    .register_c_i    (register_c),
    .value_a_o       (value_a),
    .value_b_o       (value_b),
    .value_c_o       (value_c)
  );

  resolver u_resolver (
    .enable_i     (exec),
    .instruction_i(instruction),
    .register_a_o (register_a),
    .register_b_o (register_b),
    .register_c_o (register_c),
    .value_a_i    (value_a),
    .value_b_i    (value_b),
    .value_c_i    (value_c),
    .illegal_o    (illegal),
    .to_unit_o    (to_unit),
    .unit_o       (unit),
    .resolved_o   (instruction_o)
  );

  // ---- loops ----
  logic        is_loop, is_end, stack_error, again, stack_empty, stack_full;
  logic [31:0] top_pc, top_remaining;
  assign is_loop = exec && !illegal && opcode == lockstep_pkg::OPCODE_LOOP;
  assign is_end = exec && !illegal && opcode == lockstep_pkg::OPCODE_END;
  assign stack_error = (is_loop && stack_full) || (is_end && stack_empty);
  assign again = is_end && !stack_empty && top_remaining != '0;

  loop_stack u_loops (
    .clk_i,
    .rst_ni,
    .start_i,
    .push_i          (is_loop && !stack_full),
    .push_pc_i       (pc_q + 32'd1),
    .push_remaining_i(loop.count + value_a[31:0] - 32'd1),
    .again_i         (again),
    .pop_i           (is_end && !stack_empty && top_remaining == '0),
    .empty_o         (stack_empty),
    .full_o          (stack_full),
    .top_pc_o        (top_pc),
    .top_remaining_o (top_remaining)
  );

  // ---- units ----
  assign pushed = exec && to_unit && !illegal && !queue_full_i[unit];
  always_comb begin
    push_o = '0;
    push_o[unit] = pushed;
  end

  // ---- states ----
  assign proceed = reading && arrived && pc_q < program_length_i;
  assign flush = flushing && all_arrived;
  assign advance = exec && (!to_unit || pushed); // if nothing is wrong

  always_comb begin
    state_d = state_q;
    pc_d = pc_q;
    error_o = '0;
    case (state_q)
      Read: begin
        if (proceed) state_d = Exec;
        if (pc_q >= program_length_i) begin
          state_d = Halted;
          error_o = 8'(lockstep_pkg::ERROR_PROGRAM_COUNTER);
        end
      end
      Exec: begin
        if (illegal || stack_error) begin
          state_d = Halted;
          error_o = illegal ? 8'(lockstep_pkg::ERROR_ILLEGAL_INSTRUCTION) : 8'(lockstep_pkg::ERROR_LOOP_STACK);
        end else if (advance) begin
          pc_d = again ? top_pc : pc_q + 32'd1;
          state_d = opcode == lockstep_pkg::OPCODE_HALT ? Halted : again && !resident ? Flush : Read;
        end
      end
      Flush: if (flush) state_d = Read;
      default: ;
    endcase
    if (stop_i || (beat_valid_i && beat_error_i && state_q != Halted)) begin
      state_d = Halted;
      if (!stop_i) error_o = 8'(lockstep_pkg::ERROR_BUS_FETCH);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Halted;
      pc_q    <= '0;
    end else if (start_i) begin
      state_q <= Read;
      pc_q    <= '0;
    end else begin
      state_q <= state_d;
      pc_q    <= pc_d;
    end
  end

  fetch #(.BeatBytes(BeatBytes), .BufferInstructions(BufferInstructions), .FetchAhead(FetchAhead)) u_fetch (
    .clk_i,
    .rst_ni,
    .start_i,
    .program_address_i,
    .program_length_i,
    .pc_i             (pc_q),
    .enable_i         (reading || exec),
    .read_i           (proceed),
    .instruction_o    (instruction),
    .arrived_o        (arrived),
    .all_arrived_o    (all_arrived),
    .target_i         (exec ? top_pc : pc_q), // pc_q is the target in state Flush
    .resident_o       (resident),
    .flush_i          (flush),
    .request_valid_o  (fetch_valid_o),
    .request_ready_i  (fetch_ready_i),
    .request_address_o(fetch_address_o),
    .beat_valid_i,
    .beat_last_i,
    .beat_data_i
`ifdef LOCKSTEP_FAULTS
    , .fault_i
`endif
  );

endmodule
