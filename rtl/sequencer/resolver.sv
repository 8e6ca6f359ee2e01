// Decodes an instruction for the sequencer: which registers it names, whether it may run, which unit it goes to, and
// the instruction with its registers added to its addresses. Combinational; idle (all zero) without enable_i.
module resolver (
  input  logic         enable_i,
  input  logic [511:0] instruction_i,
  output logic [4:0]   register_a_o,
  output logic [4:0]   register_b_o,
  output logic [4:0]   register_c_o,
  input  logic [63:0]  value_a_i,
  input  logic [63:0]  value_b_i,
  input  logic [63:0]  value_c_i,
  output logic         illegal_o,
  output logic         to_unit_o,
  output logic [1:0]   unit_o,
  output logic [511:0] resolved_o
);

  lockstep_pkg::halt_instruction_t       halt;
  lockstep_pkg::loop_instruction_t       loop;
  lockstep_pkg::end_instruction_t        loop_end;
  lockstep_pkg::set_instruction_t        set;
  lockstep_pkg::add_instruction_t        add;
  lockstep_pkg::sync_instruction_t       sync;
  lockstep_pkg::load_instruction_t       load, load_resolved;
  lockstep_pkg::fill_instruction_t       fill, fill_resolved;
  lockstep_pkg::matmul_instruction_t     matmul, matmul_resolved;
  lockstep_pkg::requantize_instruction_t requantize, requantize_resolved;
  lockstep_pkg::store_instruction_t      store, store_resolved;

  assign halt = instruction_i;
  assign loop = instruction_i;
  assign loop_end = instruction_i;
  assign set = instruction_i;
  assign add = instruction_i;
  assign sync = instruction_i;
  assign load = instruction_i;
  assign fill = instruction_i;
  assign matmul = instruction_i;
  assign requantize = instruction_i;
  assign store = instruction_i;

  // Registers by instruction. Values come back in the same cycle.
  always_comb begin
    register_a_o = '0;
    register_b_o = '0;
    register_c_o = '0;
    if (enable_i) begin
      case (instruction_i[7:0])
        lockstep_pkg::OPCODE_LOOP: register_a_o = loop.count_register;
        lockstep_pkg::OPCODE_ADD: register_a_o = add.source_register;
        lockstep_pkg::OPCODE_LOAD: begin
          register_a_o = load.external_register;
          register_b_o = load.local_register;
        end
        lockstep_pkg::OPCODE_FILL: register_b_o = fill.local_register;
        lockstep_pkg::OPCODE_MATMUL: begin
          register_a_o = matmul.stationary_register;
          register_b_o = matmul.streamed_register;
          register_c_o = matmul.accumulator_register;
        end
        lockstep_pkg::OPCODE_REQUANTIZE: begin
          register_a_o = requantize.accumulator_register;
          register_b_o = requantize.local_register;
          register_c_o = requantize.parameter_register;
        end
        lockstep_pkg::OPCODE_STORE: begin
          register_a_o = store.external_register;
          register_b_o = store.local_register;
        end
        default: ;
      endcase
    end
  end

  // Addresses wrap around in the width of their field.
  always_comb begin
    load_resolved = load;
    load_resolved.external_address = load.external_address + value_a_i;
    load_resolved.local_address = load.local_address + value_b_i[23:0];
    fill_resolved = fill;
    fill_resolved.local_address = fill.local_address + value_b_i[23:0];
    matmul_resolved = matmul;
    matmul_resolved.stationary_address = matmul.stationary_address + value_a_i[23:0];
    matmul_resolved.streamed_address = matmul.streamed_address + value_b_i[23:0];
    matmul_resolved.accumulator_address = matmul.accumulator_address + value_c_i[19:0];
    requantize_resolved = requantize;
    requantize_resolved.accumulator_address = requantize.accumulator_address + value_a_i[19:0];
    requantize_resolved.local_address = requantize.local_address + value_b_i[23:0];
    requantize_resolved.parameter_address = requantize.parameter_address + value_c_i[19:0];
    store_resolved = store;
    store_resolved.external_address = store.external_address + value_a_i;
    store_resolved.local_address = store.local_address + value_b_i[23:0];
  end

  always_comb begin
    illegal_o = 1'b0;
    to_unit_o = 1'b0;
    unit_o = '0;
    resolved_o = instruction_i;
    if (enable_i) begin
      case (instruction_i[7:0])
        lockstep_pkg::OPCODE_HALT: illegal_o = halt.reserved != '0;
        lockstep_pkg::OPCODE_LOOP: illegal_o = loop.reserved != '0;
        lockstep_pkg::OPCODE_END: illegal_o = loop_end.reserved != '0;
        lockstep_pkg::OPCODE_SET: illegal_o = set.reserved != '0;
        lockstep_pkg::OPCODE_ADD: illegal_o = add.reserved != '0;
        lockstep_pkg::OPCODE_SYNC: begin
          illegal_o = sync.reserved != '0 || sync.unit[2];
          to_unit_o = 1'b1;
          unit_o = sync.unit[1:0];
        end
        lockstep_pkg::OPCODE_LOAD: begin
          illegal_o = load.reserved != '0;
          to_unit_o = 1'b1;
          unit_o = 2'(lockstep_pkg::UNIT_LOAD);
          resolved_o = load_resolved;
        end
        lockstep_pkg::OPCODE_FILL: begin
          illegal_o = fill.reserved != '0;
          to_unit_o = 1'b1;
          unit_o = 2'(lockstep_pkg::UNIT_LOAD);
          resolved_o = fill_resolved;
        end
        lockstep_pkg::OPCODE_MATMUL: begin
          illegal_o = matmul.reserved != '0;
          to_unit_o = 1'b1;
          unit_o = 2'(lockstep_pkg::UNIT_MATRIX);
          resolved_o = matmul_resolved;
        end
        lockstep_pkg::OPCODE_REQUANTIZE: begin
          illegal_o = requantize.reserved != '0;
          to_unit_o = 1'b1;
          unit_o = 2'(lockstep_pkg::UNIT_VECTOR);
          resolved_o = requantize_resolved;
        end
        lockstep_pkg::OPCODE_STORE: begin
          illegal_o = store.reserved != '0;
          to_unit_o = 1'b1;
          unit_o = 2'(lockstep_pkg::UNIT_STORE);
          resolved_o = store_resolved;
        end
        default: illegal_o = 1'b1;
      endcase
    end
  end

endmodule
