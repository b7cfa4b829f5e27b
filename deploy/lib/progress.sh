# Says what is being done and for how long, and why it failed. Sourced; everything goes to standard error, so that standard output stays
# free for what a script promises to print there.

progress_live=
if [[ -t 2 ]]; then progress_live=1; fi
progress_color=
if [[ -n $progress_live && -z ${NO_COLOR:-} ]]; then progress_color=1; fi

# A descriptor on which nothing ever arrives: waiting on it needs no process and is cut short by a signal.
exec 8<> <(:)

# pause SECONDS
pause() {
  read -r -t "$1" -u 8 || true
}

# step TEXT: one line, with the seconds since the script began.
step() {
  printf '%s[%4d s]%s %s\n' "${progress_color:+$'\e[36m'}" "$SECONDS" "${progress_color:+$'\e[0m'}" "$*" >&2
}

# progress_tick WHAT ELAPSED_S LOG, called once a second: the last line of the log, in place at a terminal, else every half minute.
progress_tick() {
  local line
  line=$(tail -c 400 -- "$3" | tr '\r' '\n' | tr -cd '[:print:]\n' | tail -n 1)
  if [[ -n $progress_live ]]; then
    line="         $1 ($2 s): $line"
    printf '\r\e[K%s' "${line:0:$(progress_columns)}" >&2
  elif (($2 % 30 == 0)); then
    step "still: $1 ($2 s): $line"
  fi
}

progress_tick_clear() {
  if [[ -n $progress_live ]]; then printf '\r\e[K' >&2; fi
}

progress_columns() {
  local rows columns
  read -r rows columns < <(stty size < /dev/stderr 2> /dev/null || echo 24 80)
  printf '%d\n' "$((columns > 1 ? columns - 1 : 79))"
}

# fail REASON [LOG]: the reason, the end of the log and where it is; then the script ends, and its EXIT trap cleans up.
fail() {
  local reason=$1 log=${2:-}
  printf '%serror:%s %s\n' "${progress_color:+$'\e[31m'}" "${progress_color:+$'\e[0m'}" "$reason" >&2
  if [[ -n $log && -s $log ]]; then
    printf -- '--- the last lines of %s\n' "$log" >&2
    tail -n 40 -- "$log" >&2
  fi
  [[ -z $log ]] || printf -- '--- log: %s\n' "$log" >&2
  exit 1
}
