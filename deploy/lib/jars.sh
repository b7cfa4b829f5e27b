# Fetches Kafka's jars, once for every checkout of this user. Sourced; needs progress.sh, job.sh and root_dir (the checkout).

# Where the jars are for the present pom and list of checksums; the directory exists only when it is complete.
kafka_jars_dir() {
  local pins="$root_dir/deploy/kafka" version key
  version=$(sed -n 's|.*<kafka.version>\(.*\)</kafka.version>.*|\1|p' "$pins/pom.xml")
  key=$(cat "$pins/pom.xml" "$pins/jars.sha256" | sha256sum)
  printf '%s/promptledger/kafka-%s-%s\n' "${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}" "$version" "${key:0:12}"
}

kafka_fetch_jars() {
  local target partial log
  target=$(kafka_jars_dir)
  [[ ! -d $target ]] || return 0
  mkdir -p "${target%/*}" || fail "cannot create ${target%/*}: set XDG_CACHE_HOME to a directory that can be written"
  # What failed fetches left, logs and all; not those that may still be under way.
  find "${target%/*}" -maxdepth 1 -name 'kafka-*.partial.*' -mmin +60 -exec rm -rf -- {} +
  partial=$(mktemp -d "$target.partial.XXXXXX")
  log=$partial/maven.log
  step "Fetching Kafka's jars into $target (log: $log)"
  job_run "Fetching Kafka's jars" "$log" 900 mvn -B -C -f "$root_dir/deploy/kafka/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$partial" || fail "Maven could not fetch Kafka's jars" "$log"
  (cd "$partial" && sha256sum --quiet --strict -c "$root_dir/deploy/kafka/jars.sha256" && compgen -G '*.jar' | sort |
    diff - <(sed 's/^[^ ]* [ *]//' "$root_dir/deploy/kafka/jars.sha256" | sort)) > "$partial/checksums.log" 2>&1 ||
    fail "the jars that Maven fetched are not those of deploy/kafka/jars.sha256" "$partial/checksums.log"
  # One rename, so a half-filled directory never has the name; when another run was quicker, its directory is as good.
  mv -T "$partial" "$target" 2> /dev/null || rm -rf -- "$partial"
  [[ -d $target ]] || fail "cannot create $target"
}
