# Loads the other files of this folder and sets root_dir, the checkout. Sourced, first of all, by run, test and deploy/servers.
set -euo pipefail
umask 022

root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for part in progress process ports packages jars kafka postgres servers build; do
  # shellcheck source=/dev/null
  source "$root_dir/deploy/lib/$part.sh"
done
unset part
