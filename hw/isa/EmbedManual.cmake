# Writes OUTPUT, a C++ file that holds the chapters of the manual (INPUTS, separated by `|`) one after the other.
string(REPLACE "|" ";" chapters "${INPUTS}")
set(text "#include \"hw/isa/ManualPrinter.h\"\n\nnamespace lockstep {\nconst char *const kManualChapters[] = {\n")
foreach(chapter ${chapters})
  file(READ ${chapter} words)
  string(APPEND text "R\"manual(${words})manual\",\n")
endforeach()
string(APPEND text "nullptr};\n} // namespace lockstep\n")
file(WRITE ${OUTPUT} "${text}")
