# Starts and stops one server process, remembered in a file. Sourced; needs progress.sh.
#
# The file holds the process id together with its start time and the machine's boot, so a file that outlived its process (kill -9,
# reboot) is never taken for another process that got the same number.

# The start time of a live process, in clock ticks since boot; fails when there is none or only its remains.
process_start_time() {
  local stat
  { read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 1
  read -ra stat <<< "${stat##*) }" # after the name, which may hold spaces and brackets
  [[ ${stat[0]} != [ZX] ]] || return 1
  printf '%s\n' "${stat[19]}"
}

# process_start FILE LOG DEATH_SIGNAL COMMAND…: in a session of its own, so that a Ctrl-C reaches us and not it. When this script dies
# without stopping it, the kernel sends it DEATH_SIGNAL; with "none" it outlives us.
process_start() {
  local file=$1 log=$2 death_signal=$3
  shift 3
  local command=("$@")
  if [[ $death_signal != none ]]; then
    # In front of the command, but behind a change of user, which would clear it: setpriv does both in the right order.
    if [[ ${command[0]} == setpriv ]]; then
      command=(setpriv --pdeathsig "$death_signal" "${command[@]:1}")
    else
      command=(setpriv --pdeathsig "$death_signal" "${command[@]}")
    fi
  fi
  # A server must not keep our directory, nor our descriptors (a lock, say), nor bash's "ignore Ctrl-C" for what runs in the background.
  env --chdir=/ --default-signal=INT,QUIT setsid "${command[@]}" < /dev/null > "$log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  local pid=$!
  disown "$pid" # the shell shall not comment on its end
  process_remember "$file" "$pid"
}

# process_remember FILE PID
process_remember() {
  printf '%s %s %s\n' "$2" "$(process_start_time "$2" || echo gone)" "$(< /proc/sys/kernel/random/boot_id)" > "$1"
}

# The id of the process that FILE remembers; fails when that process is gone.
process_id() {
  local pid started boot
  { read -r pid started boot < "$1"; } 2> /dev/null || return 1
  [[ $boot == "$(< /proc/sys/kernel/random/boot_id)" && $started == "$(process_start_time "$pid")" ]] || return 1
  printf '%s\n' "$pid"
}

# process_wait_ready NAME FILE LOG LIMIT_S CHECK…: until CHECK succeeds; fails when the process ends first or the limit passes.
process_wait_ready() {
  local name=$1 file=$2 log=$3 limit_s=$4
  shift 4
  local deadline_s=$((SECONDS + limit_s))
  until "$@"; do
    process_id "$file" > /dev/null || fail "$name ended while it was starting" "$log"
    ((SECONDS < deadline_s)) || fail "$name was not ready within $limit_s s" "$log"
    pause 0.1
  done
}

# process_stop NAME FILE SIGNAL GRACE_S: asks with SIGNAL; what is left after the grace, with its children, is killed.
process_stop() {
  local name=$1 file=$2 signal=$3 grace_s=$4 pid
  if pid=$(process_id "$file"); then
    kill -s "$signal" -- "$pid" 2> /dev/null || true
    local deadline_s=$((SECONDS + grace_s))
    while process_id "$file" > /dev/null; do
      if ((SECONDS >= deadline_s)); then
        step "$name did not stop within $grace_s s: killing it"
        kill -s KILL -- "-$pid" 2> /dev/null || true
        deadline_s=$((SECONDS + 5))
      fi
      pause 0.05
    done
  fi
  rm -f -- "$file"
}
