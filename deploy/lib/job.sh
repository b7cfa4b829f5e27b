# Runs one command that ends by itself, such that a signal to this script can end it at once. Sourced; needs progress.sh and process.sh.

# bash runs a trap only when the foreground command has ended, so commands run in the background and we look at them.
job_id=

# job_run WHAT LOG LIMIT_S COMMAND…: returns the command's status, 124 after the limit. Its output goes to LOG; "-" leaves it on our own.
# Meanwhile the last line of LOG is shown, live at a terminal and now and then elsewhere.
job_run() {
  local what=$1 log=$2 limit_s=$3 status=0
  shift 3
  local command=(env --default-signal=INT,QUIT setpriv --pdeathsig TERM timeout --kill-after=10 "$limit_s" "$@")
  if [[ $log == - ]]; then
    "${command[@]}" < /dev/null 8>&- 9>&- &
  else
    "${command[@]}" < /dev/null > "$log" 2>&1 8>&- 9>&- &
  fi
  job_id=$!
  local began_s=$SECONDS told_s=$SECONDS
  while process_start_time "$job_id" > /dev/null; do
    pause 0.1
    if [[ $log != - ]] && ((SECONDS > told_s)); then
      progress_tick "$what" "$((SECONDS - began_s))" "$log"
      told_s=$SECONDS
    fi
  done
  progress_tick_clear
  wait "$job_id" || status=$?
  job_id=
  return "$status"
}

# Ends a job that is under way, with everything in its process group (timeout passes the signal on, and kills after 10 s).
job_cancel() {
  [[ -n $job_id ]] || return 0
  kill -s TERM "$job_id" 2> /dev/null || true
  wait "$job_id" 2> /dev/null || true
  job_id=
}
