#!/usr/bin/env python3
"""Lets every payer pay every payee, and writes who could.

Each adapter that sends (`keysend.send`, `shared_secret.send`) makes the same payments over routes of 1, 2, 5 and 20
hops, without and with custom records. The hops before the last are peeled by the neutral implementation in
tests/independent. The packet that arrives is put to each adapter that receives: a payment counts as claimed if the
payee claims it with the preimage of its payment hash, and nothing else counts. An adapter that receives no such
payments but peels onions is asked whether the packet decrypts to the same payload; one that sends none but constructs
onions is given the payloads. What was not asked is a dash.
"""

import argparse
import collections
import functools
import hashlib
import importlib.util
import json
import sys
from pathlib import Path

from adapter_process import Adapter
from cross_page import CLAIMED, CONSTRUCTED, NOT_OFFERED, PEELED, SENT, markdown

HEIGHT, EXPIRY, AMOUNT = 800_000, 800_144, 100_000
ROUTES = (1, 2, 5, 20)
CUSTOM_RECORDS = [{"type": "7629169", "value": b'{"action":"boost"}'.hex()}, {"type": "5482373485", "value": ""}]
SCHEMES = {  # the page's heading: operations' prefix, profile
    "keysend": ("keysend", None),
    "shared secret, profile bolt4": ("shared_secret", "bolt4"),
    "shared secret, profile x-only": ("shared_secret", "x-only"),
}


