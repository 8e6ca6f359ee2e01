// Banks of consecutive words, each with one read and one write port. A bank is WordsPerRead memories side by side, so
// that the loader of the matrix unit reads WordsPerRead neighbouring words in a cycle. Read data comes one cycle after
// the address and is zero otherwise. Programs give a bank at most one reader and one writer at a time (race_c2,
// matmul_c8, matmul_c9), so there is no arbitration.
module scratchpad #(
  parameter int unsigned WordBytes = 16,
  parameter int unsigned Banks = 8,        // a power of two
  parameter int unsigned BankWords = 2048, // a power of two
  parameter int unsigned WordsPerRead = 1  // of the loader; a power of two
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  // matrix unit: stationary words, address a multiple of WordsPerRead
  input  logic                                loader_read_i,
  input  logic [23:0]                         loader_address_i,
  output logic [8*WordBytes*WordsPerRead-1:0] loader_data_o,
  // matrix unit: streamed words
  input  logic                                stream_read_i,
  input  logic [23:0]                         stream_address_i,
  output logic [8*WordBytes-1:0]              stream_data_o,
  // store unit
  input  logic                                store_read_i,
  input  logic [23:0]                         store_address_i,
  output logic [8*WordBytes-1:0]              store_data_o,
  // load unit
  input  logic                                load_write_i,
  input  logic [23:0]                         load_address_i,
  input  logic [8*WordBytes-1:0]              load_data_i,
  // vector unit
  input  logic                                vector_read_i,
  input  logic [23:0]                         vector_read_address_i,
  output logic [8*WordBytes-1:0]              vector_data_o,
  input  logic                                vector_write_i,
  input  logic [23:0]                         vector_address_i,
  input  logic [8*WordBytes-1:0]              vector_data_i
);

  localparam int unsigned WordWidth = 8 * WordBytes;
  localparam int unsigned RowWidth = $clog2(BankWords);
  localparam int unsigned BankWidth = $clog2(Banks);
  localparam int unsigned PartWidth = WordsPerRead > 1 ? $clog2(WordsPerRead) : 1;
  localparam int unsigned Parts = Banks * WordsPerRead;

  logic [Parts*WordWidth-1:0] data; // of all memories, while it is needed
  logic                       loader_q, stream_q, store_q, vector_q;
  logic [BankWidth-1:0]       loader_bank_q, stream_bank_q, store_bank_q, vector_bank_q;
  logic [PartWidth-1:0]       stream_part_q, store_part_q, vector_part_q;

  // By bank: who reads and writes it.
  logic [Banks-1:0] loader_reads, stream_reads, store_reads, vector_reads, load_writes, vector_writes;
  always_comb begin
    loader_reads = '0;
    stream_reads = '0;
    store_reads = '0;
    vector_reads = '0;
    load_writes = '0;
    vector_writes = '0;
    if (loader_read_i) loader_reads[loader_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (stream_read_i) stream_reads[stream_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (store_read_i) store_reads[store_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (vector_read_i) vector_reads[vector_read_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (load_write_i) load_writes[load_address_i[RowWidth +: BankWidth]] = 1'b1;
    if (vector_write_i) vector_writes[vector_address_i[RowWidth +: BankWidth]] = 1'b1;
  end

  for (genvar b = 0; b < Banks; b++) begin : gen_bank
    logic [WordsPerRead*WordWidth-1:0] words;

    scratchpad_bank #(.WordWidth(WordWidth), .Words(BankWords), .Parts(WordsPerRead)) u_bank (
      .clk_i,
      .read_i         (loader_reads[b] || stream_reads[b] || store_reads[b] || vector_reads[b]),
      .read_all_i     (loader_reads[b]),
      .read_address_i (loader_reads[b] ? loader_address_i[RowWidth-1:0] :
                       stream_reads[b] ? stream_address_i[RowWidth-1:0] :
                       store_reads[b] ? store_address_i[RowWidth-1:0] : vector_read_address_i[RowWidth-1:0]),
      .read_data_o    (words),
      .write_i        (load_writes[b] || vector_writes[b]),
      .write_address_i(load_writes[b] ? load_address_i[RowWidth-1:0] : vector_address_i[RowWidth-1:0]),
      .write_data_i   (load_writes[b] ? load_data_i : vector_data_i)
    );

    always_comb begin
      data[b*WordsPerRead*WordWidth +: WordsPerRead*WordWidth] = '0;
      if (loader_q || stream_q || store_q || vector_q)
        data[b*WordsPerRead*WordWidth +: WordsPerRead*WordWidth] = words;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      loader_q <= 1'b0;
      stream_q <= 1'b0;
      store_q  <= 1'b0;
      vector_q <= 1'b0;
    end else begin
      loader_q <= loader_read_i;
      stream_q <= stream_read_i;
      store_q  <= store_read_i;
      vector_q <= vector_read_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (loader_read_i) loader_bank_q <= loader_address_i[RowWidth +: BankWidth];
    if (stream_read_i) stream_bank_q <= stream_address_i[RowWidth +: BankWidth];
    if (store_read_i) store_bank_q <= store_address_i[RowWidth +: BankWidth];
    if (vector_read_i) vector_bank_q <= vector_read_address_i[RowWidth +: BankWidth];
    if (stream_read_i) stream_part_q <= WordsPerRead > 1 ? stream_address_i[PartWidth-1:0] : '0;
    if (store_read_i) store_part_q <= WordsPerRead > 1 ? store_address_i[PartWidth-1:0] : '0;
    if (vector_read_i) vector_part_q <= WordsPerRead > 1 ? vector_read_address_i[PartWidth-1:0] : '0;
  end

  always_comb begin
    loader_data_o = '0;
    stream_data_o = '0;
    store_data_o = '0;
    vector_data_o = '0;
    if (loader_q) begin
      for (int unsigned b = 0; b < Banks; b++) begin
        if (loader_bank_q == BankWidth'(b)) loader_data_o = data[b*WordsPerRead*WordWidth +: WordsPerRead*WordWidth];
      end
    end
    if (stream_q) begin
      for (int unsigned p = 0; p < Parts; p++) begin
        if (32'(stream_bank_q) * WordsPerRead + 32'(stream_part_q) == p) stream_data_o = data[p*WordWidth +: WordWidth];
      end
    end
    if (store_q) begin
      for (int unsigned p = 0; p < Parts; p++) begin
        if (32'(store_bank_q) * WordsPerRead + 32'(store_part_q) == p) store_data_o = data[p*WordWidth +: WordWidth];
      end
    end
    if (vector_q) begin
      for (int unsigned p = 0; p < Parts; p++) begin
        if (32'(vector_bank_q) * WordsPerRead + 32'(vector_part_q) == p) vector_data_o = data[p*WordWidth +: WordWidth];
      end
    end
  end

  if (RowWidth + BankWidth < 24) begin : gen_unused
    logic unused;
    assign unused = ^{loader_address_i[23:RowWidth+BankWidth], stream_address_i[23:RowWidth+BankWidth],
                      store_address_i[23:RowWidth+BankWidth], load_address_i[23:RowWidth+BankWidth],
                      vector_read_address_i[23:RowWidth+BankWidth], vector_address_i[23:RowWidth+BankWidth]};
  end

endmodule
