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
  holds 'last["purchases"]["count"] + last["sales"]["count"] >= last["changes"]["added"]' <first.jsonl # boletas count, and have no rows
  "$bin" -db fullflow.db -json >second.jsonl
  holds 'last["complete"] and last["changes"]["unchanged"] > 0' <second.jsonl
  holds 'not any(last["changes"][k] for k in ("added", "changed", "gone", "returned"))' <second.jsonl
  "$bin" -db fullflow.db | tee text
  grep -q '^Done: 0 changes' text || die "the third run does not say that nothing changed"
  [[ $(stat -c %a fullflow.db) == 600 ]] || die "the database is readable by others"
}

smoke_rcvcsv() {
  local file book
  for file in "$root"/rcv/testdata/*.csv; do
    book=$(basename "$file" | cut -d- -f1 | tr '[:lower:]' '[:upper:]')
    "$bin" "$file"
    "$bin" -json "$file" >said.json
    python3 "$root/.ci/add.py" csv "$file" said.json
    holds <said.json 'len(lines) == 1 and last["book"] == "'"$book"'" and last["documents"] > 0 and not last["errors"]'
  done
  ! "$bin" /dev/null >/dev/null 2>&1 || die "an empty file is no register"
}

# fakesii serves on a port of its choice and says where; the certificate that it
# writes signs the other programs in, and they do nothing that the SII minds.
smoke_fakesii() {
  local ready url pid violations
  export SII_CERT_P12_PASS=secret
  mkfifo said
  "$bin" -json -p12 client.p12 >said &
  pid=$!
  # shellcheck disable=SC2064 # the process of now
  trap "kill $pid 2>/dev/null || true" EXIT
  exec 3<said
  read -r -t 30 ready <&3 || die "fakesii does not say where it serves"
  field() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$ready" "$1"; }
  url=$(field url)
  "$folder/bin/token" -json -sii "$url" -p12 client.p12 | holds 'last["event"] == "token" and last["expires_at"]'
  ! "$folder/bin/token" -sii "$url" -p12 client.p12 -pass wrongpassword >/dev/null 2>token.err || die "a wrong password signs in"
  ! grep -q wrongpassword token.err || die "the password stands in the error"
  local doctor=("$folder/bin/doctor" -sii "$url" -p12 client.p12 -rut "$(field owner)")
  ! "${doctor[@]}" -json -db doctor.db >sick.jsonl 2>/dev/null || die "a database that is not there is fine"
  holds 'last["worst"] == "fail" and [l["code"] for l in lines if l.get("status") == "fail"] == ["database_unreached"]' <sick.jsonl
  [[ ! -e doctor.db ]] || die "doctor makes a database"
  "$folder/bin/fullflow" -json -db fake.db -sii "$url" -p12 client.p12 -rut "$(field owner)" -period "$(field period)" |
    holds 'last["event"] == "done" and last["complete"]'
  "${doctor[@]}" -json -db fake.db | holds 'last["worst"] in ("ok", "warn") and {"token_given", "rcv_answered", "migrations_applied"} <= {l.get("code") for l in lines}'
  "${doctor[@]}" -lang es >doctor.txt
  grep -q 'Ingreso aceptado' doctor.txt || die "no words in Spanish"
  ! grep -qE "$(field owner)|SII_CERT_P12_PASS|secret" doctor.txt || die "what doctor prints is not safe to paste"
  kill "$pid"
  wait "$pid" || die "fakesii does not end in peace"
  trap - EXIT
  violations=$(cat <&3)
  [[ -z $violations ]] || die "our own client breaks rules of the SII: $violations"
}

smoke_dteverify() {
  local data=$root/dte/testdata good=()
  good=(-caf-key "666=$data/sii-666.pem" -roots "$data/issuer.pem")
  "$bin" "${good[@]}" "$data/dte.xml" "$data/envelope.xml"
  "$bin" -json "${good[@]}" "$data/envelope.xml" |
    holds 'len(lines) == 3 and all(l["signature"]["ok"] for l in lines) and lines[0]["ted"]["ok"] and lines[0]["caf"]["ok"] and lines[0]["totals"]["ok"] and last["schema"]["ok"]'
  ! "$bin" -json "${good[@]}" "$data/envelope-forged.xml" >forged.jsonl 2>/dev/null || die "a forged envelope is good"
  holds 'not lines[0]["signature"]["ok"] and lines[1]["signature"]["ok"] and not last["signature"]["ok"]' <forged.jsonl
  ! "$bin" "${good[@]}" "$data/envelope-totals.xml" >/dev/null 2>&1 || die "an envelope that does not add up is good"
  ! "$bin" "$data/dte.xml" >/dev/null 2>&1 || die "a folio that nobody known authorised is good"
  ! "$bin" -explain -lang es "${good[@]}" "$data/envelope-forged.xml" >forged.txt 2>/dev/null || die "a forged envelope is good in Spanish"
  sed 's|</DTE>|<Exportaciones/></DTE>|' "$root/dte/testdata/dte.xml" >two.xml
  ! "$bin" -json -caf-key "666=$root/dte/testdata/sii-666.pem" two.xml >two.jsonl 2>/dev/null || die "two documents in one DTE are good"
  holds 'not any(lines[0][k]["ok"] for k in ("ted", "caf", "agreement", "totals", "dates", "values"))' <two.jsonl
  grep -q 'lo firmado no es lo que está aquí' forged.txt || die "no words in Spanish"
  ! "$bin" -roots "$data/caf.xml" "$data/dte.xml" >/dev/null 2>&1 || die "roots without a certificate"
}

# issue exits with 1 if a draft is refused and with 2 if it is called wrongly.
smoke_issue() {
  local file status=0
  "$bin" -json >samples.jsonl
  holds 'last == {"event": "done", "issued": 12, "refused": 0} and [l["verdict"] for l in lines if l["event"] == "verdict"] == ["accepted"] * 12 and len({l["type"] for l in lines if l["event"] == "document"}) == 12' <samples.jsonl
  "$bin" -json -dry-run | holds 'last == {"event": "done", "accepted": 12, "refused": 0}'
  for file in 33 41; do
    sed "s/2026-11-20/$(TZ=America/Santiago date +%F)/" "$root/dte/issue/testdata/$file.json" >$file.json
  done
  "$bin" -json -dry-run 33.json 41.json |
    holds 'lines[0]["net"] + lines[0]["exempt"] + lines[0]["vat"] == lines[0]["total"] == 7074 and last["accepted"] == 2'
  echo '{"Encabezado": {"IdDoc": {"TipoDTE": 30}}}' >refused.json
  "$bin" -json -dry-run 33.json refused.json >refused.jsonl 2>/dev/null || status=$?
  ((status == 1)) || die "a refused draft exits with $status"
  holds 'last["accepted"] == last["refused"] == 1 and any(f["level"] == "rejects" for f in lines[1]["findings"])' <refused.jsonl
  status=0
  "$bin" 33.json >/dev/null 2>&1 || status=$?
  ((status == 2)) || die "drafts without folios exit with $status"
  smoke_issue_files
}

# What issue writes is judged by other programs: xmllint reads it, xmlsec1 verifies
# each document as a file of its own, and openssl verifies its stamp.
smoke_issue_files() {
  local file
  "$bin" -date 2026-11-20 -out demo >/dev/null
  for file in demo/[0-9E]*-1.xml; do
    xmllint --noout "$file"
    python3 "$root/.ci/issued.py" "$file" demo/caf-key.pem
  done
  for file in demo/[0-9]*-1.xml; do
    xmlsec1 --verify --enabled-key-data x509 --insecure --id-attr:ID Documento --id-attr:ID Liquidacion --id-attr:ID Exportaciones "$file" 2>verify.log ||
      die "xmlsec1: $file: $(cat verify.log)"
  done
}

smoke_rcvsync() {
  printf '76192083-9 Constructora Uno\n77222222-K Constructora Dos\n# nobody\n' >companies.txt
  local args=(-companies companies.txt -from 2026-09 -to 2026-10 -interval 1ms -db sync.db)
  "$bin" -json "${args[@]}" >first.jsonl
  holds 'last["event"] == "done" and last["imported"] == last["total"] == 8 and last["failed"] == 0 and last["added"] > 0' <first.jsonl
  "$bin" -json "${args[@]}" >second.jsonl
  holds 'last["not_due"] == 8 and last["imported"] == 0' <second.jsonl
  python3 "$root/.ci/add.py" database sync.db
  ! "$bin" -companies /dev/null -from 2026-09 -db none.db >/dev/null 2>&1 || die "a run without companies is good"
}

# f29 sums up what rcvsync has kept; another program adds it again.
smoke_f29() {
  local rut month args
  printf '%s\n' 76192083-9 77222222-K 76111111-6 11111111-1 >companies.txt
  "$folder/bin/rcvsync" -companies companies.txt -from 2026-08 -to 2026-10 -interval 1ms -db f29.db >/dev/null
  python3 "$root/.ci/add.py" database f29.db
  while read -r rut; do
    for month in 2026-08 2026-09 2026-10; do
      args=(-db f29.db -rut "$rut" -period "$month")
      "$bin" -json "${args[@]}" >form.jsonl
      python3 "$root/.ci/add.py" f29 f29.db "$rut" "$month" form.jsonl
      python3 -c 'import json; [print(c, v) for c, v in json.loads(open("form.jsonl").readlines()[-1])["codes"].items()]' >proposal.txt
      "$bin" "${args[@]}" -proposal proposal.txt >/dev/null
    done
  done <companies.txt
  echo "766 1" >>proposal.txt
  ! "$bin" -json "${args[@]}" -proposal proposal.txt >differs.jsonl 2>/dev/null || die "a proposal that differs is good"
  holds 'last["differences"] == 1 and any(l.get("code") == 766 and l.get("proposal") == 1 for l in lines)' <differs.jsonl
}

# alerts tells of what rcvsync has kept, once.
smoke_alerts() {
  printf '%s\n' 76192083-9 77222222-K 76111111-6 11111111-1 22222222-2 >companies.txt
  "$folder/bin/rcvsync" -companies companies.txt -from 2026-10 -interval 1ms -db alerts.db >/dev/null
  local args=(-json -companies companies.txt -db alerts.db -days 8) day
  for day in 01 09 17 25; do "$bin" "${args[@]}" -today "2026-10-$day"; done >first.jsonl
  holds 'last["event"] == "done" and last["companies"] == 5 and last["alerts"] > 0' <first.jsonl
  holds 'all(l["tipo"] == "pending" and l["plazo"] for l in lines if "event" not in l)' <first.jsonl
  "$bin" "${args[@]}" -today 2026-10-25 | holds 'last["event"] == "done" and last["alerts"] == 0 and all("event" in l for l in lines)'
  ! "$bin" -companies companies.txt -db typo.db >/dev/null 2>&1 || die "a database that is not there is silent"
  [[ ! -e typo.db ]] || die "alerts makes a database"
}

# reconcile compares what rcvsync has kept with books made of it.
smoke_reconcile() {
  printf '76192083-9\n' >companies.txt
  "$folder/bin/rcvsync" -companies companies.txt -from 2026-10 -interval 1ms -db books.db >/dev/null
  printf 'rut;tipo;folio;fecha;total;clave\n77222222-K;33;999999;2026-10-01;1000;AP-1\n' >books.csv
  ! "$bin" -json -db books.db -books books.csv -rut 76192083-9 -from 2026-10 >pairs.jsonl 2>/dev/null || die "books that do not match are good"
  holds 'last["event"] == "done" and last["counts"]["only_books"] == 1 and last["counts"]["only_register"] > 0 and last["books"] == 1000' <pairs.jsonl
  python3 - pairs.jsonl >mended.csv <<'PY'
import json, re, sys
print("rut;tipo;folio;total")
for line in open(sys.argv[1]):
    pair = json.loads(line)
    if pair.get("outcome") == "only_register":
        rut, kind, folio, total = re.match(r"(\S+) type (\d+) folio (\d+) total ([^\s,]+)", pair["register"]).groups()
        print(";".join((rut, kind, folio, total.replace(".", ""))))
PY
  "$bin" -json -db books.db -books mended.csv -rut 76192083-9 -from 2026-10 | holds 'set(last["counts"]) <= {"matched", "netted"} and last["books"] == last["register"]'
}

smoke_session-login() {
  local key
  key=$(python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')
  echo prueba-2026 | FERNET_KEY=$key "$bin" -json -db session.db | holds 'last["rut"] == "11111111-1" and last["session_id"] > 0 and last["companies"]'
  ! grep -aq prueba-2026 session.db || die "the clave stands in the database"
  ! echo prueba-2026 | "$bin" -db session.db >/dev/null 2>&1 || die "a session is kept without a key"
  ! echo equivocada | "$bin" >/dev/null 2>wrong.err || die "a wrong clave logs in"
  grep -q 'no es correcta' wrong.err || die "the words of the SII are missing"
  ! grep -q equivocada wrong.err || die "the clave stands in the error"
}

smoke_session-pull() {
  local what
  for what in rcv dte bhe mipyme; do
    echo prueba-2026 | "$bin" -json -what $what >said.jsonl
    holds 'lines[0]["event"] == "sii" and lines[0]["fake"] and all(l["rows"] > 0 and l["unread"] == 0 and len(l["sha256"]) == 64 for l in lines[1:])' <said.jsonl
  done
  "$bin" -json -file "$root"/rcv/testdata/compra-registro*.csv | holds 'all(l["kind"] == "rcv" and l["rows"] > 0 for l in lines)'
  ! "$bin" -file /dev/null >/dev/null 2>&1 || die "an empty file is a listing"
}

# as_postgres runs a program that refuses to run as root.
as_postgres() {
  if [[ $(id -u) == 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Workers share a PostgreSQL and the work, each unit done once.
smoke_worker() {
  local tools cluster url port pid other args
  tools=$(find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -n 1)
  tools=$(dirname "${tools:-$(command -v initdb)}")
  cluster=$(mktemp -d) # outside of the folder, which another user may not see
  [[ $(id -u) != 0 ]] || chown postgres "$cluster"
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  as_postgres "$tools/initdb" -D "$cluster/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null
  as_postgres "$tools/pg_ctl" -D "$cluster/data" -o "-p $port -h 127.0.0.1 -k $cluster -c fsync=off" -l "$cluster/log" -w start >/dev/null
  # shellcheck disable=SC2064 # the cluster of now
  trap "as_postgres '$tools/pg_ctl' -D '$cluster/data' -m immediate stop >/dev/null; rm -rf '$cluster'" EXIT
  url="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
  printf '76192083-9 Constructora Uno\n77222222-K Constructora Dos\n' >companies.txt
  args=(-env fake -dsn "$url" -companies companies.txt -months 3 -json)
  "$bin" "${args[@]}" -interval 1ms -once >first.jsonl
  # Two companies, three months, two books. A plan that runs beside the imports may
  # queue a register again, whose job then finds that it is not due.
  holds 'last["event"] == "done" and last["dead"] == 0 and sum(l.get("kind") == "sii_sync" for l in lines) >= 12' <first.jsonl
  "$bin" "${args[@]}" -interval 1ms -once | holds 'not any(l.get("kind") == "sii_sync" for l in lines)'
  "$bin" "${args[@]}" -dead >dead.jsonl
  ! grep -q '"event":"dead"' dead.jsonl || die "jobs were given up"
  args=(-env fake -dsn "$url" -companies companies.txt -months 5 -json)
  "$bin" "${args[@]}" -interval 1ms >one.jsonl &
  pid=$!
  "$bin" "${args[@]}" -interval 1ms >two.jsonl &
  other=$!
  for _ in $(seq 300); do
    (($(cat one.jsonl two.jsonl | grep -c '"sii_sync".*"done"' || true) < 8)) || break
    sleep 0.1
  done
  kill -TERM "$pid" "$other"
  wait "$pid" "$other" || die "a worker does not end in peace"
  cat one.jsonl two.jsonl | holds 'sum(l.get("kind") == "sii_sync" and l["outcome"] == "done" for l in lines) >= 8'
  ! "$bin" -companies companies.txt >/dev/null 2>&1 || die "a worker without a database"
  as_postgres "$tools/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null
  rm -rf "$cluster"
  trap - EXIT
}

# doctor has a healthy SII in smoke_fakesii.
smoke_doctor() {
  ! "$bin" -json -sii http://127.0.0.1:9 -p12 none.p12 >sick.jsonl 2>/dev/null || die "an SII that is not there is fine"
  holds 'last["worst"] == "fail" and {"certificate_missing", "connect_failed"} <= {l.get("code") for l in lines}' <sick.jsonl
}

# token needs an SII to sign in to: see smoke_fakesii.
smoke_token() {
  ! "$bin" -sii http://127.0.0.1:9 >/dev/null 2>&1 || die "token signs in without a certificate"
}

# portal serves the page, its interface by role, and ends when it is told to.
smoke_portal() {
  local ready url key pid
  mkfifo said
  "$bin" -json -addr 127.0.0.1:0 -db portal.db -latency 0 -life 0 >said &
  pid=$!
  # shellcheck disable=SC2064 # the process of now
  trap "kill $pid 2>/dev/null || true" EXIT
  exec 3<said
  read -r -t 30 ready <&3 || die "portal does not say where it serves"
  url=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["url"])' "$ready")
  key=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["keys"]["Finanzas"])' "$ready")
  local ask=(curl -sS --fail -H "Authorization: Bearer $key")
  "${ask[@]}" -D headers "$url/integraciones/sii/" | grep -q '<html lang="es-CL">' || die "no page"
  grep -qi "^content-security-policy: default-src 'none'" headers || die "the page has no policy"
  curl -sS --fail "$url/api/health" | holds 'last["estado"] == "ok"'
  ! curl -sS --fail "$url/api/v1/sii/empresas" >/dev/null 2>&1 || die "a stranger sees the companies"
  "${ask[@]}" "$url/api/v1/sii/token?rut=76192083-9" | holds 'last["expires_at"] and len(last["token"]) == 5 and last["token"].endswith("…")'
  "${ask[@]}" -H 'Content-Type: application/json' -d '{"year": 2026, "month": 10, "rut": "76192083-9"}' "$url/api/v1/sii/rcv/import" >imported.json
  holds 'last["ok"] and last["periodo"] == "2026-10"' <imported.json
  "${ask[@]}" "$url/api/v1/sii/rcv/compras/resumen?rut=76192083-9&periodo=2026-10" | holds 'last["importado"]'
  kill "$pid"
  wait "$pid" || die "portal does not end in peace"
  trap - EXIT
  exec 3<&-
}

cd "$root"
mkdir -p "$folder/bin"
programs=()
for main in examples/*/main.go; do
  programs+=("$(basename "$(dirname "$main")")")
done
for name in "${programs[@]}"; do
  go build -o "$folder/bin/$name" "./examples/$name"
done
for name in "${programs[@]}"; do
  echo "# examples/$name"
  [[ $(type -t "smoke_$name") == function ]] || die "no smoke_$name"
  bin=$folder/bin/$name
  "$bin" -h >"$folder/$name.help" 2>&1 || die "$name -h fails"
  grep -q "^usage: $name " "$folder/$name.help" || die "$name -h does not say how it is used"
  lines=$(wc -l <"examples/$name/main.go")
  ((lines < 150)) || die "examples/$name/main.go has $lines lines"
  mkdir "$folder/$name"
  (cd "$folder/$name" && "smoke_$name")
done
