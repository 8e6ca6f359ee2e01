#include "Control/Control.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

class ControlPort : public ::testing::Test {
protected:
  ControlPort() {
    control.reset();
    control->s_axil_bready_i = control->s_axil_rready_i = 1;
    control->idle_i = 1;
  }

  /// True if the start was seen in the cycle in which the write was accepted.
  bool write(uint16_t address, uint32_t data, uint8_t strobes = 0xf) {
    control->s_axil_awvalid_i = control->s_axil_wvalid_i = 1;
    control->s_axil_awaddr_i = address;
    control->s_axil_wdata_i = data;
    control->s_axil_wstrb_i = strobes;
    control.settle();
    EXPECT_TRUE(control->s_axil_awready_o && control->s_axil_wready_o);
    const bool started = control->start_o;
    control.tick();
    control->s_axil_awvalid_i = control->s_axil_wvalid_i = 0;
    EXPECT_TRUE(control->s_axil_bvalid_o);
    control.tick();
    return started;
  }

  uint32_t read(uint16_t address) {
    control->s_axil_arvalid_i = 1;
    control->s_axil_araddr_i = address;
    control.tick();
    control->s_axil_arvalid_i = 0;
    EXPECT_TRUE(control->s_axil_rvalid_o);
    const uint32_t data = control->s_axil_rdata_o;
    control.tick();
    return data;
  }

  /// Runs for some cycles; the machine is idle in the last one.
  void run() {
    control->idle_i = 0;
    EXPECT_TRUE(write(0x00, 3));
    control.tick();
    EXPECT_TRUE(control->running_o);
    control->idle_i = 1;
    control.settle();
    EXPECT_FALSE(control->running_o);
    control.tick();
  }

  VerilatedBlock<Control> control;
};

TEST_F(ControlPort, KeepsWhatIsWrittenByteByByte) {
  write(0x08, 0x11223344);
  write(0x08, 0xaabbccdd, 0x5);
  write(0x0c, 0x55667788);
  EXPECT_EQ(read(0x08), 0x11bb33ddu);
  EXPECT_EQ(control->program_address_o, 0x5566778811bb33ddu);
  write(0x10, 77);
  EXPECT_EQ(control->program_length_o, 77u);
  for (unsigned i = 0; i < 16; ++i)
    write(uint16_t(0x40 + 4 * i), 1000 + i);
  for (unsigned i = 0; i < 16; ++i) {
    EXPECT_EQ(read(uint16_t(0x40 + 4 * i)), 1000 + i);
    EXPECT_EQ(bitsOf(control->arguments_o, 32 * i, 32), 1000 + i);
  }
}

TEST_F(ControlPort, TellsTheParametersOfTheMachine) {
  EXPECT_EQ(read(0x80), 3u);
  EXPECT_EQ(read(0x84), 7u);
  EXPECT_EQ(read(0x88), 0u);
}

TEST_F(ControlPort, RunsFromTheStartUntilTheMachineIsIdle) {
  EXPECT_EQ(read(0x04), 0u);
  control->idle_i = 0;
  EXPECT_TRUE(write(0x00, 1));
  EXPECT_EQ(read(0x04), 1u);
  EXPECT_FALSE(write(0x00, 1)) << "a running machine does not start again";
  write(0x10, 5);
  EXPECT_EQ(control->program_length_o, 0u) << "the program stays as it is while the machine runs";
  control->idle_i = 1;
  control.tick();
  EXPECT_EQ(read(0x04), 2u);
}

TEST_F(ControlPort, StartsASecondTime) {
  run();
  run();
  EXPECT_EQ(read(0x04), 2u);
}

TEST_F(ControlPort, InterruptsAtTheEndOfARunUntilItIsCleared) {
  EXPECT_FALSE(control->irq_o);
  run();
  EXPECT_TRUE(control->irq_o);
  EXPECT_EQ(read(0x14), 1u);
  write(0x14, 1);
  EXPECT_FALSE(control->irq_o);
}

TEST_F(ControlPort, KeepsTheFirstErrorUntilTheNextStart) {
  control->idle_i = 0;
  write(0x00, 1);
  control->store_error_i = 1;
  control.tick();
  control->store_error_i = 0;
  control->load_error_i = 1;
  control.tick();
  control->load_error_i = 0;
  EXPECT_TRUE(control->stop_o);
  EXPECT_EQ(read(0x04), 0x605u) << "error 6, still running";
  control->idle_i = 1;
  control.tick();
  EXPECT_EQ(read(0x04), 0x606u) << "error 6, done";
  run();
  EXPECT_EQ(read(0x04), 2u);
}

TEST_F(ControlPort, WaitsWithAStartForARequestOfTheRunBefore) {
  control->busy_port_i = 1;
  control->s_axil_awvalid_i = control->s_axil_wvalid_i = 1;
  control->s_axil_awaddr_i = 0;
  control->s_axil_wdata_i = 1;
  control->s_axil_wstrb_i = 0xf;
  control.settle();
  EXPECT_FALSE(control->s_axil_awready_o);
  EXPECT_FALSE(control->start_o);
  control->busy_port_i = 0;
  control.settle();
  EXPECT_TRUE(control->start_o);
}

} // namespace
