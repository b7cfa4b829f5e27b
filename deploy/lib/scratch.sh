# A throw-away directory that goes with this script, however the script ends. Sourced; needs process.sh and servers.sh.

scratch_dir=
scratch_prefix=promptledger-test

# Makes scratch_dir, and first removes those of scripts that were killed before they could do it. Open to all to enter, because
# PostgreSQL's user has to.
scratch_make() {
  local parent=${TMPDIR:-/tmp} left
  for left in "$parent/$scratch_prefix".*; do
    if [[ -O $left && -e $left/owner ]] && ! process_id "$left/owner" > /dev/null; then
      step "Removing $left, left by a run that was killed"
      servers_stop "$left"
      servers_remove "$left"
    fi
  done
  scratch_dir=$(mktemp -d "$parent/$scratch_prefix.XXXXXX")
  chmod 755 "$scratch_dir"
  process_remember "$scratch_dir/owner" "$$"
}

scratch_remove() {
  [[ -n $scratch_dir ]] || return 0
  servers_stop "$scratch_dir"
  servers_remove "$scratch_dir"
  scratch_dir=
}