def load_network():
    """The second implementation of the tests, as the network between payer and payee."""
    path = Path(__file__).resolve().parent.parent / "tests" / "independent" / "adapter.py"
    spec = importlib.util.spec_from_file_location("independent", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NETWORK = load_network()


# ---------------------------------------------------------------- payments

Payment = collections.namedtuple("Payment", "name secrets given")
Arrived = collections.namedtuple("Arrived", "payment_hash packet peeled")


def secret(label):
    return hashlib.sha256(f"spontan/cross/{label}".encode()).hexdigest()


@functools.lru_cache(maxsize=None)
def public_key(secret_key):
    return NETWORK.ser_point(NETWORK.multiply(int(secret_key, 16), NETWORK.G)).hex()


def payments(scheme, profile):
    """The payments that every payer of a scheme is asked for. Keys and preimages come from labels."""
    made = []
    for hops in ROUTES:
        secrets = [secret(f"node/{index}") for index in range(hops - 1)] + [secret("payee")]
        route = []
        for index, key in enumerate(secrets):
            # The hop before the last forwards what the last receives; each one before takes 1000 msat and 40 blocks.
            paid = max(hops - 2 - index, 0)
            hop = {
                "public_key": public_key(key),
                "amt_to_forward": str(AMOUNT + 1000 * paid),
                "outgoing_cltv_value": EXPIRY + 40 * paid,
            }
            if index < hops - 1:
                hop["short_channel_id"] = f"0c35000000{index:02x}0001"
            route.append(hop)
        for suffix, records in (("", []), (", custom records", CUSTOM_RECORDS)):
            name = f"{hops} hop{'s' if hops > 1 else ''}{suffix}"
            session_key = secret(f"{scheme}/{profile}/{name}/session")
            given = {"session_key": session_key, "hops": route, "custom_records": records}
            if scheme == "keysend":
                given["preimage"] = secret(f"{scheme}/{name}/preimage")
            else:
                given["profile"] = profile
            made.append(Payment(name, secrets, given))
    return made


def words(answer):
    """An answer that is no acceptance, in a few words."""
    if "reject" in answer:
        code = answer["reject"].get("code")
        return f"rejects: {answer['reject'].get('reason')}" + (f" ({code})" if code else "")
    for key in ("unsupported", "error"):
        if key in answer:
            return f"{key}: {answer[key]}"
    return f"no answer of the protocol: {str(answer)[:200]}"


def pay(payer, scheme, payment):
    """What a payer's answer holds: payment hash and packet. Raises ValueError with what it did instead."""
    if payer.offers(f"{scheme}.send"):
        answer, known = payer.ask(f"{scheme}.send", payment.given), {}
    else:
        right = NETWORK.send(payment.given, scheme == "keysend")
        _, payloads = NETWORK.route_payloads(payment.given["hops"], [])
        payloads[-1] = bytes.fromhex(right["final_payload"])
        answer, known = payer.ask("onion.construct", {
            "session_key": payment.given["session_key"],
            "associated_data": right["payment_hash"],
            "hops": [
                {"public_key": hop["public_key"], "payload": payload.hex()}
                for hop, payload in zip(payment.given["hops"], payloads)
            ],
        }), {"payment_hash": right["payment_hash"]}
    if not isinstance(answer.get("accept"), dict):
        raise ValueError(words(answer))
    return {**answer["accept"], **known}


def deliver(payment, accepted):
    """Takes a payer's packet through the hops before the last. Raises ValueError if it gets lost on the way."""
    try:
        payment_hash, packet = bytes.fromhex(accepted["payment_hash"]), bytes.fromhex(accepted["packet"])
    except (KeyError, TypeError, ValueError):
        raise ValueError("the payer's answer has no payment_hash and packet") from None
    peeled = None
    for number, key in enumerate(payment.secrets, start=1):
        try:
            peeled = NETWORK.peel(int(key, 16), packet, payment_hash)
        except NETWORK.Reject as refused:
            raise ValueError(f"lost at hop {number} of {len(payment.secrets)}: {refused.reason}") from None
        is_last = number == len(payment.secrets)
        if peeled.final != is_last:
            told = "" if peeled.final else "not "
            raise ValueError(f"hop {number} of {len(payment.secrets)} is {told}told that it is the last")
        if not is_last:
            packet = peeled.next
    told = {"payload": peeled.payload.hex(), "final": True, "shared_secret": peeled.ss.hex()}
    return Arrived(payment_hash, packet, told)


# ---------------------------------------------------------------- verdicts


def claimed(payee, operation, profile, payment, arrived):
    """Empty if the payee claims the payment with the right preimage, else what it did instead."""
    answer = payee.ask(operation, {
        "node_secret": payment.secrets[-1],
        "height": HEIGHT,
        "settings": {"keysend": "accept", "shared_secret": profile or "off", "min_final_cltv_expiry_delta": 18},
        "htlc": {
            "amount_msat": str(AMOUNT),
            "cltv_expiry": EXPIRY,
            "payment_hash": arrived.payment_hash.hex(),
            "packet": arrived.packet.hex(),
        },
        "peeled": arrived.peeled,
    })
    accept = answer.get("accept")
    if not isinstance(accept, dict):
        return words(answer)
    if accept.get("outcome") != "claimed":
        return f"is {accept.get('outcome')}, not claimed"
    try:
        preimage = bytes.fromhex(accept["preimage"])
    except (KeyError, TypeError, ValueError):
        return "claims without a preimage"
    if len(preimage) != 32 or hashlib.sha256(preimage).digest() != arrived.payment_hash:
        return "claims with a wrong preimage"
    return ""


def same_payload(payee, payment, arrived):
    """Empty if the payee peels the packet to what the network peels it to, else what it did instead."""
    answer = payee.ask("onion.peel", {
        "node_secret": payment.secrets[-1],
        "packet": arrived.packet.hex(),
        "associated_data": arrived.payment_hash.hex(),
    })
    accept = answer.get("accept")
    if not isinstance(accept, dict):
        return words(answer)
    wrong = [
        field for field, value in arrived.peeled.items()
        if not payee.omits(f"onion.peel.{field}") and accept.get(field) != value
    ]
    return f"peels to another {', '.join(wrong)}" if wrong else ""


def run_scheme(scheme, profile, adapters):
    """The rows of one scheme: for each payer what it made, and for each payee a cell."""
    rows = []
    for payer in adapters:
        if payer.offers(f"{scheme}.send", profile):
            kind = SENT
        elif not payer.offers(f"{scheme}.send") and payer.offers("onion.construct"):
            kind = CONSTRUCTED
        else:
            continue
        made, not_made = [], {}
        for payment in payments(scheme, profile):
            try:
                made.append((payment, deliver(payment, pay(payer, scheme, payment))))
            except ValueError as lost:
                not_made[payment.name] = str(lost)
        cells = {payee.name: judge(payee, scheme, profile, made) for payee in adapters}
        asked = len(made) + len(not_made)
        row = {"payer": payer.name, "kind": kind, "asked": asked, "made": len(made), "not_made": not_made}
        rows.append({**row, "payees": cells})
    return rows


def judge(payee, scheme, profile, made):
    """One cell: what the payee was asked, how many payments passed, and what it did with each of the others."""
    if payee.offers(f"{scheme}.receive", profile):
        kind = CLAIMED
        verdicts = {p.name: claimed(payee, f"{scheme}.receive", profile, p, arrived) for p, arrived in made}
    elif payee.offers("onion.peel"):
        kind = PEELED
        verdicts = {p.name: same_payload(payee, p, arrived) for p, arrived in made}
    else:
        kind, verdicts = NOT_OFFERED, {}
    failures = {name: verdict for name, verdict in verdicts.items() if verdict}
    return {"kind": kind, "passed": len(verdicts) - len(failures), "of": len(verdicts), "failures": failures}


# ---------------------------------------------------------------- command line


def command_line(text):
    name, equals, command = text.partition("=")
    if not (name and equals and command.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=COMMAND, as in ldk=adapters/ldk/adapter.sh")
    return name, command


def cross(commands, timeout):
    """Runs everything. `commands` is a list of (name, command line)."""
    adapters, not_started = [], {}
    try:
        for name, command in commands:
            try:
                adapters.append(Adapter(name, command, timeout))
            except (OSError, ValueError) as error:
                not_started[name] = str(error)
        schemes = {title: run_scheme(*scheme, adapters) for title, scheme in SCHEMES.items()}
    finally:
        for adapter in adapters:
            adapter.finish()
    about = {adapter.name: adapter.hello["implementation"] for adapter in adapters}
    return {"format": "spontan-cross/1", "schemes": schemes, "implementations": about, "not_started": not_started}


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit codes: 0 all was run, whatever the cells say; 1 an adapter did not start; 2 wrong usage.\n\n"
        "Example:\n  scripts/cross.py --output docs/results 'reference=spontan adapter' ldk=adapters/ldk/adapter.sh",
    )
    parser.add_argument(
        "adapters", metavar="NAME=COMMAND", nargs="+", type=command_line, help="a name for the page and a command line"
    )
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="write cross.md and cross.json there (default: the page to stdout)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=30, help="how long one answer may take (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    names = [name for name, _ in options.adapters]
    if len(set(names)) < len(names):
        parser.error("two adapters have the same name")
    result = cross(options.adapters, options.timeout)
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "cross.md").write_text(markdown(result, ROUTES), encoding="utf-8")
        (options.output / "cross.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    else:
        print(markdown(result, ROUTES), end="")
    return 1 if result["not_started"] else 0


if __name__ == "__main__":
    sys.exit(main())
