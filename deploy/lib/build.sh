# Configures and builds one build directory below build/. Sourced; needs progress.sh and root_dir.

# build_in NAME LOG TARGET… -- CMAKE_OPTION…: CMakeLists.txt itself finds ccache and mold. The log is shown when it fails.
build_in() {
  local dir=$root_dir/build/$1 log=$2 targets=()
  shift 2
  while (($# > 0)) && [[ $1 != -- ]]; do
    targets+=("$1")
    shift
  done
  shift
  mkdir -p "$dir"
  cmake -S "$root_dir" -B "$dir" -G Ninja "$@" < /dev/null > "$log" 2>&1 || fail "CMake could not configure ${dir#"$root_dir/"}" "$log"
  cmake --build "$dir" --target "${targets[@]}" < /dev/null >> "$log" 2>&1 || fail "${dir#"$root_dir/"} could not be built" "$log"
}
