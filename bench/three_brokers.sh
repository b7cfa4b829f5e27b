# shellcheck shell=bash
# One broker and three, beside each other and in turn; then the three are restarted one by one under load. Sourced by bench/run, after program.sh.
: "${root_dir:?}" "${scratch_dir:?}" "${program_address?}" "${program_dir?}" "${program_key?}" "${venv_python:?}"

# three_brokers [SECONDS_A_LINE] [ROUNDS]
three_brokers() {
  local sides=() one brokers
  program_prepare one
  program_start 60
  one=$program_dir
  sides=("$program_address" "$program_key" "$PROMPTLEDGER_KAFKA")

  step "Starting three brokers"
  kafka_fetch_jars
  kafka_cluster_spawn "$scratch_dir/brokers" TERM
  kafka_cluster_wait "$scratch_dir/brokers"
  brokers=$(kafka_cluster_address "$scratch_dir/brokers")
  job_run "another database" - 60 psql -X -q -d "$PROMPTLEDGER_TEST_POSTGRES" -c "CREATE DATABASE three" || fail "the second database could not be made"
  program_prepare three
  export PROMPTLEDGER_KAFKA=$brokers PROMPTLEDGER_POSTGRES=${PROMPTLEDGER_TEST_POSTGRES%/*}/three
  export PROMPTLEDGER_KAFKA_REPLICATION_FACTOR=3 PROMPTLEDGER_KAFKA_MIN_INSYNC_REPLICAS=2
  program_start 60
  sides+=("$program_address" "$program_key" "$brokers")

  job_run "three_brokers" - 3600 "$root_dir/build/bench/bench/bench_three_brokers" "${sides[@]}" "$@" || fail "bench_three_brokers failed"
  process_stop promptledger "$one/up.pid" TERM 30

  step "Restarting the three brokers, one after the other, under load"
  job_run "rolling restart" - 1200 "$venv_python" "$root_dir/bench/rolling_restart.py" "${program_address##*:}" "$program_key" "$scratch_dir" \
    "$PROMPTLEDGER_KAFKA_TOPIC_PREFIX" || fail "the rolling restart went wrong" "$program_dir/up.log"
  program_stop
}
