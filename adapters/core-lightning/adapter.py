"""Core Lightning's Python packages behind the Spontan adapter protocol, version 1.

What lives here: the translation between protocol messages (docs/protocol.md) and three packages that
the Core Lightning project publishes: pyln-proto (BigSize, the TLV reader, keys, the onion), and
pyln-bolt1 and pyln-bolt4, which hold the TLV definitions of those BOLTs for that reader. Every verdict,
number and byte comes out of them. This file maps names and formats and holds no rule of any spec: where
the packages are laxer than a BOLT, so is this adapter, and known-failures.toml says so.
"""

import contextlib
import json
import sys
from importlib.metadata import version
from io import BytesIO

from pyln.proto.message import MessageNamespace
from pyln.proto.message.fundamental_types import BigSizeType
from pyln.proto.onion import RawPayload, RoutingOnion, SphinxHop, SphinxPath
from pyln.proto.primitives import PrivateKey, PublicKey, Secret
from pyln.proto.wire import ecdh
from pyln.spec import bolt1, bolt4

# pyln-bolt4 was made from the BOLT 4 of 2022. These lines, in its own notation, add the records that
# BOLT 4 and bLIP 3 have had since; the reader that applies them is pyln-proto's all the same.
PAYLOAD_TYPES_SINCE_2022 = [
    "tlvtype,tlv_payload,encrypted_recipient_data,10",
    "tlvdata,tlv_payload,encrypted_recipient_data,encrypted_data,byte,...",
    "tlvtype,tlv_payload,current_path_key,12",
    "tlvdata,tlv_payload,current_path_key,path_key,point,",
    "tlvtype,tlv_payload,total_amount_msat,18",
    "tlvdata,tlv_payload,total_amount_msat,total_msat,tu64,",
    "tlvtype,tlv_payload,keysend_preimage,5482373484",
    "tlvdata,tlv_payload,keysend_preimage,preimage,byte,32",
]

STREAMS = {
    "n1": bolt1.namespace.get_tlvtype("n1"),
    "n2": bolt1.namespace.get_tlvtype("n2"),
    "payload": MessageNamespace(bolt4.csv + PAYLOAD_TYPES_SINCE_2022).get_tlvtype("tlv_payload"),
}

# What the TLV reader says of a stream that it refuses, and the reason that it means. It says "not enough
# bytes" of a cut BigSize and of a cut integer alike; the name beside it tells which.
TLV_REASONS = [
    ("truncated tlv_len field", "length_truncated"),
    ("truncated tlv", "value_truncated"),
    ("encoding is not minimal", "value_not_minimal"),
    ("is too long for", "value_wrong_length"),
    ("not enough remaining", "value_wrong_length"),
    ("short read", "value_wrong_length"),
    ("not enough bytes u", "value_wrong_length"),
    ("not enough bytes short_channel_id", "value_wrong_length"),
]

HELLO = {
    "type": "hello",
    "protocol": 1,
    "implementation": {
        "name": "core-lightning-pyln",
        "version": version("pyln-proto"),
        "language": "python",
    },
    "operations": [
        "bigsize.decode",
        "bigsize.encode",
        "tlv.decode",
        "ecdh.shared_secret",
        "onion.construct",
        "onion.peel",
    ],
    # The TLV reader keeps records of unknown types for its caller, from 65536 on as below.
    "policies": {"custom_even_records": "accept"},
    "omits": ["ecdh.shared_secret.x"],
    "failure_detail": "none",
    "window": 64,
}


class Rejected(Exception):
    """The library refused the input."""


class Unsupported(Exception):
    """The library has nothing that could answer."""


def words(error):
    """What an exception of the library says. Some carry a format string and its value, not yet joined."""
    said = " ".join(str(part) for part in error.args).replace("{}: ", "")
    return said or type(error).__name__


@contextlib.contextmanager
def refusing(reason, *kinds):
    """Take a ValueError (and `kinds`) of the library as its verdict, for `reason` or, without one, in its
    own words. Any other exception was no decision of the library's and becomes an `error`."""
    try:
        yield
    except (ValueError, *kinds) as error:
        raise Rejected(reason or words(error)) from error


def secret_key(value):
    with refusing("secret_key_invalid"):
        return PrivateKey(bytes.fromhex(value))


def public_key(value):
    with refusing("public_key_invalid"):
        return PublicKey(bytes.fromhex(value))


def bigsize_decode(given):
    stream = BytesIO(bytes.fromhex(given["bytes"]))
    # Its one way to refuse is "not enough bytes"; None is its word for the end of the stream.
    with refusing("bigsize_truncated"):
        value = BigSizeType.read(stream)
    if value is None:
        raise Rejected("bigsize_truncated")
    return {"value": str(value), "length": stream.tell()}


