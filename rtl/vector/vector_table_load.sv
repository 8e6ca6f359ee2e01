// Carries out a table instruction: one entry per cycle from the scratchpad to the tables. The word of entry e is read
// in start + 1 + e and the entry is written in start + 4 + e.
module vector_table_load #(
  parameter int unsigned VectorBytes = 16
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  input  logic                     start_i,
  input  logic [511:0]             incoming_i, // with start_i
  output logic                     free_o,
  output logic                     finish_o,
  // scratchpad
  output logic                     read_o,
  output logic [23:0]              address_o,
  input  logic [8*VectorBytes-1:0] data_i, // one cycle later
  // tables
  output logic                     write_o,
  output logic [2:0]               table_o,
  output logic [9:0]               entry_o,
  output logic [15:0]              data_o
);

  localparam int unsigned PlaceWidth = $clog2(VectorBytes + 1);
  localparam int unsigned Places16 = VectorBytes / 2; // entries of int16 in a word
  localparam logic [9:0] Last16 = 10'd512, Last8 = 10'd255;

  lockstep_pkg::table_instruction_t incoming;
  assign incoming = incoming_i;

  logic                  busy_q, int8_q, place_last;
  logic [2:0]            valid_q; // of the entry that is read, chosen, written
  logic [9:0]            left_q; // entries that are not yet read, less one
  logic [23:0]           address_q;
  logic [PlaceWidth-1:0] place_q, place_read_q;
  logic [15:0]           chosen, entry_q;

  assign read_o = busy_q;
  assign address_o = address_q;
  assign place_last = place_q == (int8_q ? PlaceWidth'(VectorBytes - 1) : PlaceWidth'(Places16 - 1));
  assign free_o = !busy_q && valid_q == '0;
  assign finish_o = valid_q == 3'b100 && !busy_q;
  assign write_o = valid_q[2];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q  <= 1'b0;
      valid_q <= '0;
    end else begin
      valid_q <= {valid_q[1:0], busy_q};
      if (start_i) busy_q <= 1'b1;
      else if (clear_i || left_q == '0) busy_q <= 1'b0;
    end
  end

  always_comb begin
    chosen = '0;
    if (valid_q[0]) begin
      for (int unsigned i = 0; i < VectorBytes; i++) begin
        if (int8_q && place_read_q == PlaceWidth'(i)) chosen = 16'($signed(data_i[8*i +: 8]));
      end
      for (int unsigned i = 0; i < Places16; i++) begin
        if (!int8_q && place_read_q == PlaceWidth'(i)) chosen = data_i[16*i +: 16];
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      int8_q    <= incoming.table_type;
      table_o   <= incoming.table_;
      left_q    <= incoming.table_type ? Last8 : Last16;
      address_q <= incoming.local_address;
      place_q   <= '0;
      entry_o   <= '0;
    end else begin
      if (busy_q) begin
        left_q       <= left_q - 10'd1;
        place_q      <= place_last ? '0 : place_q + 1'b1;
        place_read_q <= place_q;
        if (place_last) address_q <= address_q + 24'd1;
      end
      if (valid_q[2]) entry_o <= entry_o + 10'd1;
    end
    if (valid_q[0]) entry_q <= chosen;
    if (valid_q[1]) data_o <= entry_q;
  end

endmodule
