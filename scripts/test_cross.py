"""Cells of cross.py, for payers and payees that are wrong in one thing: each is the independent implementation of the
tests with one operation bent, as a process of its own.

    python3 -m unittest discover -s scripts
"""

import contextlib
import io
import json
import shlex
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import cross
import cross_page

# An adapter that answers as the independent implementation does, but for what the bent lines change.
BENT = """
import importlib.util, sys, time
spec = importlib.util.spec_from_file_location("independent", {path!r})
node = importlib.util.module_from_spec(spec)
spec.loader.exec_module(node)
right = dict(node.OPERATIONS)
{lines}
node.main()
"""
INDEPENDENT = Path(cross.NETWORK.__spec__.origin)

RIGHT = ""
REJECTING = """
def receive(given):
    raise node.Reject("preimage_mismatch", "400f", "00")
node.OPERATIONS["keysend.receive"] = receive
"""
WRONG_PREIMAGE = """
node.OPERATIONS["keysend.receive"] = lambda given: {"outcome": "claimed", "preimage": "00" * 32}
"""
HOLDING = """
node.OPERATIONS["keysend.receive"] = lambda given: {"outcome": "held"}
"""
NO_PREIMAGE = """
node.OPERATIONS["keysend.receive"] = lambda given: {"outcome": "claimed"}
"""
REJECTING_CUSTOM_RECORDS = """
def receive(given):
    if "fe00746971" in given["peeled"]["payload"]:  # Type 7629169.
        raise node.Reject("unknown_even_type", "4016", "00")
    return right["keysend.receive"](given)
node.OPERATIONS["keysend.receive"] = receive
"""
DYING = """
node.OPERATIONS["keysend.receive"] = lambda given: sys.exit("out of cheese")
"""
SILENT = """
node.OPERATIONS["keysend.receive"] = lambda given: time.sleep(60)
"""
ONLY_PEELING = """
node.OPERATIONS = {"onion.peel": right["onion.peel"]}
"""
PEELING_WRONG = """
node.OPERATIONS = {"onion.peel": lambda given: {**right["onion.peel"](given), "payload": "0200"}}
"""
NO_ONIONS = """
node.OPERATIONS = {"bigsize.encode": right["bigsize.encode"]}
"""
PAYING_ANOTHER_HASH = """
node.OPERATIONS["keysend.send"] = lambda given: {**right["keysend.send"](given), "payment_hash": "00" * 32}
"""
PAYING_THE_FIRST_HOP = """
def send(given):
    first = {key: value for key, value in given["hops"][0].items() if key != "short_channel_id"}
    return right["keysend.send"]({**given, "hops": [first]})
node.OPERATIONS["keysend.send"] = send
"""
REFUSING_CUSTOM_RECORDS = """
def send(given):
    if given["custom_records"]:
        raise node.Reject("custom_record_type_reserved")
    return right["keysend.send"](given)
node.OPERATIONS["keysend.send"] = send
"""
ONLY_CONSTRUCTING = """
node.OPERATIONS = {"onion.construct": right["onion.construct"]}
"""
CONSTRUCTING_FOR_ANOTHER_HASH = """
def construct(given):
    return right["onion.construct"]({**given, "associated_data": "00" * 32})
node.OPERATIONS = {"onion.construct": construct}
"""
NO_ADAPTER = """
print("listening on port 9735", flush=True)
"""


