#!/usr/bin/env bash
# Write requirements.lock and requirements-dev.lock from the pins in pyproject.toml.
#
# Every distribution of every release is listed by its hash, no index is named, and what only one system needs carries
# its marker: the same two files serve Linux and Windows, Python 3.11 and later. (pip-compile resolves for the machine
# it runs on and would leave out what only Windows needs; uv's `pip compile --universal` is the same command without
# that gap.) Releases already locked stay as they are; take a line out of a lock to let that release move.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'

compile() {
    "$tools/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" "$@"
}
compile pyproject.toml --output-file requirements.lock
compile pyproject.toml --extra dev --constraints requirements.lock --output-file requirements-dev.lock
