// Prints lockstep_pkg.sv; `--parameters`: the parameter list of the top module.
#include "hw/isa/SvPackagePrinter.h"

#include <cstdio>
#include <string>

using namespace lockstep;

int main(int argc, char **argv) {
  const std::string option = argc > 1 ? argv[1] : "";
  if (argc == 2 && option == "--parameters")
    return std::fputs(printSvModuleParameters().c_str(), stdout) < 0;
  if (argc == 1)
    return std::fputs(printSvPackage().c_str(), stdout) < 0;
  std::fprintf(stderr, "usage: %s [--parameters]\n", argv[0]);
  return 2;
}
