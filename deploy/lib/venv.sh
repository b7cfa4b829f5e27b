# The Python environment of the tests, made once for each tests/requirements.txt. Sourced; needs progress.sh, job.sh and root_dir.

# venv_make LOG: sets venv_python. Debian's own Python, so that a user's other ones do not matter.
venv_make() {
  local log=$1 requirements=$root_dir/tests/requirements.txt key dir
  key=$(sha256sum < "$requirements")
  dir=$root_dir/build/venv-${key:0:12}
  venv_python=$dir/bin/python
  # Complete or absent: the mark is made last.
  [[ ! -e $dir/complete ]] || return 0
  rm -rf -- "$root_dir"/build/venv-*
  step "Making the tests' Python environment (log: $log)"
  /usr/bin/python3 -m venv "$dir" > "$log" 2>&1 || fail "the Python environment could not be made" "$log"
  job_run "Installing tests/requirements.txt" "$log" 900 \
    "$venv_python" -m pip --disable-pip-version-check --no-input install --no-deps -r "$requirements" ||
    fail "pip could not install tests/requirements.txt" "$log"
  "$venv_python" -m pip --disable-pip-version-check check >> "$log" 2>&1 || fail "tests/requirements.txt lacks a dependency" "$log"
  : > "$dir/complete"
}
