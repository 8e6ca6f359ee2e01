#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lockstep {

namespace {

[[noreturn]] void execute(const std::vector<std::string> &arguments, const TemporaryFolder &folder) {
  std::vector<char *> pointers = {const_cast<char *>("lockstep")};
  for (const std::string &argument : arguments)
    pointers.push_back(const_cast<char *>(argument.c_str()));
  pointers.push_back(nullptr);
  dup2(open("/dev/null", O_RDONLY), 0);
  dup2(open(folder.path("out").c_str(), O_WRONLY | O_CREAT, 0666), 1);
  dup2(open(folder.path("err").c_str(), O_WRONLY | O_CREAT, 0666), 2);
  execv(LOCKSTEP_COMMAND, pointers.data());
  _exit(127);
}

std::string contents(const std::string &file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

CommandResult runCommand(const std::vector<std::string> &arguments) {
  TemporaryFolder folder;
  pid_t process = fork();
  if (process == 0)
    execute(arguments, folder);
  int status = 0;
  waitpid(process, &status, 0);
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, contents(folder.path("out")), contents(folder.path("err"))};
}

std::string assembleIn(const TemporaryFolder &folder, const std::string &text) {
  std::ofstream(folder.path("program.s")) << text;
  CommandResult result = runCommand({"asm", folder.path("program.s"), "-o", folder.path("program.lstp")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return folder.path("program.lstp");
}

std::vector<Row> readRows(const std::string &file) {
  Row rows = Row::parse(contents(file), nullptr, false);
  EXPECT_TRUE(rows.is_array()) << file;
  return rows.is_array() ? rows.get<std::vector<Row>>() : std::vector<Row>();
}

std::string sentenceOf(const CommandResult &result) {
  std::istringstream lines(result.err);
  std::string sentences;
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("building ", 0) != 0) // the first user of an RTL configuration is told that it is built
      sentences += line + "\n";
  return sentences;
}

void expectOneSentence(const CommandResult &result) {
  std::string sentence = sentenceOf(result);
  EXPECT_EQ(sentence.rfind("lockstep: ", 0), 0u) << result.err;
  EXPECT_EQ(std::count(sentence.begin(), sentence.end(), '\n'), 1) << result.err;
  EXPECT_GT(sentence.size(), 40u) << result.err;
  EXPECT_LT(result.exit_code, 4) << result.err;
  EXPECT_GT(result.exit_code, 0) << result.err;
}

std::string copyProgram(const std::string &wait, const std::string &from, const std::string &to) {
  return ".machine tiny\n"
         ".region code 0x1000 4096 program\n"
         ".region x 0x2000 64 input\n"
         ".region y 0x3000 64 output\n"
         ".symbol x 0x2000 int8 [16,4]\n"
         ".symbol y 0x3000 int8 [16,4]\n"
         "load external_address=" +
         from +
         " row_bytes=64 chunk_bytes=4 chunk_stride=1 count_0=1 count_1=1 count_2=1 post=s0\n"
         "store external_address=" +
         to + " row_bytes=64 chunk_bytes=4 chunk_stride=1 count_0=1 count_1=1 count_2=1 " + wait +
         "\n"
         "halt\n";
}

} // namespace lockstep
