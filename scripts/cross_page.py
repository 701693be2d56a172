"""The page that cross.py writes: a table of payers and payees for each scheme, below it what went wrong, and versions."""

from adapter_process import ABOUT

CLAIMED, PEELED, NOT_OFFERED = "claimed", "peeled", "not offered"  # What a payee was asked.
SENT, CONSTRUCTED = "sent", "constructed"  # What a payer was asked.


def cell_text(cell):
    if not cell["of"]:
        return "-"
    return ("peeled " if cell["kind"] == PEELED else "") + f"{cell['passed']}/{cell['of']}"


def failures_of(row):
    """The lines below a table: what a row's payer or a payee did instead, payments with the same words together."""
    groups = [(f"{row['payer']} as payer", row["not_made"], row["asked"])]
    groups += [(f"{row['payer']} to {payee}", cell["failures"], cell["of"]) for payee, cell in row["payees"].items()]
    for who, failures, asked in groups:
        together = {}
        for payment, verdict in failures.items():
            together.setdefault(" ".join(verdict.split()), []).append(payment)
        for verdict, names in together.items():
            which = "all" if len(names) == asked else "; ".join(names)
            yield f"- {who}: {verdict} ({which})"


def markdown(result, routes):
    """The page of a result. `routes` are the lengths of the routes."""
    each, lengths = 2 * len(routes), f"{', '.join(map(str, routes[:-1]))} and {routes[-1]}"
    lines = [
        "# Who can pay whom",
        "",
        "<!-- Written by scripts/cross.py. -->",
        "",
        f"Each payer was asked for {each} payments: routes of {lengths} hops, each without and with custom records.",
        "*made*: how many it made that the last hop can peel. A cell: how many of those the payee claimed with the preimage",
        "of the payment hash. *peeled*: the payee does not receive such payments, but peeled this many of their packets to the",
        "same payload. *onion only*: the payer sends no such payments, but made onions of given payloads. `-`: it offers",
        "neither, or no payment was made; nothing was asked.",
    ]
    for scheme, rows in result["schemes"].items():
        lines += ["", f"## {scheme[0].upper()}{scheme[1:]}", ""]
        if not rows:
            lines.append("No adapter sends these.")
            continue
        payees = [
            name for name in result["implementations"]
            if any(row["payees"][name]["kind"] != NOT_OFFERED for row in rows)
        ]
        lines += ["| payer \\ payee | made | " + " | ".join(payees) + " |", "|---" * (2 + len(payees)) + "|"]
        for row in rows:
            cells = [f"{row['made']}/{row['asked']}", *(cell_text(row["payees"][name]) for name in payees)]
            by = f"**{row['payer']}**" + (" (onion only)" if row["kind"] == CONSTRUCTED else "")
            lines.append(f"| {by} | " + " | ".join(cells) + " |")
        wrong = [line for row in rows for line in failures_of(row)]
        lines += ["", *wrong] if wrong else []
    lines += ["", "## Versions", "", "| | implementation | version | language |", "|---|---|---|---|"]
    for name, about in result["implementations"].items():
        lines.append(f"| {name} | {' | '.join(about[key] for key in ABOUT)} |")
    for name, why in result["not_started"].items():
        lines += ["", f"{name} did not start: {' '.join(why.split())}"]
    lines += ["", "The hops before the payee were tests/independent/adapter.py.", ""]
    return "\n".join(lines)
