# Configures and builds one directory below build/. Sourced; needs progress.sh, job.sh and root_dir.

build_limit_s=3600

# What one checkout has compiled serves every other of this user: ccache sees paths below a checkout as relative ones.
export CCACHE_BASEDIR=$root_dir CCACHE_NOHASHDIR=1

# build_configure PRESET LOG: as CMakePresets.json says, into build/PRESET. CMakeLists.txt itself finds ccache and mold.
build_configure() {
  local preset=$1 log=$2
  job_run "Configuring build/$preset" "$log" 600 cmake -S "$root_dir" --preset "$preset" ||
    fail "CMake could not configure build/$preset" "$log"
}

# build_targets NAME LOG TARGET…
build_targets() {
  local dir=$root_dir/build/$1 log=$2
  shift 2
  job_run "Building build/${dir##*/}" "$log" "$build_limit_s" cmake --build "$dir" --target "$@" ||
    fail "build/${dir##*/} could not be built" "$log"
}

# build_has_target PRESET TARGET: in a configured directory. (Not "grep -q": it would hang up on ninja, which pipefail counts.)
build_has_target() {
  ninja -C "$root_dir/build/$1" -t targets all | grep "^$2: " > /dev/null
}
