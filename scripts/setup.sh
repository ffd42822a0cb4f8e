#!/usr/bin/env bash
# All set-up: scripts/setup.sh run   what the program needs
#             scripts/setup.sh test  that, and what lint, types and tests need
#
# Running it again costs a moment: a stamp in .venv holds a digest of the lock file, the interpreter and the place.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:?run or test}
case $purpose in
    run)
        lock=requirements.lock
        groups=(qt)
        if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then groups+=(screen); fi
        ;;
    test)
        lock=requirements-dev.lock
        groups=(qt screen reports)
        ;;
    *) echo "setup.sh: run or test, not $purpose" >&2; exit 2 ;;
esac

# Usable: 3.11 to 3.14 (what the pinned Qt runs on), able to make a virtual environment with pip in it.
usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}
find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if usable "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

bash scripts/packages.sh "${groups[@]}"
if ! python=$(find_python); then
    bash scripts/packages.sh python
    if ! python=$(find_python); then
        echo "No Python 3.11 or later with its venv module was found. On Debian 12: apt-get install python3 python3-venv" >&2
        exit 1
    fi
fi

venv_python=.venv/bin/python
# A venv that was moved, or whose interpreter went away or grew a new version, is made anew.
here=$("$python" -c 'import os; print(os.path.realpath(".venv"))')
there=$("$venv_python" -c 'import os, sys; print(os.path.realpath(sys.prefix))' 2>/dev/null || true)
if [ "$here" != "$there" ] || ! usable "$venv_python" || ! "$venv_python" -m pip --version >/dev/null 2>&1; then
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

stamp=.venv/.ready-$purpose
digest=$("$venv_python" - "$lock" <<'PY'
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest(), sys.version.split()[0])
PY
)
if [ "$(cat "$stamp" 2>/dev/null)" != "$digest" ]; then
    echo "Installing what $lock pins"
    rm -f .venv/.ready-*
    # Wheels only: nothing that was downloaded runs while it is being installed.
    "$venv_python" -m pip install --quiet --disable-pip-version-check --no-input --retries 5 \
        --require-hashes --only-binary :all: -r "$lock" </dev/null
    echo "$digest" >"$stamp"
fi

if ! import_error=$(QT_QPA_PLATFORM=offscreen "$venv_python" -c 'import PySide6.QtWidgets' 2>&1); then
    printf '%s\n' "$import_error" >&2
    echo "Qt cannot be loaded: a system library is missing (named above)." >&2
    exit 1
fi
