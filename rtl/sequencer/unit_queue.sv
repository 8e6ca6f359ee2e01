// The queue of resolved instructions before a unit. An instruction pushed in cycle y is the head from y + 1 on if none
// is before it. Waits and posts of the head are cut out here, because a sync has them in another place.
module unit_queue #(
  parameter int unsigned Depth = 4,
  parameter int unsigned InstructionBits = 512, // longest instruction of the unit; all bits above are zero
  localparam int unsigned CountWidth = $clog2(Depth + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  push_i,
  input  logic [511:0]          instruction_i,
  input  logic                  pop_i,
  output logic                  valid_o,
  output logic [511:0]          instruction_o,
  output logic                  is_sync_o,
  output logic [20:0]           waits_o, // 3 x 7 bits: 0 none, n + 1 for semaphore n
  output logic [20:0]           posts_o,
  output logic [CountWidth-1:0] count_o
);

  logic [InstructionBits-1:0] head;

  sram_fifo #(.Width(InstructionBits), .Depth(Depth)) u_fifo (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i,
    .push_data_i(instruction_i[InstructionBits-1:0]),
    .pop_i,
    .valid_o,
    .data_o     (head),
    .count_o
  );

  assign instruction_o = 512'(head);
  assign is_sync_o = head[7:0] == lockstep_pkg::OPCODE_SYNC;
  assign waits_o = is_sync_o ? head[lockstep_pkg::SYNC_WAIT_0_LSB +: 21] : head[lockstep_pkg::LOAD_WAIT_0_LSB +: 21];
  assign posts_o = is_sync_o ? head[lockstep_pkg::SYNC_POST_0_LSB +: 21] : head[lockstep_pkg::LOAD_POST_0_LSB +: 21];

  if (InstructionBits < 512) begin : gen_unused
    logic unused;
    assign unused = ^instruction_i[511:InstructionBits];
  end

endmodule
