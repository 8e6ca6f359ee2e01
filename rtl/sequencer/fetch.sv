// Keeps the instruction buffer filled: requests one instruction as one burst, receives its beats, and tells which
// instructions have arrived. Fetches that are in flight at a start belong to the run before and are dropped.
module fetch #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BufferInstructions = 64, // a power of two
  parameter int unsigned FetchAhead = 16
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   start_i,
  input  logic [63:0]            program_address_i,
  input  logic [31:0]            program_length_i,
  // sequencer
  input  logic [31:0]            pc_i,
  input  logic                   enable_i, // running, not halted, no flush
  input  logic                   read_i,   // reads instruction pc_i
  output logic [511:0]           instruction_o, // one cycle after read_i, held until the next
  output logic                   arrived_o,     // instruction pc_i is in the buffer
  output logic                   all_arrived_o,
  input  logic [31:0]            target_i,      // of a jump back
  output logic                   resident_o,    // the target is in the buffer or on its way
  input  logic                   flush_i,       // empties the buffer; it goes on at the target
  // read port
  output logic                   request_valid_o,
  input  logic                   request_ready_i,
  output logic [63:0]            request_address_o,
  input  logic                   beat_valid_i,
  input  logic                   beat_last_i,
  input  logic [8*BeatBytes-1:0] beat_data_i
`ifdef LOCKSTEP_FAULTS
  , input logic [7:0]            fault_i
`endif
);

  localparam int unsigned SlotWidth = $clog2(BufferInstructions);

  logic [31:0]          requested_q, arrived_q, base_q; // F, A and base of the manual
  logic                 held_q; // a request that the port has not taken: it stays
  logic [SlotWidth:0]   dropped_q; // fetches of the run before, still to come
  logic                 last_beat, wanted;
  logic [511:0]         assembled;
  logic                 select_high;

  assign wanted = enable_i && requested_q < program_length_i
                  && {1'b0, requested_q} < {1'b0, pc_i} + 33'(FetchAhead)
                  && {1'b0, requested_q} < {1'b0, pc_i} + 33'(BufferInstructions);
  assign request_valid_o = wanted || held_q;
  assign request_address_o = program_address_i + {26'b0, requested_q, 6'b0};
  assign last_beat = beat_valid_i && beat_last_i;
  assign arrived_o = pc_i < arrived_q;
  assign all_arrived_o = arrived_q == requested_q && !held_q;
`ifdef LOCKSTEP_FAULTS
  assign resident_o = fault_i == 8'd13
                      || (target_i >= base_q && {1'b0, target_i} + 33'(BufferInstructions) > {1'b0, requested_q});
`else
  assign resident_o = target_i >= base_q && {1'b0, target_i} + 33'(BufferInstructions) > {1'b0, requested_q};
`endif
  assign select_high = program_address_i[6] ^ arrived_q[0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      requested_q <= '0;
      arrived_q   <= '0;
      base_q      <= '0;
      held_q      <= 1'b0;
      dropped_q   <= '0;
    end else if (start_i) begin
      requested_q <= '0;
      arrived_q   <= '0;
      base_q      <= '0;
      dropped_q   <= dropped_q + (SlotWidth + 1)'(requested_q - arrived_q) - (SlotWidth + 1)'(last_beat);
    end else begin
      held_q <= request_valid_o && !request_ready_i;
      if (flush_i) begin
        requested_q <= target_i;
        arrived_q   <= target_i;
        base_q      <= target_i;
      end else begin
        if (request_valid_o && request_ready_i) requested_q <= requested_q + 32'd1;
        if (last_beat && dropped_q == '0) arrived_q <= arrived_q + 32'd1;
      end
      if (last_beat && dropped_q != '0) dropped_q <= dropped_q - 1'b1;
    end
  end

  instruction_assembler #(.BeatBytes(BeatBytes)) u_assembler (
    .clk_i,
    .rst_ni,
    .beat_valid_i,
    .beat_last_i,
    .beat_data_i,
    .select_high_i(select_high),
    .instruction_o(assembled)
  );

  sram #(.Width(512), .Depth(BufferInstructions)) u_buffer (
    .clk_i,
    .read_i,
    .read_address_i (pc_i[SlotWidth-1:0]),
    .read_data_o    (instruction_o),
    .write_i        (last_beat && dropped_q == '0),
    .write_address_i(arrived_q[SlotWidth-1:0]),
    .write_data_i   (assembled)
  );

endmodule
