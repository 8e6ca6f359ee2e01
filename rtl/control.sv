// Control port, AXI4-Lite with 32 bits (registers: manual, "Control port"). Address and data of a write are accepted
// together; `start_o` is high in the cycle in which the start is accepted, which is cycle 0 of the run.
module control #(
  parameter int unsigned ParameterCount = 1,
  parameter logic [32*ParameterCount-1:0] ParameterValues = '0
) (
  input  logic         clk_i,
  input  logic         rst_ni,
  output logic         irq_o,
  input  logic         s_axil_awvalid_i,
  output logic         s_axil_awready_o,
  input  logic [15:0]  s_axil_awaddr_i,
  input  logic         s_axil_wvalid_i,
  output logic         s_axil_wready_o,
  input  logic [31:0]  s_axil_wdata_i,
  input  logic [3:0]   s_axil_wstrb_i,
  output logic         s_axil_bvalid_o,
  input  logic         s_axil_bready_i,
  output logic [1:0]   s_axil_bresp_o,
  input  logic         s_axil_arvalid_i,
  output logic         s_axil_arready_o,
  input  logic [15:0]  s_axil_araddr_i,
  output logic         s_axil_rvalid_o,
  input  logic         s_axil_rready_i,
  output logic [31:0]  s_axil_rdata_o,
  output logic [1:0]   s_axil_rresp_o,
  // the machine
  output logic         start_o,
  output logic [63:0]  program_address_o,
  output logic [31:0]  program_length_o,
  output logic [511:0] arguments_o, // 8 x 64 bits
  output logic         running_o,   // cycles 1 to total_cycles - 1
  output logic         stop_o,      // an error has occurred
  input  logic         idle_i,      // halted, and no unit has anything to do
  input  logic         busy_port_i, // a request of the run before is still offered to memory
  input  logic [7:0]   sequencer_error_i,
  input  logic         load_error_i,
  input  logic         store_error_i,
  input  logic         semaphore_error_i
);

  localparam logic [15:0] Control = 16'h00;
  localparam logic [15:0] State = 16'h04;
  localparam logic [15:0] ProgramLow = 16'h08;
  localparam logic [15:0] ProgramHigh = 16'h0c;
  localparam logic [15:0] Length = 16'h10;
  localparam logic [15:0] Interrupt = 16'h14;
  localparam logic [15:0] Arguments = 16'h40;
  localparam logic [15:0] Parameters = 16'h80;

  logic         run_q, done_q, enable_q, pending_q, write, write_control, finished;
  logic [7:0]   error_q, error;
  logic [63:0]  program_address_q;
  logic [31:0]  program_length_q, old_value, value, bits;
  logic [511:0] arguments_q;

  assign program_address_o = program_address_q;
  assign program_length_o = program_length_q;
  assign arguments_o = arguments_q;
  assign running_o = run_q && !idle_i;
  assign finished = run_q && idle_i;
  assign stop_o = error_q != '0;
  assign irq_o = pending_q && enable_q;

  // ---- writes ----
  assign write = s_axil_awvalid_i && s_axil_wvalid_i && (!s_axil_bvalid_o || s_axil_bready_i)
                 && (run_q || !busy_port_i);
  assign s_axil_awready_o = write;
  assign s_axil_wready_o = write;
  assign s_axil_bresp_o = 2'b00;
  assign write_control = write && s_axil_awaddr_i[15:2] == Control[15:2] && s_axil_wstrb_i[0];
  assign start_o = write_control && s_axil_wdata_i[0] && !run_q;
  assign bits = {{8{s_axil_wstrb_i[3]}}, {8{s_axil_wstrb_i[2]}}, {8{s_axil_wstrb_i[1]}}, {8{s_axil_wstrb_i[0]}}};
  assign value = (old_value & ~bits) | (s_axil_wdata_i & bits);

  always_comb begin
    old_value = '0;
    case ({s_axil_awaddr_i[15:2], 2'b00})
      ProgramLow: old_value = program_address_q[31:0];
      ProgramHigh: old_value = program_address_q[63:32];
      Length: old_value = program_length_q;
      default: if (s_axil_awaddr_i[15:6] == Arguments[15:6]) old_value = arguments_q[32*s_axil_awaddr_i[5:2] +: 32];
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      program_address_q <= '0;
      program_length_q  <= '0;
      arguments_q       <= '0;
      enable_q          <= 1'b0;
      s_axil_bvalid_o   <= 1'b0;
    end else begin
      if (write) s_axil_bvalid_o <= 1'b1;
      else if (s_axil_bready_i) s_axil_bvalid_o <= 1'b0;
      if (write_control) enable_q <= s_axil_wdata_i[1];
      // The program's place and the arguments stay as they are while the machine runs.
      if (write && !run_q) begin
        case ({s_axil_awaddr_i[15:2], 2'b00})
          ProgramLow: program_address_q[31:0] <= value;
          ProgramHigh: program_address_q[63:32] <= value;
          Length: program_length_q <= value;
          default: if (s_axil_awaddr_i[15:6] == Arguments[15:6]) arguments_q[32*s_axil_awaddr_i[5:2] +: 32] <= value;
        endcase
      end
    end
  end

  // ---- state ----
  always_comb begin
    error = sequencer_error_i;
    if (error == '0 && load_error_i) error = 8'(lockstep_pkg::ERROR_BUS_LOAD);
    if (error == '0 && store_error_i) error = 8'(lockstep_pkg::ERROR_BUS_STORE);
    if (error == '0 && semaphore_error_i) error = 8'(lockstep_pkg::ERROR_SEMAPHORE_OVERFLOW);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q     <= 1'b0;
      done_q    <= 1'b0;
      pending_q <= 1'b0;
      error_q   <= '0;
    end else if (start_o) begin
      run_q     <= 1'b1;
      done_q    <= 1'b0;
      error_q   <= '0;
    end else begin
      if (finished) run_q <= 1'b0;
      if (finished) done_q <= 1'b1;
      if (run_q && error_q == '0) error_q <= error;
      if (finished) pending_q <= 1'b1;
      else if (write && s_axil_awaddr_i[15:2] == Interrupt[15:2] && s_axil_wstrb_i[0] && s_axil_wdata_i[0])
        pending_q <= 1'b0;
    end
  end

  // ---- reads ----
  logic [31:0] read_value;
  logic        read;
  assign read = s_axil_arvalid_i && (!s_axil_rvalid_o || s_axil_rready_i);
  assign s_axil_arready_o = read;
  assign s_axil_rresp_o = 2'b00;

  always_comb begin
    read_value = '0;
    if (read) begin
      case ({s_axil_araddr_i[15:2], 2'b00})
        Control: read_value = {30'b0, enable_q, 1'b0};
        State: read_value = {16'b0, error_q, 5'b0, error_q != '0, done_q, run_q};
        ProgramLow: read_value = program_address_q[31:0];
        ProgramHigh: read_value = program_address_q[63:32];
        Length: read_value = program_length_q;
        Interrupt: read_value = {31'b0, pending_q};
        default: begin
          if (s_axil_araddr_i[15:6] == Arguments[15:6]) read_value = arguments_q[32*s_axil_araddr_i[5:2] +: 32];
          for (int unsigned i = 0; i < ParameterCount; i++) begin
            if (s_axil_araddr_i[15:2] == 14'(32'(Parameters) / 4 + i)) read_value = ParameterValues[32*i +: 32];
          end
        end
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) s_axil_rvalid_o <= 1'b0;
    else if (read) s_axil_rvalid_o <= 1'b1;
    else if (s_axil_rready_i) s_axil_rvalid_o <= 1'b0;
  end
  always_ff @(posedge clk_i) begin
    if (read) s_axil_rdata_o <= read_value;
  end

endmodule