def bigsize_encode(given):
    stream = BytesIO()
    BigSizeType.write(stream, int(given["value"]))
    return {"bytes": stream.getvalue().hex()}


def tlv_decode(given):
    stream_type = STREAMS.get(given["namespace"])
    if stream_type is None:
        raise Unsupported(f"no TLV definitions for namespace {given['namespace']}")
    try:
        with refusing(None):
            values = stream_type.read(BytesIO(bytes.fromhex(given["stream"])), {})
    except Rejected as refusal:
        said = str(refusal)
        raise Rejected(next((reason for part, reason in TLV_REASONS if part in said), said)) from refusal

    records = []
    for name, value in values.items():
        record = stream_type.find_field(name)
        if record is None:
            continue  # The library keeps records of unknown types under their number.
        again = BytesIO()
        # It gives fields, not bytes: the library's own writer makes the bytes again. An integer that is
        # missing altogether is None to it, which has no bytes.
        if value is not None:
            record.write(again, value, value)
        records.append({"type": str(record.number), "value": again.getvalue().hex()})
    return {"records": records}


def ecdh_shared_secret(given):
    private, public = secret_key(given["secret_key"]), public_key(given["public_key"])
    return {"shared_secret": ecdh(private, public).data.hex()}


def onion_construct(given):
    hops = []
    for hop in given["hops"]:
        payload = RawPayload()  # Sets the length before the bytes and leaves them as they are.
        payload.content = bytes.fromhex(hop["payload"])
        hops.append(SphinxHop(public_key(hop["public_key"]), payload.to_bytes(include_prefix=True)))
    # Secret checks its length with an assertion, and the scalar is checked where it becomes a key. Other
    # assertions, inside compile(), are about its own buffers and no verdict on the input.
    with refusing("session_key_invalid", AssertionError):
        session_key = Secret(bytes.fromhex(given["session_key"]))
    path = SphinxPath(hops, bytes.fromhex(given["associated_data"]), session_key)
    with refusing("session_key_invalid"):
        packet = path.compile()
    return {"packet": packet.to_bin().hex()}


def onion_peel(given):
    if "path_key" in given:
        raise Unsupported("pyln-proto has no blinded paths")
    node = secret_key(given["node_secret"])
    try:
        onion = RoutingOnion.from_bin(bytes.fromhex(given["packet"]))
    except ValueError as error:
        # Of the two things that from_bin looks at, it names the size; the rest comes from the key.
        wrong_size = "size mismatch" in str(error)
        raise Rejected("packet_length" if wrong_size else "public_key_invalid") from error
    try:
        payload, following = onion.unwrap(node, bytes.fromhex(given["associated_data"]))
    except ValueError as error:
        raise Rejected("hmac_mismatch" if "HMAC does not match" in str(error) else words(error)) from error
    except AssertionError as error:
        # The one assertion on this way is RoutingOnion's own check of what is left for the next node.
        raise Rejected("payload_length_too_long") from error
    peeled = {
        "final": following is None,
        "payload": payload.to_bytes(include_prefix=False).hex(),
        # What unwrap() computes first, by the same call; it does not hand it out.
        "shared_secret": ecdh(node, onion.ephemeralkey).data.hex(),
    }
    if following is not None:
        peeled["next_packet"] = following.to_bin().hex()
    return peeled


OPERATIONS = {
    "bigsize.decode": bigsize_decode,
    "bigsize.encode": bigsize_encode,
    "tlv.decode": tlv_decode,
    "ecdh.shared_secret": ecdh_shared_secret,
    "onion.construct": onion_construct,
    "onion.peel": onion_peel,
}


def answer(case):
    """One case in, one answer out, whatever happens in between."""
    try:
        operation = OPERATIONS.get(case["operation"])
        if operation is None:
            raise Unsupported(f"pyln has no {case['operation']}")
        return {"seq": case["seq"], "accept": operation(case["input"])}
    except Rejected as refusal:
        return {"seq": case["seq"], "reject": {"reason": str(refusal)}}
    except Unsupported as nothing:
        return {"seq": case["seq"], "unsupported": str(nothing)}
    except (KeyboardInterrupt, SystemExit):
        raise
    # BaseException: a panic in the Rust part of `cryptography` is not an Exception.
    except BaseException as error:
        return {"seq": case["seq"], "error": f"{type(error).__name__}: {words(error)}"}


def main():
    # Bytes, not text: one encoding and one line ending on every platform.
    for line in sys.stdin.buffer:
        try:
            message = json.loads(line)
            reply = HELLO if message["type"] == "hello" else answer(message)
        except (ValueError, KeyError, TypeError) as error:
            # No seq to answer to, so only people can be told.
            print(f"not a message: {error!r}: {line[:200]!r}", file=sys.stderr)
            continue
        sys.stdout.buffer.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
