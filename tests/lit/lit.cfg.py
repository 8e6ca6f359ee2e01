# lit's configuration; tools and folders come from the environment that tests/lit/CMakeLists.txt sets.
import os

import lit.formats

config.name = "lockstep"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.environ["LOCKSTEP_LIT_OUTPUT"]
config.environment["PATH"] = os.pathsep.join(
    os.environ["LOCKSTEP_LIT_TOOLS"].split(":") + [os.environ["PATH"]])
