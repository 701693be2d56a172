"""coincurve behind the Spontan adapter protocol, version 1: `ecdh.shared_secret` and `offline.derive`, as a second opinion
on the curve.

coincurve is libsecp256k1 for Python. Its `PrivateKey.ecdh` gives SHA-256 of the compressed shared point, which is
BOLT 4's secret; its `PublicKey.multiply` gives the point and so x.
"""

import hashlib
import hmac
import json
import sys
from importlib.metadata import version

from coincurve import PrivateKey, PublicKey

HELLO = {
    "type": "hello",
    "protocol": 1,
    "implementation": {"name": "coincurve", "version": version("coincurve"), "language": "python"},
    "operations": ["ecdh.shared_secret", "offline.derive"],
    "window": 64,
}


def written(amount, encoding):
    """The amount's bytes for its HMAC."""
    if encoding == "decimal":
        return str(amount).encode()
    length = (amount.bit_length() + 7) // 8 if encoding == "tu64" else 8
    return amount.to_bytes(length, "little" if encoding == "u64_little_endian" else "big")


def derive(shared_secret, point, given):
    secret = point[1:] if given["secret"] == "x" else shared_secret
    amount = int(given["amount"])
    message = written(amount, given["amount_encoding"])
    key, message = (secret, message) if given["hmac_key"] == "secret" else (message, secret)
    preimage = hmac.digest(key, message, "sha256")
    channel = written(amount, "u64_little_endian" if given["amount_encoding"] == "u64_little_endian" else "u64")
    return {
        "preimage": preimage.hex(),
        "payment_hash": hashlib.sha256(preimage).hexdigest(),
        "short_channel_id": channel.hex(),
    }


def answer(case):
    seq, given = case["seq"], case["input"]
    if case["operation"] not in HELLO["operations"]:
        return {"seq": seq, "unsupported": f"this adapter has no {case['operation']}"}
    secret, public = bytes.fromhex(given["secret_key"]), bytes.fromhex(given["public_key"])
    try:
        shared_secret = PrivateKey(secret).ecdh(public)
        point = PublicKey(public).multiply(secret).format()
    except ValueError as refused:  # What the library raises on a key that it refuses, with its own words.
        return {"seq": seq, "reject": {"reason": str(refused)}}
    except Exception as accident:
        return {"seq": seq, "error": f"{type(accident).__name__}: {accident}"}
    if case["operation"] == "offline.derive":
        return {"seq": seq, "accept": derive(shared_secret, point, given)}
    return {"seq": seq, "accept": {"shared_secret": shared_secret.hex(), "x": point[1:].hex()}}


for line in sys.stdin.buffer:
    message = json.loads(line)
    reply = HELLO if message["type"] == "hello" else answer(message)
    sys.stdout.buffer.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()
