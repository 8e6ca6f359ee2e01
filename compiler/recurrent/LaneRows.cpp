#include "compiler/recurrent/LaneRows.h"

namespace lockstep {
namespace {

uint64_t field(int64_t value) { return static_cast<uint64_t>(value); }

} // namespace

void setOperandA(ElementwiseInstruction &instruction, const LaneRows &rows) {
  instruction.a_memory = rows.accumulator;
  instruction.a_type = static_cast<uint64_t>(rows.type);
  instruction.a_address = rows.base.address;
  instruction.a_register = rows.base.reg;
  instruction.a_stride_0 = rows.strides.block;
  instruction.a_stride_1 = rows.strides.batch;
  instruction.a_stride_2 = rows.strides.gate;
}

void setOperandB(ElementwiseInstruction &instruction, const LaneRows &rows) {
  instruction.b_memory = rows.accumulator;
  instruction.b_type = static_cast<uint64_t>(rows.type);
  instruction.b_address = rows.base.address;
  instruction.b_register = rows.base.reg;
  instruction.b_stride_0 = rows.strides.block;
  instruction.b_stride_1 = rows.strides.batch;
  instruction.b_stride_2 = rows.strides.gate;
}

void setOutput(ElementwiseInstruction &instruction, const LaneRows &rows) {
  instruction.output_memory = rows.accumulator;
  instruction.output_type = static_cast<uint64_t>(rows.type);
  instruction.output_address = rows.base.address;
  instruction.output_register = rows.base.reg;
  instruction.output_stride_0 = rows.strides.block;
  instruction.output_stride_1 = rows.strides.batch;
  instruction.output_stride_2 = rows.strides.gate;
}

void setCounts(ElementwiseInstruction &instruction, const LaneCounts &counts) {
  instruction.count_0 = field(counts.blocks);
  instruction.count_1 = field(counts.batch);
  instruction.count_2 = field(counts.gates);
}

void setClamp(ElementwiseInstruction &instruction, LaneType type) {
  const ElementType element = type == LaneType::Int8    ? ElementType::Int8
                              : type == LaneType::Int32 ? ElementType::Int32
                                                        : ElementType::Int16;
  instruction.clamp_minimum = elementMinimum(element);
  instruction.clamp_maximum = elementMaximum(element);
}

} // namespace lockstep
