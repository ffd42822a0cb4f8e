#!/usr/bin/env bash
# Draw the README's picture anew, from the bundled plan: figures and titles only, nobody's sentences.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export QT_QPA_PLATFORM=offscreen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python main.py new "$work/plan.welfare"
.venv/bin/python main.py gui --db "$work/plan.welfare" --screenshot "$work/window.png" --smoke-test
mv "$work/window.png" docs/screenshot.png
echo "docs/screenshot.png"
