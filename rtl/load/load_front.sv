// Requests the bursts of a load: rows in their order, each cut at multiples of BurstBytes. One burst in a cycle while a
// slot of the landing buffer is free and the port takes it. Fill and sync pass without a request.
module load_front #(
  parameter int unsigned BeatBytes = 16,
  parameter int unsigned BurstBytes = 64,
  parameter int unsigned Slots = 64 // bursts requested and not yet unpacked
) (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         clear_i,
  input  logic         start_i, // the instruction begins; only if free_o
  input  logic         is_load_i,
  input  logic [511:0] instruction_i,
  output logic         free_o,
  input  logic         release_i, // a slot is free again
  // read port
  output logic         request_valid_o,
  input  logic         request_ready_i,
  output logic [63:0]  request_address_o,
  output logic [7:0]   request_length_o // beats less 1
);

  localparam int unsigned BurstWidth = $clog2(BurstBytes);
  localparam int unsigned BeatWidth = $clog2(BeatBytes);
  localparam int unsigned SlotWidth = $clog2(Slots + 1);

  lockstep_pkg::load_instruction_t load;
  assign load = instruction_i;

  logic                 busy_q, taken, row_end, done;
  logic [63:0]          address_q, next_row;
  logic [23:0]          left_q, row_bytes_q;
  logic [BurstWidth:0]  piece; // bytes of the burst
  logic [SlotWidth-1:0] free_slots_q;
  logic [47:0]          counts_q;
  logic [119:0]         strides_q;
  logic [2:0]           level;

  assign piece = left_q < 24'(room(address_q[BurstWidth-1:0])) ? (BurstWidth + 1)'(left_q)
                                                               : room(address_q[BurstWidth-1:0]);
  assign row_end = left_q == 24'(piece);
  assign request_valid_o = busy_q && free_slots_q != '0;
  assign request_address_o = address_q;
  assign request_length_o = 8'(((BurstWidth + 1)'(address_q[BeatWidth-1:0]) + piece - 1'b1) >> BeatWidth);
  assign taken = request_valid_o && request_ready_i;
  assign free_o = !busy_q;

  // Bytes from an address to the next multiple of BurstBytes.
  function automatic logic [BurstWidth:0] room(input logic [BurstWidth-1:0] low);
    room = (BurstWidth + 1)'(BurstBytes) - {1'b0, low};
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q       <= 1'b0;
      free_slots_q <= SlotWidth'(Slots);
    end else if (clear_i) begin
      busy_q       <= 1'b0;
      free_slots_q <= SlotWidth'(Slots);
    end else begin
      if (start_i && is_load_i) busy_q <= 1'b1;
      else if (taken && row_end && done) busy_q <= 1'b0;
      free_slots_q <= free_slots_q + SlotWidth'(release_i) - SlotWidth'(taken);
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      address_q   <= load.external_address;
      left_q      <= load.row_bytes;
      row_bytes_q <= load.row_bytes;
      counts_q    <= {load.count_2, load.count_1, load.count_0};
      strides_q   <= {load.external_stride_2, load.external_stride_1, load.external_stride_0};
    end else if (taken) begin
      address_q <= row_end ? next_row : address_q + 64'(piece);
      left_q    <= row_end ? row_bytes_q : left_q - 24'(piece);
    end
  end

  nest_counter #(.Levels(3), .CountWidth(16)) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(clear_i || start_i),
    .step_i (taken && row_end),
    .counts_i(counts_q),
    .first_o(),
    .last_o (),
    .level_o(level),
    .done_o (done)
  );

  nest_address #(.Levels(3), .Width(64), .StrideWidth(40)) u_address (
    .clk_i,
    .load_i   (start_i),
    .base_i   (load.external_address),
    .step_i   (taken && row_end),
    .level_i  (level),
    .strides_i(strides_q),
    .address_o(),
    .next_o   (next_row)
  );

endmodule
