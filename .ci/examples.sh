#!/usr/bin/env bash
# Builds the example programs and runs each as a user would. A program without a
# smoke_NAME function here fails the run.
#
#   .ci/examples.sh FOLDER      FOLDER is made, and left to the caller to remove
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

die() { echo "examples: $*" >&2; exit 1; }

# holds PYTHON < JSON lines: the expression is true of `last`, the last line, and
# `lines`, all of them.
holds() {
  python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
last = lines[-1]
if not eval(sys.argv[1]):
    sys.exit("examples: not so: %s\n%s" % (sys.argv[1], json.dumps(last, indent=1)))
' "$1"
}

smoke_fullflow() {
  "$bin" -db fullflow.db -json >first.jsonl
  holds 'last["event"] == "done" and last["complete"] and last["changes"]["added"] > 0' <first.jsonl
  holds 'last["purchases"]["count"] + last["sales"]["count"] == last["changes"]["added"]' <first.jsonl
  "$bin" -db fullflow.db -json >second.jsonl
  holds 'last["complete"] and last["changes"]["unchanged"] > 0' <second.jsonl
  holds 'not any(last["changes"][k] for k in ("added", "changed", "gone", "returned"))' <second.jsonl
  "$bin" -db fullflow.db | tee text
  grep -q '^Done: 0 changes' text || die "the third run does not say that nothing changed"
  [[ $(stat -c %a fullflow.db) == 600 ]] || die "the database is readable by others"
}

smoke_rcvcsv() {
  local file=$root/examples/rcvcsv/testdata/RCV_VENTA_76192083-9_202610.csv
  "$bin" "$file"
  "$bin" -json "$file" | holds 'len(lines) == 1 and last["book"] == "VENTA" and last["documents"] > 0 and not last["errors"]'
  ! "$bin" /dev/null >/dev/null 2>&1 || die "an empty file is no register"
}

cd "$root"
mkdir -p "$folder/bin"
for dir in examples/*/; do
  name=$(basename "$dir")
  [[ -f $dir/main.go ]] || continue
  [[ $(type -t "smoke_$name") == function ]] || die "no smoke_$name for $dir"
  echo "# $dir"
  bin=$folder/bin/$name
  go build -o "$bin" "./$dir"
  "$bin" -h >"$folder/$name.help" 2>&1 || die "$name -h fails"
  grep -q "^usage: $name " "$folder/$name.help" || die "$name -h does not say how it is used"
  lines=$(wc -l <"$root/${dir}main.go")
  ((lines < 150)) || die "${dir}main.go has $lines lines"
  mkdir "$folder/$name"
  (cd "$folder/$name" && "smoke_$name")
done
