# Debian packages: which ones are needed, and how the missing ones come in. Sourced; needs progress.sh.

# The one list. A name goes here when CMakeLists.txt, run or test needs it.
packages_to_build=(g++ cmake ninja-build ccache mold pkg-config libpoco-dev nlohmann-json3-dev libexpected-dev libspdlog-dev libfmt-dev
  libcli11-dev librdkafka-dev libpq-dev prometheus-cpp-dev libssl-dev zlib1g-dev libdtl-dev libjemalloc-dev python3-yaml)
packages_for_postgres=(postgresql-15)
packages_for_kafka=(openjdk-17-jre-headless maven ca-certificates)
packages_to_ask=(curl)
packages_to_test=(doctest-dev librapidcheck-dev python3-venv kcat openjdk-17-jdk-headless libfaketime openssl)
packages_to_fuzz=(clang-14 libclang-rt-14-dev)

# Those of the named packages that are not installed, one a line.
packages_missing() {
  dpkg-query -W -f '${binary:Package} ${Status}\n' "$@" 2> /dev/null | sed -n 's/^\([^ :]*\)\(:[a-z0-9]*\)\{0,1\} install ok installed$/\1/p' |
    sort -u | comm -13 - <(printf '%s\n' "$@" | sort -u)
}

# packages_install LOG NAME…: quick when nothing is missing. Nothing ever waits for an answer, but sudo for a password at a terminal.
packages_install() {
  local log=$1 missing
  shift
  mapfile -t missing < <(packages_missing "$@")
  ((${#missing[@]} > 0)) || return 0

  local as_root=()
  if ((EUID != 0)); then
    command -v sudo > /dev/null || fail "these packages are missing, and without root or sudo they cannot be installed: ${missing[*]}"
    as_root=(sudo)
    if [[ ! -t 0 ]]; then as_root+=(-n); fi
    step "Asking sudo, to install packages"
    "${as_root[@]}" true || fail "sudo refused. Install these yourself and start again: apt-get install ${missing[*]}"
  fi
  step "Installing ${#missing[@]} Debian packages: ${missing[*]} (log: $log)"
  # The package lists may be absent or older than the mirror: look them up anew only when the first try fails.
  packages_apt "$log" install -y --no-install-recommends "${missing[@]}" ||
    { packages_apt "$log" update && packages_apt "$log" install -y --no-install-recommends "${missing[@]}"; } ||
    fail "apt-get could not install: ${missing[*]}" "$log"
}

# Reads as_root of its caller. The lock is waited for, since a fresh machine may be upgrading itself.
packages_apt() {
  local log=$1
  shift
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout --kill-after=30 1800 apt-get -q -o DPkg::Lock::Timeout=300 "$@" \
    < /dev/null >> "$log" 2>&1
}
