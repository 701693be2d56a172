#!/usr/bin/env python3
"""Writes docs/results/README.md from the results of `spontan check --report json=…`, and blanks what is held back.

Usage: results.py SPONTAN DIRECTORY [LEFT_OUT]

DIRECTORY holds a NAME.json for each implementation; a daemon that was asked over the wire is called as in DAEMONS. LEFT_OUT
is a file of lines "NAME: why" for those that were not run. A case whose known-failures entry says "Held back" is kept without its answer: where money or a node's life may depend on a
difference, the implementation's authors hear of it first.
"""

import json
import pathlib
import subprocess
import sys

# Daemons over the wire, and the adapter behind which their library was asked.
DAEMONS = {
    "lnd-over-the-wire": "lnd",
    "ldk-over-the-wire": "ldk-channel-manager",
    "core-lightning-over-the-wire": "core-lightning",
    "eclair-over-the-wire": "eclair",
}
# So many cases of one difference are named; the others are counted.
NAMED = 6

# A row of the page: a question to the payee, and the case that asks it.
ROWS = [
    ("an ordinary keysend", "keysend.receive/minimal"),
    ("keysend switched off", "keysend.receive/switched-off"),
    ("a record of 31 bytes", "keysend.receive/preimage-31-bytes"),
    ("a preimage that does not fit", "keysend.receive/preimage-last-bit-flipped"),
    ("payment_data with the total equal to the amount", "keysend.receive/payment-data-equal"),
    ("payment_data with twice the amount as total", "keysend.receive/payment-data-total-twice"),
    ("payment_data with a total of 0", "keysend.receive/payment-data-total-0"),
    ("neither a record nor payment_data", "keysend.receive/no-record"),
    ("payment_metadata beside the record", "keysend.receive/payment-metadata-of-3-bytes"),
    ("a short channel id at the final node", "keysend.receive/short-channel-id"),
    ("an even custom record", "keysend.receive/even-custom-65536"),
    ("an even reserved record (type 102)", "keysend.receive/even-102"),
    ("an odd record of type 2^63 + 1", "keysend.receive/odd-9223372036854775809"),
    ("one msat less than amt_to_forward", "keysend.receive/amount-one-less"),
    ("amt_to_forward above 21 million bitcoin", "keysend.receive/amount-above-21-million-bitcoin"),
    ("an expiry before outgoing_cltv_value", "keysend.receive/expiry-one-below-outgoing"),
    ("an expiry one block too soon", "keysend.receive/expiry-height-plus-17"),
    ("an expiry 65536 blocks ahead", "keysend.receive/expiry-2-to-16-above-height"),
    ("the record twice", "keysend.receive/keysend-twice"),
    ("a type in a longer form than it needs", "keysend.receive/type-not-minimal"),
    ("a total_amount_msat", "keysend.receive/total-amount-msat"),
    ("an all-zero preimage", "keysend.receive/preimage-all-zero"),
    ("a payload length of 0", "keysend.receive/payload-length-0"),
    ("a payload length of 1", "keysend.receive/payload-length-1"),
    ("a payload that reaches one byte beyond hop_payloads", "keysend.receive/payload-length-1266"),
    ("a packet version of 1", "keysend.receive/packet-version-1"),
    ("a flipped bit in the HMAC", "keysend.receive/packet-hmac-flipped"),
    ("a public key with the prefix 04", "keysend.receive/packet-public-key-prefix-04"),
    ("a path key that the packet was not made for", "keysend.receive/path-key"),
    ("a second keysend with a claimed preimage", "node.sequence/second-keysend-same-preimage"),
    ("the same onion again", "node.sequence/replay-after-claim"),
    ("one session key in two onions", "node.sequence/same-session-key-twice"),
    ("an invoice's preimage by keysend, without its secret", "node.sequence/invoice-and-keysend-right"),
    ("an invoice paid twice", "node.sequence/invoice-paid-twice"),
    ("parts with different totals", "node.sequence/totals-differ"),
    ("parts that pay more than their amt_to_forward", "node.sequence/amount-is-not-amt-to-forward"),
]


def is_held_back(result):
    return result.get("known", {}).get("why", "").startswith(("Held back", "Refused, but not with"))


def blanked(result):
    """A result without what the implementation answered."""
    kept = {key: result[key] for key in ("id", "status", "outcome", "level", "runs", "failed", "known")}
    return {**kept, "message": "held back", "actual": {"error": "held back"}}


def one(answer):
    """An answer in a few words: a verdict with its code, or what became of each HTLC."""
    if "accept" in answer:
        accept = answer["accept"]
        if isinstance(accept, dict) and "outcomes" in accept:
            return ", ".join(
                outcome["outcome"] + (f" {code(outcome)}" if outcome["outcome"] == "failed" else "")
                for event in accept["outcomes"]
                for outcome in event
            )
        return accept.get("outcome", "accepted") if isinstance(accept, dict) else "accepted"
    if "reject" in answer:
        return code(answer["reject"]) or "rejected"
    return "cannot be asked" if "unsupported" in answer else "error"


def code(refusal):
    """The code of an answer, or those that are allowed."""
    return refusal.get("code") or "/".join(refusal.get("codes") or [])


def expected(case, policies):
    """What a case expects of an implementation with these policies."""
    # A policy that is not declared has its default, which is that of the first expectation that names it.
    defaults = {}
    for expectation in case["expect"]:
        defaults = {**expectation.get("when", {}), **defaults}
    chosen = {**defaults, **policies}
    applies = lambda one: all(chosen[policy] == value for policy, value in one.get("when", {}).items())
    expectation = next(one for one in case["expect"] if applies(one))
    return {key: expectation[key] for key in ("accept", "reject") if key in expectation}


