"""coincurve behind the Spontan adapter protocol, version 1: `ecdh.shared_secret` alone, as a second opinion on the curve.

coincurve is libsecp256k1 for Python. Its `PrivateKey.ecdh` gives SHA-256 of the compressed shared point, which is
BOLT 4's secret; its `PublicKey.multiply` gives the point and so x.
"""

import json
import sys
from importlib.metadata import version

from coincurve import PrivateKey, PublicKey

HELLO = {
    "type": "hello",
    "protocol": 1,
    "implementation": {"name": "coincurve", "version": version("coincurve"), "language": "python"},
    "operations": ["ecdh.shared_secret"],
    "window": 64,
}


def answer(case):
    seq, given = case["seq"], case["input"]
    if case["operation"] != "ecdh.shared_secret":
        return {"seq": seq, "unsupported": f"this adapter has no {case['operation']}"}
    secret, public = bytes.fromhex(given["secret_key"]), bytes.fromhex(given["public_key"])
    try:
        shared_secret = PrivateKey(secret).ecdh(public)
        point = PublicKey(public).multiply(secret).format()
    except ValueError as refused:  # What the library raises on a key that it refuses, with its own words.
        return {"seq": seq, "reject": {"reason": str(refused)}}
    except Exception as accident:
        return {"seq": seq, "error": f"{type(accident).__name__}: {accident}"}
    return {"seq": seq, "accept": {"shared_secret": shared_secret.hex(), "x": point[1:].hex()}}


for line in sys.stdin.buffer:
    message = json.loads(line)
    reply = HELLO if message["type"] == "hello" else answer(message)
    sys.stdout.buffer.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()
