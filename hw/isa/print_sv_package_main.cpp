// Prints lockstep_pkg.sv; `--parameters`: the parameter list of the top module; `--flags NAME|FILE`:
// Verilator's -G options of one machine.
#include "hw/isa/SvPackagePrinter.h"

#include <cstdio>
#include <string>

using namespace lockstep;

static int printFlags(const char *nameOrFile) {
  const Result<Parameters> parameters = loadParameters(nameOrFile);
  if (!parameters) {
    std::fprintf(stderr, "%s\n", parameters.error().message.c_str());
    return 1;
  }
  for (const std::string &flag : svParameterFlags(*parameters))
    std::printf("%s\n", flag.c_str());
  return 0;
}

int main(int argc, char **argv) {
  const std::string option = argc > 1 ? argv[1] : "";
  if (argc == 3 && option == "--flags")
    return printFlags(argv[2]);
  if (argc == 2 && option == "--parameters")
    return std::fputs(printSvModuleParameters().c_str(), stdout) < 0;
  if (argc == 1)
    return std::fputs(printSvPackage().c_str(), stdout) < 0;
  std::fprintf(stderr, "usage: %s [--parameters | --flags NAME|FILE]\n", argv[0]);
  return 2;
}