def cell(result, case, policies):
    # A daemon is asked a part of the suites.
    if result is None or result["status"] == "not_run":
        return ""
    if is_held_back(result):
        return "held back"
    if result["status"] == "passed":
        return one(expected(case, policies))
    words = one(result["actual"]) if "actual" in result else result["outcome"].replace("_", " ")
    if words == "cannot be asked":
        return words
    # The code is right, and what comes with it is not.
    return f"**{words}** (data)" if result["outcome"] == "wrong_data" else f"**{words}**"


def answers(result, cases):
    """What an implementation answered, in a few words each, by case."""
    policies = result["hello"].get("policies", {})
    by_case = {one["id"]: one for one in result["results"]}
    return {case_id: cell(by_case.get(case_id), case, policies) for case_id, case in cases.items()}


def differences(library, daemon, cases):
    """Where a daemon answers otherwise than its library, as rows: cases, expected, library, daemon."""
    # An error is no answer.
    silent = ("", "cannot be asked", "held back", "**error**")
    groups = {}
    for case_id, case in cases.items():
        ours, theirs = library[case_id], daemon[case_id]
        if ours != theirs and ours not in silent and theirs not in silent:
            groups.setdefault((one(expected(case, {})), ours, theirs), []).append(case_id)
    for (wanted, ours, theirs), ids in sorted(groups.items(), key=lambda group: group[1][0]):
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        yield ", ".join(f"`{case_id}`" for case_id in ids[:NAMED]) + more, wanted, ours, theirs


def page(results, cases, left_out):
    lines = [
        "# Results",
        "",
        "<!-- Written by scripts/matrix.sh. -->",
        "",
        "What was run, and the answers. [matrix.html](matrix.html) has every case, [cross.md](cross.md) who can pay whom,",
        "[findings](../findings.md) what to make of it. *Asked*: the cases of the operations, profiles and fields that the",
        "adapter declares. *Known*: not as expected, with a reason in the adapter's `known-failures.toml`; what the library",
        "cannot be asked is among them. *Over the wire*: a daemon that runs, asked `keysend.receive` and `node.sequence`",
        "([running-node](../running-node.md)).",
        "",
        f"| adapter | implementation | version | of {len(cases)} cases asked | as expected | known |",
        "|---|---|---|---|---|---|",
    ]
    for name, result in results.items():
        about, counts = result["hello"]["implementation"], result["counts"]
        asked = len(result["results"]) - counts["not_run"]
        share = f"{asked} ({100 * asked // len(cases)} %)"
        lines.append(
            f"| {name} | {about['name']} | {about['version']} | {share} | {counts['passed']} | {counts['known']} |"
        )
    lines += [f"\nLeft out: {line}" for line in left_out]
    payees = [
        name for name, result in results.items()
        if {"keysend.receive", "node.sequence"} & set(result["hello"]["operations"])
        and name not in ("reference", "independent")
    ]
    # A daemon stands beside its library.
    payees.sort(key=lambda name: (DAEMONS.get(name, name), name in DAEMONS))
    answered = {name: answers(results[name], cases) for name in payees}
    lines += [
        "",
        "## How payees answer",
        "",
        "A word or a failure code (hex). Where the specs allow several codes, all are given; which of them was answered is not shown. **Bold**: not what",
        "the vectors expect; *(data)*: only the failure's data, or that of one HTLC, differs. Empty: not asked. Some answers depend on",
        "a policy that the adapter declares.",
        "",
        "| | expected | " + " | ".join(payees) + " |",
        "|---" * (len(payees) + 2) + "|",
    ]
    for title, case_id in ROWS:
        cells = " | ".join(answered[name][case_id] for name in payees)
        lines.append(f"| {title} (`{case_id.split('/', 1)[1]}`) | {one(expected(cases[case_id], {}))} | {cells} |")
    for daemon, library in DAEMONS.items():
        if daemon not in answered or library not in answered:
            continue
        lines += [
            "",
            f"## {results[daemon]['hello']['implementation']['name']} over the wire, and as a library",
            "",
            f"Where {daemon} answers otherwise than {library}. [Findings](../findings.md#over-the-wire) says what each comes from. Cases that ended in an error are left out.",
            "",
            "| cases | expected | library | over the wire |",
            "|---|---|---|---|",
        ]
        rows = differences(answered[library], answered[daemon], cases)
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def for_the_matrix(name, result):
    """A daemon has a column of its own name, and its command is the script's: ports, keys and folders were those of one run."""
    if name not in DAEMONS:
        return result
    implementation = {**result["hello"]["implementation"], "name": name}
    command = ["scripts/wire.sh", name.removesuffix("-over-the-wire")]
    return {**result, "adapter": command, "hello": {**result["hello"], "implementation": implementation}}


def main(spontan, directory, left_out=None):
    directory = pathlib.Path(directory)
    exported = json.loads(subprocess.run([spontan, "vectors", "export", "--format", "json"], check=True, stdout=subprocess.PIPE).stdout)
    cases = {case["id"]: case for suite in exported["suites"] for case in suite["cases"]}
    results = {}
    for path in sorted(directory.glob("*.json"), key=lambda path: path.stem):
        result = json.loads(path.read_text())
        if result.get("format") != "spontan-result/2":
            continue
        result["results"] = [blanked(one) if is_held_back(one) else one for one in result["results"]]
        results[path.stem] = result
        path.write_text(json.dumps(for_the_matrix(path.stem, result), ensure_ascii=False) + "\n")
    lines = pathlib.Path(left_out).read_text().splitlines() if left_out else []
    (directory / "README.md").write_text(page(results, cases, lines))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__.strip())
    main(*sys.argv[1:])
