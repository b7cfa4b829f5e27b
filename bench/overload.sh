# shellcheck shell=bash
# What a ledger does with more than it can take. Sourced by bench/run, after program.sh.
: "${root_dir:?}" "${program_address?}" "${program_dir?}" "${program_key?}"

# overload [SECONDS_A_LINE] [ROUNDS]
overload() {
  program_prepare
  program_start 60
  job_run "overload" - 3600 "$root_dir/build/bench/bench/bench_overload" "$program_address" "$program_key" "$(process_id "$program_dir/up.pid")" "$@" ||
    fail "bench_overload failed"
  program_stop
}
