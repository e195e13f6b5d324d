#!/usr/bin/env python3
"""Adds the numbers of the registers again, with nothing of the SDK.

  add.py database FILE              each register of a SQLite file against the SII's summary of it
  add.py f29 FILE RUT MONTH JSONL   what the program f29 says of a month, against the rows
  add.py csv FILE JSON              what the program rcvcsv says of an export, against its lines
"""
import csv
import json
import sqlite3
import sys
from collections import Counter, defaultdict

CREDIT = {60, 61, 106, 112}
TABLES = {"COMPRA": "sii_rcv_purchases", "VENTA": "sii_rcv_sales"}


def differ(what, got, want):
    sys.exit(f"add.py: {what}: {got} and not {want}")


def database(path):
    db = sqlite3.connect(path)
    registers = 0
    for owner, month, book in db.execute("SELECT DISTINCT rut_empresa, periodo, libro FROM sii_rcv_importaciones").fetchall():
        sums = defaultdict(Counter)
        for state, kind, exempt, net, vat, total in db.execute(
            f"SELECT estado_sii, tipo_dte, exento, neto, iva, total FROM {TABLES[book]}"
            " WHERE rut_empresa = ? AND periodo = ? AND ausente_desde IS NULL", (owner, month)
        ):
            sums[state, int(kind)].update(count=1, exempt=exempt, net=net, vat=vat, total=total)
        lines = defaultdict(Counter)
        for state, kind, count, exempt, net, vat, total in db.execute(
            "SELECT estado, tipo_dte, documentos, exento, neto, iva, total FROM sii_rcv_resumen"
            " WHERE rut_empresa = ? AND periodo = ? AND libro = ? AND con_detalle", (owner, month, book)
        ):
            lines[state, kind].update(count=count, exempt=exempt, net=net, vat=vat, total=total)
        if sums != lines:
            differ(f"{owner} {month} {book}", dict(sums), dict(lines))
        rows = sum(s["count"] for s in sums.values())
        added, gone, back = db.execute(
            "SELECT sum(agregados), sum(ausentes), sum(reaparecidos) FROM sii_rcv_importaciones"
            " WHERE rut_empresa = ? AND periodo = ? AND libro = ?", (owner, month, book)).fetchone()
        if rows != added - gone + back:
            differ(f"{owner} {month} {book}: rows", rows, f"{added} added - {gone} gone + {back} back")
        registers += 1
    if not registers:
        sys.exit(f"add.py: {path}: no registers")
    print(f"{registers} registers add up")


# What goes to which code: the instructions of form 29, in words of their own.
def f29(path, owner, month, said):
    db = sqlite3.connect(path)
    codes = Counter()

    def count(number, amount, value):
        codes.update({number: 1, amount: value})

    for data, in db.execute("SELECT datos FROM sii_rcv_sales WHERE rut_empresa = ? AND periodo = ? AND ausente_desde IS NULL", (owner, month)):
        d = json.loads(data)
        vat, exempt, kind = d.get("detMntIVA", 0), d.get("detMntExe", 0), d["detTipoDoc"]
        use = d.get("descTipoTransaccion") or "Del Giro"  # sales have a text, and no number
        estate, trade = use == "Bienes Raíces", use != "Activo Fijo"
        if kind in (30, 33):
            count(*((763, 764) if estate else (503, 502) if trade else (716, 717)), vat)
        elif kind in (32, 34):
            count(*((586, 142) if trade else (714, 715)), exempt)
        elif kind in (55, 56):
            count(*((512, 513) if trade else (716, 717)), vat)
        elif kind in (60, 61) and vat:
            count(*((509, 510) if trade else (733, 734)), vat)
        elif kind in (101, 110):
            count(585, 20, d["detMntTotal"])
        else:
            sys.exit(f"add.py: a sale of type {kind} that the test does not expect")
    for kind, documents, vat in db.execute(
        "SELECT tipo_dte, documentos, iva FROM sii_rcv_resumen WHERE rut_empresa = ? AND periodo = ? AND libro = 'VENTA' AND NOT con_detalle", (owner, month)
    ):
        if kind not in (35, 39):
            sys.exit(f"add.py: a total of type {kind} that the test does not expect")
        codes.update({110: documents, 111: vat})
    electronic = 0
    for data, in db.execute("SELECT datos FROM sii_rcv_purchases WHERE rut_empresa = ? AND periodo = ? AND ausente_desde IS NULL", (owner, month)):
        d = json.loads(data)
        vat, exempt, kind, use = d.get("detMntIVA", 0), d.get("detMntExe", 0), d["detTipoDoc"], d.get("detTipoTransaccion", 0)
        if d["estadoContab"] != "REGISTRO" or use in (5, 7) or d.get("detIVAUsoComun"):
            continue
        if kind in (32, 34):
            count(584, 562, exempt)
        elif kind in (60, 61):
            count(527, 528, vat)
        elif kind in (55, 56):
            count(531, 532, vat)
        elif kind == 914:
            count(*((536, 553) if use == 4 else (534, 535)), vat)
        elif kind in (30, 33, 45, 46):
            count(*{2: (761, 762), 3: (765, 766), 4: (524, 525)}.get(use, (519, 520)), vat)
        else:
            sys.exit(f"add.py: a purchase of type {kind} that the test does not expect")
        if kind in (45, 46):  # the buyer withholds the VAT, and pays it
            rest = d.get("detIVANoRetenido", 0)
            codes[554 if rest else 39] += vat - rest
        if kind in (33, 46, 56):
            electronic += vat
        elif kind == 61:
            electronic -= vat
    codes[538] = sum(codes[c] for c in (502, 764, 717, 111, 513)) - codes[510] - codes[734]
    codes[537] = sum(codes[c] for c in (520, 762, 766, 525, 532, 535, 553)) - codes[528]
    codes[511] = electronic
    want = {code: value for code, value in codes.items() if value}
    got = {}
    for line in open(said, encoding="utf-8"):
        event = json.loads(line)
        if event["event"] == "done":
            got = {int(code): value for code, value in event["codes"].items() if value}
    if got != want:
        differ(f"form 29 of {owner} {month}", {c: got.get(c) for c in got | want if got.get(c) != want.get(c)}, {c: want.get(c) for c in got | want if got.get(c) != want.get(c)})
    print(f"form 29 of {owner} {month}: {len(want)} codes add up")


def export(path, said):
    raw = open(path, "rb").read()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    at = {name.strip().lower(): i for i, name in enumerate(rows[0])}
    first = {}
    for row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        kind, folio = int(row[at["tipo doc"]]), row[at["folio"]]
        rut = row[at.get("rut proveedor", at.get("rut cliente"))]
        first.setdefault((kind, rut, folio), row)  # rows that follow have but another tax
    sums = Counter()
    for (kind, _, _), row in first.items():
        sign = -1 if kind in CREDIT else 1
        sums["documents"] += 1
        for name, headings in {
            "net": ["monto neto"], "exempt": ["monto exento"], "total": ["monto total"],
            "iva": ["monto iva recuperable", "monto iva"],
        }.items():
            cell = next((row[at[h]] for h in headings if h in at), "") or "0"
            sums[name] += sign * int(cell)
    got = json.load(open(said, encoding="utf-8"))
    for name, value in sums.items():
        if got[name] != value:
            differ(f"{path}: {name}", got[name], value)
    print(f"{path}: {sums['documents']} documents add up to {sums['total']}")


if __name__ == "__main__":
    {"database": database, "f29": f29, "csv": export}[sys.argv[1]](*sys.argv[2:])
