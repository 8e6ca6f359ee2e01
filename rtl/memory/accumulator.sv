// Banks of consecutive words of int32 lanes, each with one read and one write port; read by the matrix and the vector
// unit, written by the matrix, the vector and the load unit. Read data comes one cycle after the address; the vector
// unit's word stays until its next read. Programs give a bank at most one reader and one writer at a time (race_c2).
module accumulator #(
  parameter int unsigned WordBytes = 64,
  parameter int unsigned Banks = 8,      // a power of two
  parameter int unsigned BankWords = 128 // a power of two
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  // matrix unit
  input  logic                   matrix_read_i,
  input  logic [19:0]            matrix_read_address_i,
  output logic [8*WordBytes-1:0] matrix_read_data_o, // zero if nothing was read
  input  logic                   matrix_write_i,
  input  logic [19:0]            matrix_write_address_i,
  input  logic [8*WordBytes-1:0] matrix_write_data_i,
  // vector unit
  input  logic                   vector_read_i,
  input  logic [19:0]            vector_address_i,
  input  logic                   vector_enable_i, // vector_data_o is zero without it
  output logic [8*WordBytes-1:0] vector_data_o,
  input  logic                   vector_write_i,
  input  logic [19:0]            vector_write_address_i,
  input  logic [8*WordBytes-1:0] vector_write_data_i,
  // load unit
  input  logic                   load_write_i,
  input  logic [19:0]            load_address_i,
  input  logic [8*WordBytes-1:0] load_data_i
);

  localparam int unsigned WordWidth = 8 * WordBytes;
  localparam int unsigned RowWidth = $clog2(BankWords);
  localparam int unsigned BankWidth = $clog2(Banks);

  logic [Banks*WordWidth-1:0] data; // of all banks, while it is needed
  logic                       matrix_q;
  logic [BankWidth-1:0]       matrix_bank_q, vector_bank_q;

  // By bank: who reads and writes it.
  logic [Banks-1:0] matrix_reads, vector_reads, matrix_writes, vector_writes, load_writes;
  always_comb begin
    matrix_reads = '0;
    vector_reads = '0;
    matrix_writes = '0;
    vector_writes = '0;
    load_writes = '0;
    if (matrix_read_i) matrix_reads[matrix_read_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (vector_read_i) vector_reads[vector_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (matrix_write_i) matrix_writes[matrix_write_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (vector_write_i) vector_writes[vector_write_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (load_write_i) load_writes[load_address_i[RowWidth +: BankWidth]] = 1'b1;
  end

  for (genvar b = 0; b < Banks; b++) begin : gen_bank
    logic [WordWidth-1:0] word;

    sram #(.Width(WordWidth), .Depth(BankWords)) u_sram (
      .clk_i,
      .read_i         (matrix_reads[b] || vector_reads[b]),
      .read_address_i (matrix_reads[b] ? matrix_read_address_i[RowWidth-1:0] : vector_address_i[RowWidth-1:0]),
      .read_data_o    (word),
      .write_i        (matrix_writes[b] || vector_writes[b] || load_writes[b]),
      .write_address_i(matrix_writes[b] ? matrix_write_address_i[RowWidth-1:0] :
                       vector_writes[b] ? vector_write_address_i[RowWidth-1:0] : load_address_i[RowWidth-1:0]),
      .write_data_i   (matrix_writes[b] ? matrix_write_data_i : vector_writes[b] ? vector_write_data_i : load_data_i)
    );

    always_comb begin
      data[b*WordWidth +: WordWidth] = '0;
      if (matrix_q || vector_enable_i) data[b*WordWidth +: WordWidth] = word;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) matrix_q <= 1'b0;
    else matrix_q <= matrix_read_i;
  end

  always_ff @(posedge clk_i) begin
    if (matrix_read_i) matrix_bank_q <= matrix_read_address_i[RowWidth +: BankWidth];
    if (vector_read_i) vector_bank_q <= vector_address_i[RowWidth +: BankWidth];
  end

  always_comb begin
    matrix_read_data_o = '0;
    vector_data_o = '0;
    if (matrix_q) begin
      for (int unsigned b = 0; b < Banks; b++) begin
        if (matrix_bank_q == BankWidth'(b)) matrix_read_data_o = data[b*WordWidth +: WordWidth];
      end
    end
    if (vector_enable_i) begin
      for (int unsigned b = 0; b < Banks; b++) begin
        if (vector_bank_q == BankWidth'(b)) vector_data_o = data[b*WordWidth +: WordWidth];
      end
    end
  end

  if (RowWidth + BankWidth < 20) begin : gen_unused
    logic unused;
    assign unused = ^{matrix_read_address_i[19:RowWidth+BankWidth], matrix_write_address_i[19:RowWidth+BankWidth],
                      vector_address_i[19:RowWidth+BankWidth], vector_write_address_i[19:RowWidth+BankWidth],
                      load_address_i[19:RowWidth+BankWidth]};
  end

endmodule
