# Shared by the scripts of this folder: packages, configuration, build. Sourced, never run.
# Guarantees: everything that a user sees of installing and building goes to stderr; build/ alone is written.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_dir=${LOCKSTEP_BUILD_DIR:-$top/build}

# Debian 12 packages by purpose. `run` is what the command itself needs; Verilator and make build the RTL engine
# of a configuration when it is first used.
packages_run="cmake ninja-build g++ make verilator zlib1g-dev libboost-dev libcli11-dev libdnnl-dev libfmt-dev
  libsqlite3-dev libsystemc-dev libyaml-cpp-dev nlohmann-json3-dev
  llvm-19-dev libmlir-19-dev mlir-19-tools libonnx-dev libprotobuf-dev protobuf-compiler"
packages_area="yosys"
packages_test="libgtest-dev libgmock-dev git llvm-19-tools libonnx-testdata"
# ONNX Runtime, with which the tests compare, comes by npm. Other builds of Node.js bring npm along and exclude Debian's.
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  packages_test="$packages_test nodejs npm ca-certificates"
fi

say() { printf 'lockstep: %s\n' "$*" >&2; }
die() { say "$*"; exit 3; }

# Prints those of the named packages that are not installed.
missingPackages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
  done
}

# Installs what is missing of the named packages; says which command to run where it may not.
installPackages() {
  command -v dpkg-query >/dev/null || return 0 # not Debian: CMake says what it does not find
  local stamp installed missing as_root=()
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | grep -c ' installed$' || true)
  [ "$installed" -lt "$#" ] || return 0
  missing=$(missingPackages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and neither root nor sudo is here to install them:
  apt-get install $missing"
    as_root=(sudo)
  fi
  say "installing: $missing"
  stamp=$(mktemp)
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y --no-install-recommends $missing; } >"$stamp" 2>&1; then
    tail -n 15 "$stamp" >&2
    die "apt-get could not install: $missing"
  fi
  rm -f "$stamp"
}

# configure ON|OFF: with or without tests. A build directory that has tests keeps them.
configure() {
  local tests=$1 cache=$build_dir/CMakeCache.txt
  if [ -f "$cache" ] && [ -f "$build_dir/build.ninja" ]; then
    [ "$tests" = OFF ] || grep -q '^BUILD_TESTING:[A-Z]*=OFF' "$cache" || return 0
    [ "$tests" = ON ] || return 0
  fi
  say "configuring $build_dir"
  mkdir -p "$build_dir"
  cmake -S "$top" -B "$build_dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING="$tests" \
    >"$build_dir/configure.log" 2>&1 || { tail -n 30 "$build_dir/configure.log" >&2; die "cmake failed (build/configure.log)"; }
}

# Says now and then how far a build is, until it is ended. Holds neither the lock nor anybody's pipe open.
watchBuild() {
  local log=$1 pause=2
  while sleep "$pause" >/dev/null 2>&1; do
    say "building, log in $log: $(tail -n 1 "$log" | cut -c1-100)"
    pause=15
  done
}

# build TARGET...: quiet when there is nothing to do.
build() {
  local log=$build_dir/build.log watcher code=0
  : >"$log"
  watchBuild "$log" 9>&- >/dev/null &
  watcher=$!
  ninja -C "$build_dir" "$@" >"$log" 2>&1 || code=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  [ "$code" -eq 0 ] || { grep -A 20 -m 1 'FAILED' "$log" >&2; die "the build failed (log: $log)"; }
}

# withBuildLock COMMAND...: two scripts at a time never build in one directory.
withBuildLock() {
  mkdir -p "$build_dir"
  exec 9>"$build_dir/.lock"
  flock 9
  "$@"
  exec 9>&-
}