class Cells(unittest.TestCase):
    def setUp(self):
        # Plain Python takes a second for 20 hops; what a cell says does not depend on them.
        for name, value in (("ROUTES", (1, 2)), ("SCHEMES", {"keysend": ("keysend", None)})):
            patch = unittest.mock.patch.object(cross, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def command(self, name, lines):
        script = self.folder / f"{name}.py"
        script.write_text(BENT.format(path=str(INDEPENDENT), lines=lines), encoding="utf-8")
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"

    def run_cross(self, payer, payee, timeout=30):
        """The keysend row of this payer, its cell for this payee, and the page."""
        commands = [("payer", self.command("payer", payer)), ("payee", self.command("payee", payee))]
        result = cross.cross(commands, timeout)
        row = next(row for row in result["schemes"]["keysend"] if row["payer"] == "payer")
        return row, row["payees"].get("payee"), cross.markdown(result, cross.ROUTES)

    def assert_cell(self, payee, text, *verdicts, timeout=30):
        _, cell, page = self.run_cross(RIGHT, payee, timeout)
        self.assertEqual(cross_page.cell_text(cell), text)
        self.assertEqual(sorted(set(cell["failures"].values())), sorted(verdicts))
        self.assertIn(f"| **payer** | 4/4 | 4/4 | {text} |", page)
        return page

    def test_a_right_payee_claims_all(self):
        self.assert_cell(RIGHT, "4/4")

    def test_a_payee_that_rejects_is_not_paid(self):
        page = self.assert_cell(REJECTING, "0/4", "rejects: preimage_mismatch (400f)")
        self.assertIn("- payer to payee: rejects: preimage_mismatch (400f) (all)", page)

    def test_a_payee_that_answers_a_wrong_preimage_is_not_paid(self):
        self.assert_cell(WRONG_PREIMAGE, "0/4", "claims with a wrong preimage")

    def test_a_payee_that_answers_no_preimage_is_not_paid(self):
        self.assert_cell(NO_PREIMAGE, "0/4", "claims without a preimage")

    def test_a_payee_that_holds_is_not_paid(self):
        self.assert_cell(HOLDING, "0/4", "is held, not claimed")

    def test_a_payee_that_fails_some_payments_gets_the_others(self):
        page = self.assert_cell(REJECTING_CUSTOM_RECORDS, "2/4", "rejects: unknown_even_type (4016)")
        self.assertIn("unknown_even_type (4016) (1 hop, custom records; 2 hops, custom records)", page)

    def test_a_payee_that_dies_is_asked_again_and_not_paid(self):
        _, cell, _ = self.run_cross(RIGHT, DYING)
        self.assertEqual(cross_page.cell_text(cell), "0/4")
        for verdict in cell["failures"].values():
            self.assertIn("out of cheese", verdict)

    def test_a_payee_that_is_silent_is_not_paid(self):
        self.assert_cell(SILENT, "0/4", "error: no answer in 0.5 seconds", timeout=0.5)

    def test_a_payee_that_only_peels_is_marked_as_such(self):
        self.assert_cell(ONLY_PEELING, "peeled 4/4")

    def test_a_payee_that_peels_to_another_payload_is_found(self):
        self.assert_cell(PEELING_WRONG, "peeled 0/4", "peels to another payload")

    def test_what_is_not_offered_is_a_dash(self):
        _, cell, page = self.run_cross(RIGHT, NO_ONIONS)
        self.assertEqual(cross_page.cell_text(cell), "-")
        self.assertIn("| **payer** | 4/4 | 4/4 |\n", page)

    def test_a_packet_that_no_hop_can_peel_was_not_made(self):
        row, cell, _ = self.run_cross(PAYING_ANOTHER_HASH, RIGHT)
        self.assertEqual((row["made"], row["asked"]), (0, 4))
        self.assertEqual(row["not_made"]["2 hops"], "lost at hop 1 of 2: hmac_mismatch")
        self.assertEqual(cross_page.cell_text(cell), "-")

    def test_a_packet_that_ends_at_another_hop_was_not_made(self):
        row, cell, _ = self.run_cross(PAYING_THE_FIRST_HOP, RIGHT)
        self.assertEqual((row["made"], row["asked"]), (2, 4))
        self.assertEqual(row["not_made"]["2 hops"], "hop 1 of 2 is told that it is the last")
        self.assertEqual(cross_page.cell_text(cell), "2/2")

    def test_a_payer_that_only_constructs_onions_is_marked_as_such(self):
        _, cell, page = self.run_cross(ONLY_CONSTRUCTING, RIGHT)
        self.assertEqual(cross_page.cell_text(cell), "4/4")
        self.assertIn("| **payer** (onion only) | 4/4 | 4/4 |", page)

    def test_onions_of_another_payment_hash_were_not_made(self):
        row, cell, _ = self.run_cross(CONSTRUCTING_FOR_ANOTHER_HASH, RIGHT)
        self.assertEqual(row["not_made"]["1 hop"], "lost at hop 1 of 1: hmac_mismatch")
        self.assertEqual(cross_page.cell_text(cell), "-")

    def test_what_a_payer_refuses_is_no_ones_payment(self):
        row, cell, _ = self.run_cross(REFUSING_CUSTOM_RECORDS, RIGHT)
        self.assertEqual((row["made"], row["asked"]), (2, 4))
        self.assertEqual(cross_page.cell_text(cell), "2/2")

    def test_an_adapter_without_a_hello_is_named(self):
        row, cell, page = self.run_cross(RIGHT, NO_ADAPTER)
        self.assertIsNone(cell)
        self.assertEqual(row["payees"]["payer"]["passed"], 4)
        self.assertIn("payee did not start: a line that is no JSON", page)


class CommandLine(unittest.TestCase):
    def test_output_holds_the_page_and_the_same_numbers(self):
        with tempfile.TemporaryDirectory() as folder:
            command = f"{shlex.quote(sys.executable)} {shlex.quote(str(INDEPENDENT))}"
            self.assertEqual(cross.main(["--output", folder, f"independent={command}"]), 0)
            page = (Path(folder) / "cross.md").read_text(encoding="utf-8")
            numbers = json.loads((Path(folder) / "cross.json").read_text(encoding="utf-8"))
        self.assertEqual(page.count("| **independent** | 8/8 | 8/8 |"), 3)
        self.assertEqual(numbers["schemes"]["keysend"][0]["payees"]["independent"]["passed"], 8)

    def test_an_adapter_that_does_not_start_is_exit_code_1(self):
        with contextlib.redirect_stdout(io.StringIO()) as page:
            self.assertEqual(cross.main(["nothing=./no-such-adapter"]), 1)
        self.assertIn("nothing did not start", page.getvalue())
        self.assertIn("No adapter sends these.", page.getvalue())

    def test_an_adapter_without_a_command_is_wrong_usage(self):
        for arguments in (["name"], ["name="], ["=command"], ["a=x", "a=y"]):
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()):
                with self.assertRaises(SystemExit) as stopped:
                    cross.main(arguments)
                self.assertEqual(stopped.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
