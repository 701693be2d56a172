"""Known answers for adapter.py, over real pipes.

What lives here: the values that BOLT 1 (appendices A and B) and BOLT 4 (the test vectors and
onion-test.json) publish, put to the adapter as a runner would put them, and what the adapter does with
input that is no case at all. The last class holds the published values that the library gets wrong: it
fails on the day that the library is right, and then known-failures.toml wants a look as well.

    .venv/bin/python -m unittest discover tests
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

ADAPTER = Path(__file__).resolve().parent.parent / "adapter.py"

# BOLT 4, "Returning Errors" test vectors and onion-test.json: the same route and session key.
SESSION_KEY = "41" * 32
ASSOCIATED_DATA = "42" * 32
HOPS = [  # public key, payload without its length, shared secret
    (
        "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619",
        "02023a98040205dc06080000000000000001",
        "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",
    ),
    (
        "0324653eac434488002cc06bbfb7f10fe18991e35f9fe4302dbea6d2353dc0ab1c",
        "020236b00402057806080000000000000002fd02013c" + "0102030405060708090a0b0c0d0e0f" * 4,
        "a6519e98832a0b179f62123b3567c106db99ee37bef036e783263602f3488fae",
    ),
    (
        "027f31ebc5462c1fdce1b737ecff52d37d75dea43ce11c74d25aa297165faa2007",
        "020230d4040204e206080000000000000003",
        "3a6b412548762f0dbccce5c7ae7bb8147d1caf9b5471c34120b30bc9c04891cc",
    ),
    (
        "032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991",
        "02022710040203e806080000000000000004",
        "21e13c2d7cfe7e18836df50872466117a295783ab8aab0e7ecc8c725503ad02d",
    ),
    (
        "02edabbd16b41c8371b92ef2f04c1185b4f03b6dcd52ba9b78d9d7c89c8f221145",
        "02022710040203e8082224a33562c54507a9334e79f0dc4f17d407e6d7c61f0e2f3d0d38599502f61704"
        "2710fd012de0" + "2a" * 224,
        "b5756b9b542727dbafc6765a49488b023a725d631af688fc031217e90770c328",
    ),
]
NODE_SECRETS = [byte * 32 for byte in ("41", "42", "43", "44", "45")]
ONION = (
    "0002eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619f7f3416a5aa36dc7eeb3ec6d421e9615"
    "471ab870a33ac07fa5d5a51df0a8823aabe3fea3f90d387529d4f72837f9e687230371ccd8d263072206dbed0234f6505e21"
    "e282abd8c0e4f5b9ff8042800bbab065036eadd0149b37f27dde664725a49866e052e809d2b0198ab9610faa656bbf4ec516"
    "763a59f8f42c171b179166ba38958d4f51b39b3e98706e2d14a2dafd6a5df808093abfca5aeaaca16eded5db7d21fb0294dd"
    "1a163edf0fb445d5c8d7d688d6dd9c541762bf5a5123bf9939d957fe648416e88f1b0928bfa034982b22548e1a4d922690ee"
    "cf546275afb233acf4323974680779f1a964cfe687456035cc0fba8a5428430b390f0057b6d1fe9a8875bfa89693eeb838ce"
    "59f09d207a503ee6f6299c92d6361bc335fcbf9b5cd44747aadce2ce6069cfdc3d671daef9f8ae590cf93d957c9e873e9a1b"
    "c62d9640dc8fc39c14902d49a1c80239b6c5b7fd91d05878cbf5ffc7db2569f47c43d6c0d27c438abff276e87364deb8858a"
    "37e5a62c446af95d8b786eaf0b5fcf78d98b41496794f8dcaac4eef34b2acfb94c7e8c32a9e9866a8fa0b6f2a06f00a1ccde"
    "569f97eec05c803ba7500acc96691d8898d73d8e6a47b8f43c3d5de74458d20eda61474c426359677001fbd75a74d7d5db6c"
    "b4feb83122f133206203e4e2d293f838bf8c8b3a29acb321315100b87e80e0edb272ee80fda944e3fb6084ed4d7f7c7d21c6"
    "9d9da43d31a90b70693f9b0cc3eac74c11ab8ff655905688916cfa4ef0bd04135f2e50b7c689a21d04e8e981e74c6058188b"
    "9b1f9dfc3eec6838e9ffbcf22ce738d8a177c19318dffef090cee67e12de1a3e2a39f61247547ba5257489cbc11d7d91ed34"
    "617fcc42f7a9da2e3cf31a94a210a1018143173913c38f60e62b24bf0d7518f38b5bab3e6a1f8aeb35e31d6442c8abb5178e"
    "fc892d2e787d79c6ad9e2fc271792983fa9955ac4d1d84a36c024071bc6e431b625519d556af38185601f70e29035ea6a09c"
    "8b676c9d88cf7e05e0f17098b584c4168735940263f940033a220f40be4c85344128b14beb9e75696db37014107801a59b13"
    "e89cd9d2258c169d523be6d31552c44c82ff4bb18ec9f099f3bf0e5b1bb2ba9a87d7e26f98d294927b600b5529c47e04d989"
    "56677cbcee8fa2b60f49776d8b8c367465b7c626da53700684fb6c918ead0eab8360e4f60edd25b4f43816a75ecf70f90930"
    "1825b512469f8389d79402311d8aecb7b3ef8599e79485a4388d87744d899f7c47ee644361e17040a7958c8911be6f463ab6"
    "a9b2afacd688ec55ef517b38f1339efc54487232798bb25522ff4572ff68567fe830f92f7b8113efce3e98c3fffbaedce4fd"
    "8b50e41da97c0c08e423a72689cc68e68f752a5e3a9003e64e35c957ca2e1c48bb6f64b05f56b70b575ad2f278d57850a7ad"
    "568c24a4d32a3d74b29f03dc125488bc7c637da582357f40b0a52d16b3b40bb2c2315d03360bc24209e20972c200566bcf3b"
    "be5c5b0aedd83132a8a4d5b4242ba370b6d67d9b67eb01052d132c7866b9cb502e44796d9d356e4e3cb47cc527322cd24976"
    "fe7c9257a2864151a38e568ef7a79f10d6ef27cc04ce382347a2488b1f404fdbf407fe1ca1c9d0d5649e34800e25e18951c9"
    "8cae9f43555eef65fee1ea8f15828807366c3b612cd5753bf9fb8fced08855f742cddd6f765f74254f03186683d646e6f09a"
    "c2805586c7cf11998357cafc5df3f285329366f475130c928b2dceba4aa383758e7a9d20705c4bb9db619e2992f608a1ba65"
    "db254bb389468741d0502e2588aeb54390ac600c19af5c8e61383fc1bebe0029e4474051e4ef908828db9cca13277ef65db3"
    "fd47ccc2179126aaefb627719f421e20"
)
POINT = "023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb"  # BOLT 1, appendix B


class Pipes(unittest.TestCase):
    """One adapter process a test, spoken to as the runner speaks."""

    def setUp(self):
        self.process = subprocess.Popen(
            [sys.executable, str(ADAPTER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.seq = 0

    def tearDown(self):
        # communicate() closes stdin; the adapter has to end by itself on that.
        rest, self.stderr = self.process.communicate(timeout=10)
        self.assertEqual((self.process.returncode, rest), (0, b""))

    def send(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def ask(self, operation, **given):
        self.seq += 1
        case = {"type": "case", "seq": self.seq, "operation": operation, "input": given}
        self.send(json.dumps(case).encode())
        answer = json.loads(self.process.stdout.readline())
        self.assertEqual(answer.pop("seq"), self.seq)
        self.assertEqual(len(answer), 1, answer)
        return answer

    def accepts(self, operation, output, **given):
        self.assertEqual(self.ask(operation, **given), {"accept": output}, given)

    def rejects(self, operation, reason, **given):
        self.assertEqual(self.ask(operation, **given), {"reject": {"reason": reason}}, given)


class Protocol(Pipes):
    def test_hello_is_answered_with_what_it_can_do(self):
        self.send(b'{"type":"hello","protocol":1,"runner":"test"}')
        hello = json.loads(self.process.stdout.readline())
        self.assertEqual((hello["type"], hello["protocol"]), ("hello", 1))
        self.assertIn("onion.peel", hello["operations"])
        self.assertTrue(all(isinstance(value, str) for value in hello["implementation"].values()))

    def test_what_is_no_case_is_survived(self):
        self.send(b"not json")
        self.send(b"[]")
        self.send(b'{"type":"case"}')
        self.assertIn("unsupported", self.ask("keysend.receive"))
        self.assertIn("error", self.ask("bigsize.decode"))
        self.assertIn("error", self.ask("onion.peel", packet=1))
        self.accepts("bigsize.encode", {"bytes": "fc"}, value="252")

    def test_a_full_window_is_answered_case_by_case(self):
        for seq in range(64):
            case = {"type": "case", "seq": seq, "operation": "bigsize.encode", "input": {"value": str(seq)}}
            self.send(json.dumps(case).encode())
        for seq in range(64):
            answer = json.loads(self.process.stdout.readline())
            self.assertEqual(answer, {"seq": seq, "accept": {"bytes": f"{seq:02x}"}})


class Bolt1(Pipes):
    def test_bigsize(self):
        for value, encoded in [
            (0, "00"),
            (252, "fc"),
            (253, "fd00fd"),
            (65535, "fdffff"),
            (65536, "fe00010000"),
            (4294967295, "feffffffff"),
            (4294967296, "ff0000000100000000"),
            (18446744073709551615, "ffffffffffffffffff"),
        ]:
            self.accepts("bigsize.encode", {"bytes": encoded}, value=str(value))
            read = {"value": str(value), "length": len(encoded) // 2}
            self.accepts("bigsize.decode", read, bytes=encoded)
            self.accepts("bigsize.decode", read, bytes=encoded + "00")
        for short in ("", "fd", "fd00", "fe", "feffff", "ff", "ffffffffff"):
            self.rejects("bigsize.decode", "bigsize_truncated", bytes=short)

    def test_tlv_streams_that_decode(self):
        for namespace, stream, records in [
            ("n1", "", []),
            ("n2", "fd020100", []),
            ("n1", "ff020000000000000100", []),
            ("n1", "0100", [("1", "")]),
            ("n1", "01020100", [("1", "0100")]),
            ("n1", "02080000000000000226", [("2", "0000000000000226")]),
            ("n1", f"0331{POINT}{1:016x}{2:016x}", [("3", f"{POINT}{1:016x}{2:016x}")]),
            ("n1", "0100fd00fe020226", [("1", ""), ("254", "0226")]),
            ("n2", "0b020100", [("11", "0100")]),
        ]:
            expected = [{"type": kind, "value": value} for kind, value in records]
            self.accepts("tlv.decode", {"records": expected}, namespace=namespace, stream=stream)

    def test_tlv_streams_that_do_not(self):
        for reason, stream in [
            ("length_truncated", "fd0101"),
            ("value_truncated", "0ffd2602"),
            ("value_not_minimal", "01020001"),
            ("value_wrong_length", "0109" + "ff" * 9),
            ("value_wrong_length", "020701010101010101"),
            ("value_wrong_length", f"0321{POINT}"),
            ("value_wrong_length", f"0329{POINT}{1:016x}"),
            ("value_wrong_length", "fd00fe0101"),
        ]:
            self.rejects("tlv.decode", reason, namespace="n1", stream=stream)
        # The library says the same of a cut type and of a cut length.
        self.rejects("tlv.decode", "not enough bytes BigSize", namespace="n1", stream="fd01")


class Bolt4(Pipes):
    def test_hop_payloads_keep_their_types(self):
        payload = "02022710040203e8" + "fe000101010100" + "ff0000000146c6616c20" + "2a" * 32
        records = [("2", "2710"), ("4", "03e8"), ("5482373484", "2a" * 32)]
        expected = [{"type": kind, "value": value} for kind, value in records]
        self.accepts("tlv.decode", {"records": expected}, namespace="payload", stream=payload)

    def test_shared_secret_of_the_first_hop(self):
        expected = {"shared_secret": HOPS[0][2]}
        self.accepts("ecdh.shared_secret", expected, secret_key=SESSION_KEY, public_key=HOPS[0][0])
        self.rejects("ecdh.shared_secret", "secret_key_invalid", secret_key="00" * 32, public_key=POINT)
        self.rejects("ecdh.shared_secret", "public_key_invalid", secret_key="01" * 32, public_key="04" * 33)

    def test_the_published_onion_peels_to_the_published_payloads(self):
        packet = ONION
        for secret, (_, payload, shared_secret) in zip(NODE_SECRETS, HOPS):
            peeled = self.ask("onion.peel", node_secret=secret, packet=packet, associated_data=ASSOCIATED_DATA)
            peeled = peeled["accept"]
            self.assertEqual((peeled["payload"], peeled["shared_secret"]), (payload, shared_secret))
            packet = peeled.pop("next_packet", None)
            self.assertEqual(peeled["final"], packet is None)
        self.assertIsNone(packet)

    def test_a_changed_onion_does_not_peel(self):
        given = {"node_secret": NODE_SECRETS[0], "associated_data": ASSOCIATED_DATA}
        self.rejects("onion.peel", "hmac_mismatch", packet=ONION[:-2] + "00", **given)
        self.rejects("onion.peel", "packet_length", packet=ONION[:-2], **given)
        self.rejects("onion.peel", "public_key_invalid", packet="0004" + ONION[4:], **given)
        self.assertIn("unsupported", self.ask("onion.peel", packet=ONION, path_key=POINT, **given))

    def test_a_constructed_onion_peels_hop_by_hop(self):
        # First and last payload are of one length, as get_filler() of the library needs.
        route = [{"public_key": HOPS[hop][0], "payload": HOPS[0][1]} for hop in range(5)]
        given = {"session_key": SESSION_KEY, "associated_data": ASSOCIATED_DATA}
        packet = self.ask("onion.construct", hops=route, **given)["accept"]["packet"]
        for secret, (_, _, shared_secret) in zip(NODE_SECRETS, HOPS):
            peeled = self.ask("onion.peel", node_secret=secret, packet=packet, associated_data=ASSOCIATED_DATA)
            peeled = peeled["accept"]
            self.assertEqual((peeled["payload"], peeled["shared_secret"]), (HOPS[0][1], shared_secret))
            packet = peeled.get("next_packet")
        self.assertIsNone(packet)
        self.rejects("onion.construct", "session_key_invalid", **{**given, "session_key": "41" * 31}, hops=route)
        self.rejects("onion.construct", "session_key_invalid", **{**given, "session_key": "00" * 32}, hops=route)


class WhereTheLibraryIsWrong(Pipes):
    @unittest.expectedFailure
    def test_bigsize_that_is_not_minimal_is_refused(self):
        self.rejects("bigsize.decode", "bigsize_not_minimal", bytes="fd00fc")

    @unittest.expectedFailure
    def test_unknown_even_type_is_refused(self):
        self.rejects("tlv.decode", "unknown_even_type", namespace="n1", stream="1200")

    @unittest.expectedFailure
    def test_the_published_onion_is_constructed(self):
        # get_filler() sizes the filler by all payloads but the first, BOLT 4 by all but the last.
        route = [{"public_key": key, "payload": payload} for key, payload, _ in HOPS]
        given = {"session_key": SESSION_KEY, "associated_data": ASSOCIATED_DATA}
        self.accepts("onion.construct", {"packet": ONION}, hops=route, **given)


if __name__ == "__main__":
    unittest.main()
