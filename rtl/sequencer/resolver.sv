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
  lockstep_pkg::load_instruction_t       load;
  lockstep_pkg::fill_instruction_t       fill;
  lockstep_pkg::matmul_instruction_t     matmul;
  lockstep_pkg::requantize_instruction_t requantize;
  lockstep_pkg::elementwise_instruction_t elementwise;
  lockstep_pkg::reduce_instruction_t     reduce;
  lockstep_pkg::table_instruction_t      table_load;
  lockstep_pkg::store_instruction_t      store;

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
  assign elementwise = instruction_i;
  assign reduce = instruction_i;
  assign table_load = instruction_i;
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
        lockstep_pkg::OPCODE_ELEMENTWISE: begin
          register_a_o = elementwise.a_register;
          register_b_o = elementwise.b_register;
          register_c_o = elementwise.output_register;
        end
        lockstep_pkg::OPCODE_REDUCE: begin
          register_a_o = reduce.a_register;
          register_c_o = reduce.output_register;
        end
        lockstep_pkg::OPCODE_TABLE: register_b_o = table_load.local_register;
        lockstep_pkg::OPCODE_STORE: begin
          register_a_o = store.external_register;
          register_b_o = store.local_register;
        end
        default: ;
      endcase
    end
  end

  // Is a bit beyond the last field set, or the opcode unknown?
  always_comb begin
    illegal_o = 1'b0;
    if (enable_i) begin
      case (instruction_i[7:0])
        lockstep_pkg::OPCODE_HALT: illegal_o = halt.reserved != '0;
        lockstep_pkg::OPCODE_LOOP: illegal_o = loop.reserved != '0;
        lockstep_pkg::OPCODE_END: illegal_o = loop_end.reserved != '0;
        lockstep_pkg::OPCODE_SET: illegal_o = set.reserved != '0;
        lockstep_pkg::OPCODE_ADD: illegal_o = add.reserved != '0;
        lockstep_pkg::OPCODE_SYNC: illegal_o = sync.reserved != '0 || sync.unit[2];
        lockstep_pkg::OPCODE_LOAD: illegal_o = load.reserved != '0;
        lockstep_pkg::OPCODE_FILL: illegal_o = fill.reserved != '0;
        lockstep_pkg::OPCODE_MATMUL: illegal_o = matmul.reserved != '0;
        lockstep_pkg::OPCODE_REQUANTIZE: illegal_o = requantize.reserved != '0;
        lockstep_pkg::OPCODE_ELEMENTWISE: illegal_o = elementwise.reserved != '0;
        lockstep_pkg::OPCODE_REDUCE: illegal_o = reduce.reserved != '0;
        lockstep_pkg::OPCODE_TABLE: illegal_o = table_load.reserved != '0;
        lockstep_pkg::OPCODE_STORE: illegal_o = store.reserved != '0;
        default: illegal_o = 1'b1;
      endcase
    end
  end

  always_comb begin
    to_unit_o = enable_i;
    case (instruction_i[7:0])
      lockstep_pkg::OPCODE_SYNC: unit_o = sync.unit[1:0];
      lockstep_pkg::OPCODE_LOAD, lockstep_pkg::OPCODE_FILL: unit_o = 2'(lockstep_pkg::UNIT_LOAD);
      lockstep_pkg::OPCODE_MATMUL: unit_o = 2'(lockstep_pkg::UNIT_MATRIX);
      lockstep_pkg::OPCODE_REQUANTIZE, lockstep_pkg::OPCODE_ELEMENTWISE, lockstep_pkg::OPCODE_REDUCE,
      lockstep_pkg::OPCODE_TABLE: unit_o = 2'(lockstep_pkg::UNIT_VECTOR);
      lockstep_pkg::OPCODE_STORE: unit_o = 2'(lockstep_pkg::UNIT_STORE);
      default: begin
        to_unit_o = 1'b0;
        unit_o = '0;
      end
    endcase
  end

  // Addresses wrap around in the width of their field.
  always_comb begin
    resolved_o = '0;
    if (enable_i) begin
      resolved_o = instruction_i;
      case (instruction_i[7:0])
        lockstep_pkg::OPCODE_LOAD: begin
          resolved_o[lockstep_pkg::LOAD_EXTERNAL_ADDRESS_LSB +: 64] = load.external_address + value_a_i;
          resolved_o[lockstep_pkg::LOAD_LOCAL_ADDRESS_LSB +: 24] = load.local_address + value_b_i[23:0];
        end
        lockstep_pkg::OPCODE_FILL:
          resolved_o[lockstep_pkg::FILL_LOCAL_ADDRESS_LSB +: 24] = fill.local_address + value_b_i[23:0];
        lockstep_pkg::OPCODE_MATMUL: begin
          resolved_o[lockstep_pkg::MATMUL_STATIONARY_ADDRESS_LSB +: 24] = matmul.stationary_address + value_a_i[23:0];
          resolved_o[lockstep_pkg::MATMUL_STREAMED_ADDRESS_LSB +: 24] = matmul.streamed_address + value_b_i[23:0];
          resolved_o[lockstep_pkg::MATMUL_ACCUMULATOR_ADDRESS_LSB +: 20] = matmul.accumulator_address + value_c_i[19:0];
        end
        lockstep_pkg::OPCODE_REQUANTIZE: begin
          resolved_o[lockstep_pkg::REQUANTIZE_ACCUMULATOR_ADDRESS_LSB +: 20]
            = requantize.accumulator_address + value_a_i[19:0];
          resolved_o[lockstep_pkg::REQUANTIZE_LOCAL_ADDRESS_LSB +: 24] = requantize.local_address + value_b_i[23:0];
          resolved_o[lockstep_pkg::REQUANTIZE_PARAMETER_ADDRESS_LSB +: 20]
            = requantize.parameter_address + value_c_i[19:0];
        end
        lockstep_pkg::OPCODE_ELEMENTWISE: begin
          resolved_o[lockstep_pkg::ELEMENTWISE_A_ADDRESS_LSB +: 24] = elementwise.a_address + value_a_i[23:0];
          resolved_o[lockstep_pkg::ELEMENTWISE_B_ADDRESS_LSB +: 24] = elementwise.b_address + value_b_i[23:0];
          resolved_o[lockstep_pkg::ELEMENTWISE_OUTPUT_ADDRESS_LSB +: 24] = elementwise.output_address + value_c_i[23:0];
        end
        lockstep_pkg::OPCODE_REDUCE: begin
          resolved_o[lockstep_pkg::REDUCE_A_ADDRESS_LSB +: 24] = reduce.a_address + value_a_i[23:0];
          resolved_o[lockstep_pkg::REDUCE_OUTPUT_ADDRESS_LSB +: 20] = reduce.output_address + value_c_i[19:0];
        end
        lockstep_pkg::OPCODE_TABLE:
          resolved_o[lockstep_pkg::TABLE_LOCAL_ADDRESS_LSB +: 24] = table_load.local_address + value_b_i[23:0];
        lockstep_pkg::OPCODE_STORE: begin
          resolved_o[lockstep_pkg::STORE_EXTERNAL_ADDRESS_LSB +: 64] = store.external_address + value_a_i;
          resolved_o[lockstep_pkg::STORE_LOCAL_ADDRESS_LSB +: 24] = store.local_address + value_b_i[23:0];
        end
        default: ;
      endcase
    end
  end

endmodule
