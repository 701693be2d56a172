#!/usr/bin/env python3
"""An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.

It needs Python 3.8 or later and nothing else. `bigsize_decode` below already works, so your first suite is green. Let
it call your own code, then add one operation after another. Spontan's docs/protocol.md describes the protocol. Stdout
belongs to the protocol: print to stderr.
"""

import json
import sys


class Reject(Exception):
    """The implementation refuses the input; the message is the reason."""


def bigsize_decode(given):
    """Reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread."""
    data = bytes.fromhex(given["bytes"])
    if not data:
        raise Reject("bigsize_truncated")
    width, least = {0xFD: (2, 0xFD), 0xFE: (4, 1 << 16), 0xFF: (8, 1 << 32)}.get(data[0], (0, 0))
    if width == 0:
        return {"value": str(data[0]), "length": 1}
    if len(data) < 1 + width:
        raise Reject("bigsize_truncated")
    value = int.from_bytes(data[1 : 1 + width], "big")
    if value < least:
        raise Reject("bigsize_not_minimal")
    return {"value": str(value), "length": 1 + width}


# What this adapter can answer. Only these operations are asked.
OPERATIONS = {
    "bigsize.decode": bigsize_decode,
}

HELLO = {
    "type": "hello",
    "protocol": 1,
    "implementation": {"name": "my-node", "version": "0.1.0", "language": "python"},
    "operations": list(OPERATIONS),
    # This many cases may wait in the pipe; they are still answered one after another.
    "window": 64,
}


def answer(message):
    """The answer to one case: exactly one of accept, reject, unsupported and error."""
    operation = OPERATIONS.get(message["operation"])
    if operation is None:
        return {"unsupported": "not written yet"}
    try:
        return {"accept": operation(message["input"])}
    except Reject as refused:
        return {"reject": {"reason": str(refused)}}
    except Exception as broken:  # The adapter's own mistakes are errors, never rejections.
        return {"error": f"{type(broken).__name__}: {broken}"}


def main():
    for line in sys.stdin.buffer:
        message = json.loads(line)
        reply = HELLO if message["type"] == "hello" else {"seq": message["seq"], **answer(message)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
