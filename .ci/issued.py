"""Judges a document or envelope that was issued, with nothing of this project.

issued.py FILE KEY.pem: the lines are short enough for the gateway, each stamp
verifies with the key in its CAF, and each CAF with KEY.
"""

import base64
import hashlib
import re
import subprocess
import sys

SHA1 = bytes.fromhex("3021300906052b0e03021a05000414")


def public(path):
    out = subprocess.run(["openssl", "rsa", "-pubin", "-in", path, "-text", "-noout"], check=True, capture_output=True, text=True).stdout
    modulus = re.search(r"Modulus:\s*([0-9a-f:\s]+)Exponent", out).group(1)
    return int(re.sub(r"[\s:]", "", modulus), 16), int(re.search(r"Exponent: (\d+)", out).group(1))


def verifies(text, signature, n, e):
    size = (n.bit_length() + 7) // 8
    block = pow(int.from_bytes(base64.b64decode(signature), "big"), e, n).to_bytes(size, "big")
    digest = SHA1 + hashlib.sha1(text).digest()
    return block == b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest


def between(text, name):
    return re.search(rb"<%s(?: [^>]*)?>(.*?)</%s>" % (name, name), text, re.S).group(1)


def main(path, key):
    data = open(path, "rb").read()
    data.decode("iso-8859-1")
    longest = max(map(len, data.split(b"\n")))
    if longest > 4000:
        sys.exit(f"{path}: a line of {longest} bytes")
    stamps = re.findall(rb"<TED .*?</TED>", data, re.S)
    if not stamps or len(stamps) != len(re.findall(rb"<DTE ", data)):
        sys.exit(f"{path}: {len(stamps)} stamps")
    for stamp in stamps:
        flat = re.sub(rb">\s+<", b"><", stamp)
        dd, da = (re.search(rb"<%s>.*?</%s>" % (tag, tag), flat, re.S).group(0) for tag in (b"DD", b"DA"))
        n, e = (int.from_bytes(base64.b64decode(between(da, tag)), "big") for tag in (b"M", b"E"))
        if not verifies(dd, between(flat, b"FRMT"), n, e):
            sys.exit(f"{path}: FRMT does not verify")
        if not verifies(da, between(flat, b"FRMA"), *public(key)):
            sys.exit(f"{path}: FRMA does not verify")


main(*sys.argv[1:])
