#!/usr/bin/env bash
# Make sure Debian packages are there: scripts/packages.sh GROUP...   (groups: python, qt, screen, reports)
#
# Installs what is missing when that is permitted (root, or sudo without a password). Where it is not permitted, says
# what is missing and which command an administrator would type: under CI that is a failure, elsewhere the caller goes
# on, because a library may have come from another place than Debian's packages.
set -euo pipefail

declare -A GROUPS_OF=(
    # The interpreter and its venv module (Debian ships ensurepip separately).
    [python]="python3 python3-venv"
    # What Qt loads at import and to draw without a screen.
    [qt]="libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3"
    # What the X11 and Wayland plugins load beside that, and the printer dialog.
    [screen]="libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libx11-xcb1
              libwayland-cursor0 libcups2"
    # What the tests read printed reports and workbooks back with, and a virtual screen.
    [reports]="poppler-utils libreoffice-calc fonts-morisawa-bizud-gothic xvfb xauth"
)

wanted=()
for group in "$@"; do
    [ -n "${GROUPS_OF[$group]:-}" ] || { echo "packages.sh: no group called $group" >&2; exit 2; }
    # shellcheck disable=SC2206  # split at blanks on purpose
    wanted+=(${GROUPS_OF[$group]})
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian system. Please see that you have the equivalents of: ${wanted[*]}" >&2
    exit 0
fi

# Newer releases carry a few of these libraries under a name ending in t64. A name that dpkg does not know makes it
# fail, which is no news here.
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" "${wanted[@]/%/t64}" 2>/dev/null || true)
missing=()
for name in "${wanted[@]}"; do
    grep -qxE "installed ${name//./\\.}(t64)?" <<<"$installed" || missing+=("$name")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        {
            echo "System packages are missing, and installing them needs an administrator:"
            echo "    sudo apt-get install --no-install-recommends ${missing[*]}"
        } >&2
        [ -z "${CI:-}" ] || exit 1
        exit 0
    fi
    as_root=(sudo -n)
fi

echo "Installing system packages: ${missing[*]}"
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
quietly "${apt[@]}" update || echo "The package list could not be renewed; trying with the one at hand." >&2
quietly "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || {
    echo "Installing them failed (above)." >&2
    [ -z "${CI:-}" ] || exit 1
}
