# Builds that are needed later, made at the lowest priority while tests run: those wait more than they compute. Sourced; needs build.sh.

ahead_id=

# ahead_start PRESET…: one after the other, all tests of each. What does not come to pass here is built, and told of, where it is needed.
ahead_start() {
  (($# > 0)) || return 0
  # No session of its own: where the kernel groups processes by session, being nice counts within one only.
  env --default-signal=INT,QUIT setpriv --pdeathsig TERM timeout --kill-after=10 "$build_limit_s" nice -n 19 bash -c '
    root_dir=$1
    shift
    for preset; do
      cmake -S "$root_dir" --preset "$preset" && cmake --build "$root_dir/build/$preset" --target tests || exit 1
    done' ahead "$root_dir" "$@" < /dev/null > "$root_dir/build/logs/ahead.log" 2>&1 8>&- 9>&- &
  ahead_id=$!
}

# Ends it where it is: ninja goes on from there.
ahead_stop() {
  [[ -n $ahead_id ]] || return 0
  kill -s TERM "$ahead_id" 2> /dev/null || true
  wait "$ahead_id" 2> /dev/null || true
  ahead_id=
}
