# shellcheck shell=bash
# Two nodes that both believe that they write a partition, with and without protocol step 16, beside one node and two that share. Sourced by bench/run, after program.sh.
: "${root_dir:?}" "${scratch_dir:?}" "${program:?}" "${program_dir?}" "${program_key?}"

contention_nodes=() # their addresses

# contention_spawn NAME SUBCOMMAND [FLAG…]: returns when it is ready.
contention_spawn() {
  local name=$1 subcommand=$2 port
  shift 2
  port=$(free_port)
  program_address=http://127.0.0.1:$port
  process_start "$program_dir/$name.pid" "$program_dir/$name.log" TERM \
    "$program" "$subcommand" --node-name "$name" --http-address 127.0.0.1 --http-port "$port" --log-level warn "$@"
  process_wait_ready "$name" "$program_dir/$name.pid" "$program_dir/$name.log" 60 program_is_ready
}

# contention_line WHAT SECONDS CLIENTS NODES [FLAG…]
contention_line() {
  local what=$1 seconds=$2 clients=$3 count=$4 number
  shift 4
  contention_nodes=()
  for ((number = 1; number <= count; ++number)); do
    contention_spawn "serve-$number" serve --first-key-file "$program_key" "$@"
    contention_nodes+=("$program_address")
  done
  pause 3 # until the nodes know of each other
  job_run "$what" - 3600 "$root_dir/build/bench/bench/bench_contention" "$what" "$program_key" "$seconds" "$clients" "${contention_nodes[@]}" || fail "bench_contention failed"
  for ((number = 1; number <= count; ++number)); do process_stop "serve-$number" "$program_dir/serve-$number.pid" TERM 30; done
}

# contention [SECONDS_A_LINE] [CLIENTS_OF_EACH_NODE]
contention() {
  local seconds=${1:-60} clients=${2:-32}
  program_prepare
  export PROMPTLEDGER_KAFKA_PARTITIONS=1
  job_run "migrate" - 60 "$program" migrate --log-level warn || fail "migrate failed"
  contention_spawn project project
  "$root_dir/build/bench/bench/bench_contention" heading
  contention_line "one node, all clients" "$seconds" $((2 * clients)) 1
  contention_line "two nodes, the partition is one's" "$seconds" "$clients" 2
  contention_line "both believe it theirs, without step 16" "$seconds" "$clients" 2 --command-assignment all --command-contention-yield off
  contention_line "both believe it theirs, with step 16" "$seconds" "$clients" 2 --command-assignment all
  process_stop project "$program_dir/project.pid" TERM 30
}
