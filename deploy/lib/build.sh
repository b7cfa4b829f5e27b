# Configures and builds one directory below build/. Sourced; needs progress.sh, job.sh and root_dir.

build_limit_s=3600

# build_configure NAME LOG CMAKE_OPTION…: CMakeLists.txt itself finds ccache and mold.
build_configure() {
  local dir=$root_dir/build/$1 log=$2
  shift 2
  mkdir -p "$dir"
  job_run "Configuring build/${dir##*/}" "$log" 600 cmake -S "$root_dir" -B "$dir" -G Ninja "$@" ||
    fail "CMake could not configure build/${dir##*/}" "$log"
}

# build_targets NAME LOG TARGET…
build_targets() {
  local dir=$root_dir/build/$1 log=$2
  shift 2
  job_run "Building build/${dir##*/}" "$log" "$build_limit_s" cmake --build "$dir" --target "$@" ||
    fail "build/${dir##*/} could not be built" "$log"
}

# build_has_target NAME TARGET: in a configured directory.
build_has_target() {
  ninja -C "$root_dir/build/$1" -t targets all | grep -q "^$2: "
}
