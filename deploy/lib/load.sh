# Loads the other files of this folder and sets root_dir, the checkout. Sourced, first of all, by run, test and deploy/servers.
set -euo pipefail
umask 022

root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root_dir/deploy/lib/progress.sh"
source "$root_dir/deploy/lib/process.sh"
source "$root_dir/deploy/lib/job.sh"
source "$root_dir/deploy/lib/ports.sh"
source "$root_dir/deploy/lib/packages.sh"
source "$root_dir/deploy/lib/jars.sh"
source "$root_dir/deploy/lib/kafka.sh"
source "$root_dir/deploy/lib/kafka_cluster.sh"
source "$root_dir/deploy/lib/postgres.sh"
source "$root_dir/deploy/lib/servers.sh"
source "$root_dir/deploy/lib/build.sh"
source "$root_dir/deploy/lib/ahead.sh"
source "$root_dir/deploy/lib/scratch.sh"
source "$root_dir/deploy/lib/venv.sh"
source "$root_dir/deploy/lib/tally.sh"
