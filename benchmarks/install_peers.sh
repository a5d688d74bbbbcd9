#!/bin/sh
# Installs the programs that the classifier is measured against, where that is possible; without them it is measured alone.
set -eu

missing=""
for program in bogofilter spamassassin; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "Not installed, so left out of the comparison:$missing"
    exit 0
fi
echo "Installing for the comparison:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
