# Says what is being done and for how long, and why it failed. Sourced; everything goes to standard error, so that standard output stays
# free for what a script promises to print there.

progress_color=
if [[ -t 2 && -z ${NO_COLOR:-} ]]; then progress_color=1; fi

# step TEXT: one line, with the seconds since the script began.
step() {
  printf '%s[%4d s]%s %s\n' "${progress_color:+$'\e[36m'}" "$SECONDS" "${progress_color:+$'\e[0m'}" "$*" >&2
}

# fail REASON [LOG]: the reason, the end of the log and where it is; then the script ends, and its EXIT trap cleans up.
fail() {
  local reason=$1 log=${2:-}
  printf '%serror:%s %s\n' "${progress_color:+$'\e[31m'}" "${progress_color:+$'\e[0m'}" "$reason" >&2
  if [[ -n $log && -s $log ]]; then
    printf -- '--- the last lines of %s\n' "$log" >&2
    tail -n 20 -- "$log" >&2
  fi
  [[ -z $log ]] || printf -- '--- log: %s\n' "$log" >&2
  exit 1
}
