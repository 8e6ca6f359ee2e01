// Bound to the vector unit: legality of an elementwise, a reduce or a table instruction when it starts. That their
// words lie in the memories is watched at the memories' ports.
module vector_rows_assertions #(
  parameter int unsigned VectorBytes = 16,
  parameter int unsigned Columns = 16,
  parameter int unsigned Tables = 2
) (
  input logic         clk_i,
  input logic         rst_ni,
  input logic         start_o,
  input logic [511:0] head_i
);

  localparam int unsigned WordsOfHalf = (2 * Columns + VectorBytes - 1) / VectorBytes;
  localparam int unsigned WordsOfRow = (4 * Columns + VectorBytes - 1) / VectorBytes;
  localparam logic [2:0] Int8 = 3'd0, Uint8 = 3'd1, Int32 = 3'd2, Int16 = 3'd3, Pair = 3'd4;
  localparam logic [2:0] Wide = 3'd5, Immediate = 3'd7;

  lockstep_pkg::elementwise_instruction_t elementwise;
  lockstep_pkg::reduce_instruction_t      reduce;
  lockstep_pkg::table_instruction_t       table_load;
  logic is_elementwise, is_reduce, is_table, function_is_known;
  assign elementwise = head_i;
  assign reduce = head_i;
  assign table_load = head_i;
  assign is_elementwise = start_o && elementwise.opcode == lockstep_pkg::OPCODE_ELEMENTWISE;
  assign is_reduce = start_o && reduce.opcode == lockstep_pkg::OPCODE_REDUCE;
  assign is_table = start_o && table_load.opcode == lockstep_pkg::OPCODE_TABLE;

  // Is it a type of an operand in that memory?
  function automatic logic legal(input logic in_accumulator, input logic [2:0] element);
    legal = in_accumulator ? element == Int32 || element == Pair || element == Wide : element <= Pair;
  endfunction

  // Is it a value of the type? A pair is an int16.
  function automatic logic fits(input logic signed [31:0] value, input logic [2:0] element);
    case (element)
      Int8: fits = value >= -32'sd128 && value <= 32'sd127;
      Uint8: fits = value >= 32'sd0 && value <= 32'sd255;
      Int16, Pair: fits = value >= -32'sd32768 && value <= 32'sd32767;
      default: fits = 1'b1;
    endcase
  endfunction

  // ---- intervals of words: base + lowest and highest sum of the strides ----
  function automatic longint words(input logic in_accumulator, input logic [2:0] element);
    case (element)
      Int32: words = in_accumulator ? 64'd1 : 64'(WordsOfRow);
      Int16: words = 64'(WordsOfHalf);
      Pair, Wide: words = 64'd2;
      default: words = 64'd1;
    endcase
  endfunction

  function automatic longint lowest(input longint count, input longint stride);
    lowest = stride < 0 ? (count - 1) * stride : 64'd0;
  endfunction

  function automatic longint highest(input longint count, input longint stride);
    highest = stride > 0 ? (count - 1) * stride : 64'd0;
  endfunction

  function automatic logic meets(input longint first_a, input longint end_a,
                                   input longint first_b, input longint end_b);
    meets = first_a < end_b && first_b < end_a;
  endfunction

  longint a_first, a_end, b_first, b_end, output_first, output_end, slices_first, slices_end, totals_first, totals_end;
  always_comb begin
    {a_first, a_end, b_first, b_end, output_first, output_end} = '0;
    if (is_elementwise) begin
      a_first = 64'(elementwise.a_address) + lowest(64'(elementwise.count_0), 64'(elementwise.a_stride_0))
              + lowest(64'(elementwise.count_1), 64'(elementwise.a_stride_1))
              + lowest(64'(elementwise.count_2), 64'(elementwise.a_stride_2));
      a_end = 64'(elementwise.a_address) + highest(64'(elementwise.count_0), 64'(elementwise.a_stride_0))
            + highest(64'(elementwise.count_1), 64'(elementwise.a_stride_1))
            + highest(64'(elementwise.count_2), 64'(elementwise.a_stride_2))
            + words(elementwise.a_memory, elementwise.a_type);
      b_first = 64'(elementwise.b_address) + lowest(64'(elementwise.count_0), 64'(elementwise.b_stride_0))
              + lowest(64'(elementwise.count_1), 64'(elementwise.b_stride_1))
              + lowest(64'(elementwise.count_2), 64'(elementwise.b_stride_2));
      b_end = 64'(elementwise.b_address) + highest(64'(elementwise.count_0), 64'(elementwise.b_stride_0))
            + highest(64'(elementwise.count_1), 64'(elementwise.b_stride_1))
            + highest(64'(elementwise.count_2), 64'(elementwise.b_stride_2))
            + words(elementwise.b_memory, elementwise.b_type);
      output_first = 64'(elementwise.output_address)
                     + lowest(64'(elementwise.count_0), 64'(elementwise.output_stride_0))
                   + lowest(64'(elementwise.count_1), 64'(elementwise.output_stride_1))
                   + lowest(64'(elementwise.count_2), 64'(elementwise.output_stride_2));
      output_end = 64'(elementwise.output_address) + highest(64'(elementwise.count_0), 64'(elementwise.output_stride_0))
                 + highest(64'(elementwise.count_1), 64'(elementwise.output_stride_1))
                 + highest(64'(elementwise.count_2), 64'(elementwise.output_stride_2))
                 + words(elementwise.output_memory, elementwise.output_type);
    end
  end
  always_comb begin
    {slices_first, slices_end, totals_first, totals_end} = '0;
    if (is_reduce) begin
      slices_first = 64'(reduce.a_address) + lowest(64'(reduce.count_0), 64'(reduce.a_stride_0))
                   + lowest(64'(reduce.count_1), 64'(reduce.a_stride_1));
      slices_end = 64'(reduce.a_address) + highest(64'(reduce.count_0), 64'(reduce.a_stride_0))
                 + highest(64'(reduce.count_1), 64'(reduce.a_stride_1)) + words(reduce.a_memory, reduce.a_type);
      totals_first = 64'(reduce.output_address) + lowest(64'(reduce.count_1), 64'(reduce.output_stride_1));
      totals_end = 64'(reduce.output_address) + highest(64'(reduce.count_1), 64'(reduce.output_stride_1)) + 64'd1;
    end
  end

  // Operation and types are known.
  elementwise_c1: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> elementwise.operation <= 3'd4 && elementwise.a_type <= Wide
                       && (elementwise.b_type <= Wide || elementwise.b_type == Immediate)
                       && elementwise.output_type <= Pair);

  // Operands have types of their memories; results in the accumulator are int32.
  elementwise_c2: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> legal(elementwise.a_memory, elementwise.a_type)
                       && (elementwise.b_type == Immediate ? !elementwise.b_memory
                                                           : legal(elementwise.b_memory, elementwise.b_type))
                       && (!elementwise.output_memory || elementwise.output_type == Int32));

  // Counts are at least 1.
  elementwise_c3: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> elementwise.count_0 != '0 && elementwise.count_1 != '0 && elementwise.count_2 != '0);

  // Multiplier and shift are within their limits; a product has no multiplier.
  elementwise_c4: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> !elementwise.multiplier[31] && elementwise.shift <= 6'd62
                       && (elementwise.operation != 3'd2 || elementwise.multiplier == '0));

  // Limits are in order, and values of the output type or of the function's argument.
  elementwise_c5_order: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> $signed(elementwise.clamp_minimum) <= $signed(elementwise.clamp_maximum));
  logic [2:0] limited; // the type that the limits belong to
  assign limited = elementwise.function_ == 2'd1 ? Int16 : elementwise.function_ == 2'd2 ? Int8 :
                   elementwise.output_type;
  elementwise_c5_values: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> fits(elementwise.clamp_minimum, limited) && fits(elementwise.clamp_maximum, limited));

  // The function is known, its result fits the output type, its table is there.
  always_comb begin
    case (elementwise.function_)
      2'd0: function_is_known = elementwise.table_ == '0;
      2'd1: function_is_known = elementwise.output_type >= Int32;
      2'd2: function_is_known = elementwise.output_type != Uint8;
      default: function_is_known = 1'b0;
    endcase
  end
  elementwise_c6: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise |-> function_is_known && 32'(elementwise.table_) < Tables);

  // Results are not written where operands are read.
  elementwise_c9_a: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise && elementwise.a_memory == elementwise.output_memory
    |-> !meets(a_first, a_end, output_first, output_end));
  elementwise_c9_b: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_elementwise && elementwise.b_type != Immediate && elementwise.b_memory == elementwise.output_memory
    |-> !meets(b_first, b_end, output_first, output_end));

  // The operand has a type of its memory.
  reduce_c1: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_reduce |-> legal(reduce.a_memory, reduce.a_type));

  // Counts are at least 1, and the last slice has at least one lane and fits.
  reduce_c2: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_reduce |-> reduce.count_0 != '0 && reduce.count_1 != '0
                  && reduce.last_columns != '0 && 32'(reduce.last_columns) <= Columns);

  // Results are not written where slices are read.
  reduce_c5: assert property (@(posedge clk_i) disable iff (!rst_ni)
    is_reduce && reduce.a_memory |-> !meets(slices_first, slices_end, totals_first, totals_end));

  // The table is there.
  table_c1: assert property (@(posedge clk_i) disable iff (!rst_ni) is_table |-> 32'(table_load.table_) < Tables);

endmodule

`ifdef LOCKSTEP_ASSERT
bind vector_unit vector_rows_assertions #(
  .VectorBytes(VectorBytes), .Columns(Columns), .Tables(Tables)
) u_rows_assertions (.*);
`endif
