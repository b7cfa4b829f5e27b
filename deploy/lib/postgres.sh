# One private PostgreSQL on loopback, everything below one directory. Sourced; needs progress.sh, process.sh and ports.sh.
#
#   DIR/postgres.pid  postgres.port  postgres.log  password (mode 600)  data/, or location: a file that names it
#
# PostgreSQL refuses to run as root. As root we run it as the user "postgres", which Debian's package makes; the data directory is
# that user's.

postgres_bin=/usr/lib/postgresql/15/bin
postgres_user=postgres
postgres_role=promptledger

# The words before a command that runs it as the server's user; none when we are not root.
postgres_as=()
if ((EUID == 0)); then
  postgres_as=(setpriv "--reuid=$postgres_user" "--regid=$postgres_user" --init-groups)
fi

# Where the data is, or is to be: below DIR, unless the server's user cannot get there (a checkout below a home of mode 700, say).
# Then it gets a directory of its own under /var/lib, and DIR/location names it: whoever removes DIR also forgets that data.
postgres_data_dir() {
  local dir=$1
  if [[ -s $dir/location ]]; then
    cat "$dir/location"
  elif ((EUID == 0)) && ! "${postgres_as[@]}" test -x "$dir"; then
    mkdir -p /var/lib/promptledger
    mktemp -d /var/lib/promptledger/postgres.XXXXXX | tee "$dir/location"
    step "The user $postgres_user cannot enter $dir, so PostgreSQL's data goes to $(cat "$dir/location")"
  else
    printf '%s/data\n' "$dir"
  fi
}

postgres_init() {
  local dir=$1 data=$2 durable=$3 sync=()
  if [[ $durable == throw-away ]]; then sync=(--no-sync); fi
  (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' > "$dir/password")
  mkdir -p "$data"
  chmod 700 "$data"
  # initdb reads the password from a file, as the server's user: beside the data, where that user gets to. It goes when it is read.
  local secret=$data.secret
  (umask 077 && cat "$dir/password" > "$secret")
  if ((EUID == 0)); then chown "$postgres_user:$postgres_user" "$data" "$secret"; fi
  local status=0
  # From the root directory, because that user may not be able to enter ours.
  (cd / && "${postgres_as[@]}" "$postgres_bin/initdb" -D "$data" -U "$postgres_role" --pwfile="$secret" --auth=scram-sha-256 \
    "${sync[@]}" --encoding=UTF8 --locale=C.UTF-8) < /dev/null > "$dir/initdb.log" 2>&1 || status=$?
  rm -f -- "$secret"
  ((status == 0)) || fail "PostgreSQL's data directory $data could not be made" "$dir/initdb.log"
}

# postgres_spawn DIR DEATH_SIGNAL DURABLE: makes the data directory when it is new, and starts. DURABLE is "durable", or "throw-away",
# which saves the waits for the disk. Returns before the server is ready.
postgres_spawn() {
  local dir=$1 death_signal=$2 durable=$3 data port
  [[ -x $postgres_bin/postgres ]] || fail "PostgreSQL 15 is not installed in $postgres_bin"
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  process_stop "An earlier PostgreSQL" "$dir/postgres.pid" INT 30
  data=$(postgres_data_dir "$dir")
  # Made by initdb last of all, so what lacks it is a try that was cut short.
  if [[ ! -s $dir/initialised ]]; then
    rm -rf -- "$data"
    postgres_init "$dir" "$data" "$durable"
    date -u +%FT%TZ > "$dir/initialised"
  fi
  local settings=(-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c shared_buffers=128MB
    -c max_wal_size=2GB -c timezone=UTC -c log_timezone=UTC)
  if [[ $durable == throw-away ]]; then settings+=(-c fsync=off -c full_page_writes=off -c max_wal_size=512MB); fi
  port=$(free_port "$dir/postgres.port")
  printf '%s\n' "$port" > "$dir/postgres.port"
  [[ ! -e $dir/postgres.log ]] || mv -f "$dir/postgres.log" "$dir/postgres.log.1"
  process_start "$dir/postgres.pid" "$dir/postgres.log" "$death_signal" \
    "${postgres_as[@]}" "$postgres_bin/postgres" -D "$data" -p "$port" "${settings[@]}"
}

postgres_answers() {
  "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "$1"
}

postgres_wait() {
  local dir=$1 exists
  process_wait_ready PostgreSQL "$dir/postgres.pid" "$dir/postgres.log" "${PROMPTLEDGER_START_LIMIT_S:-60}" \
    postgres_answers "$(< "$dir/postgres.port")"
  exists=$(postgres_query "$dir" "SELECT count(*) FROM pg_database WHERE datname = 'promptledger'") ||
    fail "PostgreSQL does not answer" "$dir/postgres.log"
  if [[ $exists == 0 ]]; then
    postgres_query "$dir" 'CREATE DATABASE promptledger' > /dev/null || fail "the database could not be created" "$dir/postgres.log"
  fi
}

postgres_query() {
  PGPASSWORD=$(< "$1/password") PGCONNECT_TIMEOUT=10 "$postgres_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 \
    -p "$(< "$1/postgres.port")" -U "$postgres_role" -d postgres -c "$2" 2>> "$1/postgres.log"
}

# A fast shutdown: sessions are cut off, nothing committed is lost.
postgres_stop() {
  process_stop PostgreSQL "$1/postgres.pid" INT "${2:-30}"
}

# With the password: for the environment of a program or a user's own eyes, never for a command line.
postgres_url() {
  printf 'postgresql://%s:%s@127.0.0.1:%s/promptledger\n' "$postgres_role" "$(< "$1/password")" "$(< "$1/postgres.port")"
}
