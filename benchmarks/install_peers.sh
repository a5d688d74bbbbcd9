#!/bin/sh
# Installs the programs that are measured beside ours, where that is possible; what is missing is left out.
# Usage: install_peers.sh PACKAGE:PROGRAM ...
set -eu

missing=""
for pair in "$@"; do
    command -v "${pair#*:}" >/dev/null 2>&1 || missing="$missing ${pair%%:*}"
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
