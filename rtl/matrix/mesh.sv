// The array: blocks of StageRows x StageColumns PEs with pipeline registers between them. A vector enters the block in
// row stage g and column stage h g + h cycles after it came to the mesh; the sums of all columns leave together,
// StageRowCount + StageColumnCount - 1 cycles after the vector came. Stationary words travel with the same skew:
// those that are rows reach column stage h after h cycles, those that are columns reach row stage g after g cycles.
module mesh #(
  parameter int unsigned Rows = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned StageRows = 4,
  parameter int unsigned StageColumns = 4,
  parameter int unsigned WordsPerCycle = 1,
  localparam int unsigned Lanes = Rows > Columns ? Rows : Columns,
  localparam int unsigned GroupWidth = $clog2((Lanes + WordsPerCycle - 1) / WordsPerCycle + 1)
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  input  logic                             valid_i,
  input  logic                             buffer_i,
  input  logic [9*Rows-1:0]                x_i,
  output logic [32*Columns-1:0]            sums_o,
  // stationary words group * WordsPerCycle ... of a tile
  input  logic                             weights_valid_i,
  input  logic                             weights_turned_i, // words are columns
  input  logic                             weights_buffer_i,
  input  logic [GroupWidth-1:0]            weights_group_i,
  input  logic [9*Lanes*WordsPerCycle-1:0] weights_i
);

  localparam int unsigned RowStages = (Rows + StageRows - 1) / StageRows;
  localparam int unsigned ColumnStages = (Columns + StageColumns - 1) / StageColumns;
  localparam int unsigned Diagonals = RowStages + ColumnStages - 1;

  // Valid bit and buffer of the vector on each diagonal g + h.
  logic [Diagonals-1:0] valid, buffer;
  assign valid[0] = valid_i;
  assign buffer[0] = buffer_i;
  if (Diagonals > 1) begin : gen_diagonals
    logic [Diagonals-2:0] valid_q, buffer_q;
    assign valid[Diagonals-1:1] = valid_q;
    assign buffer[Diagonals-1:1] = buffer_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) valid_q <= '0;
      else valid_q <= valid[Diagonals-2:0];
    end
    always_ff @(posedge clk_i) buffer_q <= buffer[Diagonals-2:0];
  end

  for (genvar h = 0; h < ColumnStages; h++) begin : gen_columns
    localparam int unsigned First = h * StageColumns;
    localparam int unsigned Count = First + StageColumns > Columns ? Columns - First : StageColumns;
    localparam int unsigned BusWidth = 9 * Count * WordsPerCycle;
    // Stationary words that are rows: the lanes of these columns.
    logic [BusWidth-1:0]            lanes;
    logic [BusWidth+GroupWidth:0]   bus;
    logic                           write;
    logic [32*Count-1:0]            bottom;
    for (genvar w = 0; w < WordsPerCycle; w++) begin : gen_word
      assign lanes[9*Count*w +: 9*Count] = weights_i[9*(Lanes*w + First) +: 9*Count];
    end
    delay_line #(.Width(BusWidth + GroupWidth + 1), .Stages(h)) u_skew (
      .clk_i, .rst_ni,
      .valid_i(weights_valid_i && !weights_turned_i),
      .data_i ({weights_buffer_i, weights_group_i, lanes}),
      .valid_o(write),
      .data_o (bus)
    );
    // Column sums wait for the last column stage.
    delay_line #(.Width(32 * Count), .Stages(ColumnStages - 1 - h)) u_deskew (
      .clk_i, .rst_ni,
      .valid_i(1'b1),
      .data_i (bottom),
      .valid_o(),
      .data_o (sums_o[32*First +: 32*Count])
    );
  end

  for (genvar g = 0; g < RowStages; g++) begin : gen_rows
    localparam int unsigned First = g * StageRows;
    localparam int unsigned Count = First + StageRows > Rows ? Rows - First : StageRows;
    localparam int unsigned BusWidth = 9 * Count * WordsPerCycle;
    // Stationary words that are columns: the lanes of these rows.
    logic [BusWidth-1:0]          lanes;
    logic [BusWidth+GroupWidth:0] bus;
    logic                         write;
    logic [9*Count-1:0]           entering;
    for (genvar w = 0; w < WordsPerCycle; w++) begin : gen_word
      assign lanes[9*Count*w +: 9*Count] = weights_i[9*(Lanes*w + First) +: 9*Count];
    end
    delay_line #(.Width(BusWidth + GroupWidth + 1), .Stages(g)) u_skew (
      .clk_i, .rst_ni,
      .valid_i(weights_valid_i && weights_turned_i),
      .data_i ({weights_buffer_i, weights_group_i, lanes}),
      .valid_o(write),
      .data_o (bus)
    );
    delay_line #(.Width(9 * Count), .Stages(g)) u_enter (
      .clk_i, .rst_ni,
      .valid_i(valid_i),
      .data_i (x_i[9*First +: 9*Count]),
      .valid_o(),
      .data_o (entering)
    );

    for (genvar h = 0; h < ColumnStages; h++) begin : gen_block
      localparam int unsigned FirstColumn = h * StageColumns;
      localparam int unsigned ColumnCount = FirstColumn + StageColumns > Columns ? Columns - FirstColumn : StageColumns;
      localparam int unsigned RowBus = 9 * ColumnCount * WordsPerCycle;
      logic [9*Count-1:0]        x;
      logic [32*ColumnCount-1:0] above, sums;
      logic [Count-1:0]          row_write;
      logic [ColumnCount-1:0]    column_write;

      if (h == 0) begin : gen_first
        assign x = entering;
      end else begin : gen_next
        always_ff @(posedge clk_i) begin
          if (valid[g+h-1]) x <= gen_rows[g].gen_block[h-1].x;
        end
      end
      if (g == 0) begin : gen_top
        assign above = '0;
      end else begin : gen_below
        assign above = gen_rows[g-1].gen_block[h].sums;
      end
      if (g == RowStages - 1) begin : gen_bottom
        assign gen_columns[h].bottom = sums;
      end

      always_comb begin
        row_write = '0;
        column_write = '0;
        if (gen_columns[h].write) begin
          for (int unsigned r = 0; r < Count; r++) begin
            row_write[r] = gen_columns[h].bus[RowBus +: GroupWidth] == GroupWidth'((First + r) / WordsPerCycle);
          end
        end
        if (write) begin
          for (int unsigned c = 0; c < ColumnCount; c++) begin
            column_write[c] = bus[BusWidth +: GroupWidth] == GroupWidth'((FirstColumn + c) / WordsPerCycle);
          end
        end
      end

      pe_block #(
        .Rows(Count), .Columns(ColumnCount), .WordsPerCycle(WordsPerCycle),
        .FirstRow(First % WordsPerCycle), .FirstColumn(FirstColumn % WordsPerCycle)
      ) u_pes (
        .clk_i,
        .valid_i        (valid[g+h]),
        .buffer_i       (buffer[g+h]),
        .x_i            (x),
        .sums_i         (above),
        .sums_o         (sums),
        .row_write_i    (row_write),
        .row_buffer_i   (gen_columns[h].bus[RowBus+GroupWidth]),
        .row_words_i    (gen_columns[h].bus[RowBus-1:0]),
        .column_write_i (column_write),
        .column_buffer_i(bus[BusWidth+GroupWidth]),
        .column_words_i (bus[BusWidth-1:0])
      );
    end
  end

endmodule
