# Runs tests of every kind and counts them. Sourced; needs progress.sh, job.sh and scratch_dir.
#
# Whatever does not end normally is a failure: a crash, a run over its time limit, an executable in which nothing ran, a process left
# behind.

tests_passed=0
tests_failed=0
tests_limit_s=${PROMPTLEDGER_TEST_LIMIT_S:-900}

# Every process of a test carries this in its environment, and so do its children: what still has it afterwards was left behind.
tests_mark=promptledger-$$-$SRANDOM

# tests_count NAME LOG STATUS PASSED FAILED SECONDS: adds one run to the sums, and shows its log if it failed.
tests_count() {
  local name=$1 log=$2 status=$3 passed=$4 failed=$5 seconds=$6 why=
  if ((status == 124)); then
    why="stopped at the limit of $tests_limit_s s"
  elif ((status > 128)); then
    why="ended by signal $((status - 128))"
  elif ((status != 0)); then
    why="exit status $status"
  elif ((passed + failed == 0)); then
    why="no test ran"
  fi
  if [[ -n $why ]] && ((failed == 0)); then failed=1; fi
  local left
  left=$(tests_kill_left)
  if [[ -n $left ]]; then
    failed=$((failed + 1))
    why+="${why:+, }left processes behind: $left"
  fi
  tests_passed=$((tests_passed + passed))
  tests_failed=$((tests_failed + failed))
  if ((failed > 0)); then
    printf -- '--- %s: from %s\n' "$name" "$log" >&2
    tail -c 30000 -- "$log" >&2
  fi
  step "$name: $passed passed, $failed failed in $seconds s${why:+ ($why)}"
}

# The names of the processes with our mark, which are killed.
tests_kill_left() {
  local file pid names=()
  for file in $(grep -slzxF "PROMPTLEDGER_TEST_RUN=$tests_mark" /proc/[0-9]*/environ || true); do
    pid=${file#/proc/}
    pid=${pid%/environ}
    names+=("$(tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | cut -c 1-80)")
    kill -s KILL "$pid" 2> /dev/null || true
  done
  printf '%s' "${names[*]}"
}

# tests_job NAME LOG COMMAND…: sets tests_status and tests_seconds.
tests_job() {
  local name=$1 log=$2 began_s=$SECONDS
  shift 2
  tests_status=0
  job_run "$name" "$log" "$tests_limit_s" env PROMPTLEDGER_TEST_RUN="$tests_mark" TMPDIR="$scratch_dir/tmp" "$@" || tests_status=$?
  tests_seconds=$((SECONDS - began_s))
}

# tests_run_doctest NAME LOG COMMAND…: counts test cases, from "[doctest] test cases: 3 | 2 passed | 1 failed | 0 skipped".
tests_run_doctest() {
  local name=$1 log=$2 counts
  tests_job "$@" --no-colors=true
  counts=$(sed -n 's/^\[doctest\] test cases: *[0-9]* | *\([0-9]*\) passed | *\([0-9]*\) failed |.*/\1 \2/p' "$log" | tail -n 1)
  # shellcheck disable=SC2086 # two numbers
  tests_count "$name" "$log" "$tests_status" ${counts:-0 0} "$tests_seconds"
}

# tests_run_pytest NAME LOG PYTHON FILE
tests_run_pytest() {
  local name=$1 log=$2 python=$3 file=$4 counts
  local report=$log.xml
  rm -f -- "$report"
  tests_job "$name" "$log" "$python" -B -m pytest -q -p no:cacheprovider --rootdir "$root_dir" --junitxml "$report" "$file"
  counts=$("$python" - "$report" 2> /dev/null << 'END'
import sys, xml.etree.ElementTree as xml
suites = list(xml.parse(sys.argv[1]).getroot().iter("testsuite"))
total, failed, skipped = (sum(int(suite.get(name)) for suite in suites for name in names)
                          for names in (["tests"], ["failures", "errors"], ["skipped"]))
print(total - failed - skipped, failed)
END
  ) || counts="0 0"
  # shellcheck disable=SC2086 # two numbers
  tests_count "$name" "$log" "$tests_status" $counts "$tests_seconds"
}

# tests_run_script NAME LOG COMMAND…: the last line it prints is like our own, "3 passed, 0 failed".
tests_run_script() {
  local name=$1 log=$2 counts
  tests_job "$@"
  counts=$(tail -n 1 -- "$log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
  # shellcheck disable=SC2086 # two numbers
  tests_count "$name" "$log" "$tests_status" ${counts:-0 0} "$tests_seconds"
}
