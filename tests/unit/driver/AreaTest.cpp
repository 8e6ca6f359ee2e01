#include "workloads/driver/area/Area.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

constexpr char stat[] = R"json(
{
   "creator": "Yosys",
   "modules": {
      "$paramod$12ab\\pe": { "num_cells_by_type": { "$_AND_": 10, "$_DFF_P_": 2 } },
      "$paramod\\bank\\Words=4": { "num_cells_by_type": { "sram": 2 } },
      "\\top": { "num_cells_by_type": { "$paramod$12ab\\pe": 4, "$paramod\\bank\\Words=4": 3, "$_NOT_": 1 } }
   },

=== design hierarchy ===
   top 1
)json";

constexpr char dump[] = "module $paramod\\bank\\Words=4\n"
                        "  cell \\sram \\u_a\n"
                        "    parameter \\Depth 64\n"
                        "    parameter signed \\Width 32'00000000000000000000000000010000\n"
                        "    connect \\clk_i \\clk_i\n"
                        "  end\n"
                        "  cell \\sram \\u_b\n"
                        "    parameter \\Depth 4\n"
                        "  end\n"
                        "end\n";

TEST(Area, CountsEveryInstanceOfEveryModule) {
  auto design = parseArea(stat, dump);
  ASSERT_TRUE(bool(design)) << design.error().message;
  std::vector<Row> rows = areaRows(*design, "top");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0], (Row{{"module", "pe"},
                          {"instances", 4},
                          {"cells", 48},
                          {"transistors", 4 * (60 + 32)},
                          {"sram_bits", 0}}));
  EXPECT_EQ(rows[2]["module"], "bank");
  EXPECT_EQ(rows[2]["sram_bits"], 3 * (64 * 16 + 4 * 8));
  EXPECT_EQ(rows[3]["module"], "total");
  EXPECT_EQ(rows[3]["cells"], 49);
}

TEST(Area, CountsFlipFlopsWithEnableAndReset) {
  EXPECT_EQ(transistorsOf("$_DFF_P_"), 16u);
  EXPECT_EQ(transistorsOf("$_DFFE_PP_"), 28u);
  EXPECT_EQ(transistorsOf("$_DFF_PN0_"), 20u);
  EXPECT_EQ(transistorsOf("$_DFFE_PN0P_"), 32u);
  EXPECT_EQ(transistorsOf("$_SDFF_PP0_"), 22u);
  EXPECT_EQ(transistorsOf("$_SDFFCE_PN0P_"), 34u);
  EXPECT_EQ(transistorsOf("some_module"), 0u);
}

TEST(Area, RefusesOtherText) { EXPECT_FALSE(bool(parseArea("ERROR: no such file", dump))); }

} // namespace
