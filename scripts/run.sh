#!/usr/bin/env bash
# Start the program. Without a screen: do the main job once, offscreen, on the bundled plan, and say where it lies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$python" main.py
fi

export QT_QPA_PLATFORM=offscreen
mkdir -p out
db=out/plan.welfare window=out/window.png workbook=out/official_2018.xlsx pdf=out/official_2018.pdf
rm -f "$window"
"$python" main.py new "$db" --force
"$python" main.py gui --db "$db" --screenshot "$window" --smoke-test
"$python" main.py export official --db "$db" --year 2018 "$workbook" --force
"$python" main.py print official --db "$db" --year 2018 "$pdf" --force
for file in "$db" "$window" "$workbook" "$pdf"; do
    [ -s "$file" ] || { echo "$file was not written" >&2; exit 1; }
done
echo "No screen here, so the main job was done offscreen: window $window, workbook $workbook, paper $pdf, data $db"
