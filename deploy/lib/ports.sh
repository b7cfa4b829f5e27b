# Finds free TCP ports on loopback. Sourced; needs progress.sh.

# Nobody listens there. (A connection to a closed port on loopback is refused at once.)
port_is_free() {
  ! { : < "/dev/tcp/127.0.0.1/$1"; } 2> /dev/null
}

# free_port [FILE]: the port that FILE holds, if it is free, else a random one. Below the kernel's range for outgoing connections (32768
# and up), so that no client's socket can take it between this look and the server's start.
free_port() {
  local port
  if [[ -s ${1:-} ]]; then
    port=$(< "$1")
    if port_is_free "$port"; then
      printf '%s\n' "$port"
      return
    fi
  fi
  local tries
  for ((tries = 0; tries < 100; ++tries)); do
    port=$((20000 + SRANDOM % 12000))
    if port_is_free "$port"; then
      printf '%s\n' "$port"
      return
    fi
  done
  fail "no free port found between 20000 and 31999 on 127.0.0.1"
}
