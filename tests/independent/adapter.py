"""A second implementation of everything, as an adapter: BigSize, TLV, secp256k1 on big integers, ChaCha20, the onion, both
schemes, a node and a payer with a memory, blinded routes, features, AMP and the offline device, in one file of plain Python
with nothing but the standard library.

It was written from docs/protocol.md and the texts of BOLT 1, 2, 4, 7 and 9 and bLIP 2 and 3, without the reference's code, so that
where both agree two readers agree. It is slow, not constant-time, and no node. ORACLE_POLICIES (a JSON object) sets policies
other than the defaults.
"""
import hashlib
import hmac as hmaclib
import json
import os
import struct
import sys

# ---------------------------------------------------------------- refusals

PACKET_CODES = {"version_unknown": "c004", "hmac_mismatch": "c005", "public_key_invalid": "c006"}
PAYLOAD_REASONS = {
    "payload_length_not_minimal", "payload_length_reserved", "payload_length_too_long",
    "bigsize_truncated", "bigsize_not_minimal", "type_truncated", "type_not_minimal", "types_not_increasing",
    "length_truncated", "length_not_minimal", "value_truncated", "unknown_even_type", "value_wrong_length",
    "value_not_minimal", "value_invalid", "amt_to_forward_missing", "outgoing_cltv_value_missing",
    "next_hop_missing", "short_channel_id_at_final_node", "blinded_path_not_allowed",
    "total_amount_msat_not_allowed", "amt_to_forward_zero", "payment_data_before_final",
    "path_key_twice", "path_key_missing", "encrypted_data_unreadable", "max_cltv_expiry_exceeded",
    "below_htlc_minimum", "feature_unknown", "next_hop_twice", "record_not_of_a_blinded_route",
    "payment_relay_missing", "blinded_route_refused", "total_amount_msat_missing",
}
POLICIES = {
    "custom_even_records": "reject", "keysend_payment_data": "accept_single",
    "keysend_payment_metadata": "ignore", "final_short_channel_id": "ignore",
    "claimed_hash_again": "fail", "expired_part": "fail_part", "replayed_onion": "fail",
    "shared_secret_payment_data": "accept_single", "total_amount_msat": "ignore",
    "payment_data_before_final": "forward", "amt_to_forward_0": "accept", "far_expiry": "fail",
    "invoice_with_wrong_record": "fail", "blinded_routes": "forward",
    "short_return_packet": "open", "return_packet_pad": "ignore",
    "feature_dependencies": "ignore", "keysend_not_announced": "refuse",
    "attempt_in_flight": "wait", "final_failure_without_perm": "retry", "keysend_retry_preimage": "fresh",
}
POLICIES.update(json.loads(os.environ.get("ORACLE_POLICIES", "{}")))


class Reject(Exception):
    def __init__(self, reason, code=None, data=None):
        super().__init__(reason)
        self.reason, self.code, self.data = reason, code, data

    def answer(self):
        out = {"reason": self.reason}
        if self.code is not None:
            out["code"] = self.code
            out["data"] = self.data
        return out


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac256(key, data):
    return hmaclib.new(key, data, hashlib.sha256).digest()


# ---------------------------------------------------------------- secp256k1

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def jac_double(p):
    x, y, z = p
    if not y or not z:
        return (0, 1, 0)
    yy = y * y % P
    s = 4 * x * yy % P
    m = 3 * x * x % P
    nx = (m * m - 2 * s) % P
    return nx, (m * (s - nx) - 8 * yy * yy) % P, 2 * y * z % P


def jac_add(p, q):
    if not p[2]:
        return q
    if not q[2]:
        return p
    z1z1, z2z2 = p[2] * p[2] % P, q[2] * q[2] % P
    u1, u2 = p[0] * z2z2 % P, q[0] * z1z1 % P
    s1, s2 = p[1] * q[2] * z2z2 % P, q[1] * p[2] * z1z1 % P
    if u1 == u2:
        return jac_double(p) if s1 == s2 else (0, 1, 0)
    h, r = (u2 - u1) % P, (s2 - s1) % P
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return x, (r * (v - x) - s1 * hhh) % P, h * p[2] * q[2] % P


def multiply(k, point):
    acc, add = (0, 1, 0), (point[0], point[1], 1)
    while k:
        if k & 1:
            acc = jac_add(acc, add)
        add = jac_double(add)
        k >>= 1
    if not acc[2]:
        return None
    zi = pow(acc[2], -1, P)
    return acc[0] * zi * zi % P, acc[1] * zi * zi * zi % P


def parse_point(data):
    if len(data) != 33 or data[0] not in (2, 3):
        return None
    x = int.from_bytes(data[1:], "big")
    if x >= P:
        return None
    yy = (x * x * x + 7) % P
    y = pow(yy, (P + 1) // 4, P)
    if y * y % P != yy:
        return None
    return x, (y if y & 1 == data[0] & 1 else P - y)


def ser_point(p):
    return bytes([2 + (p[1] & 1)]) + p[0].to_bytes(32, "big")


def parse_secret(data, reason):
    k = int.from_bytes(data, "big")
    if len(data) != 32 or not 1 <= k < N:
        raise Reject(reason)
    return k


def need_point(data):
    p = parse_point(data)
    if p is None:
        raise Reject("public_key_invalid")
    return p


# ---------------------------------------------------------------- ChaCha20

def chacha20(key, size):
    k = struct.unpack("<8I", key)
    out = bytearray()
    counter = 0
    while len(out) < size:
        init = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *k, counter, 0, 0, 0]
        s = init[:]
        for _ in range(10):
            for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                               (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
                sa, sb, sc, sd = s[a], s[b], s[c], s[d]
                sa = (sa + sb) & 0xFFFFFFFF; sd ^= sa; sd = (sd << 16 | sd >> 16) & 0xFFFFFFFF
                sc = (sc + sd) & 0xFFFFFFFF; sb ^= sc; sb = (sb << 12 | sb >> 20) & 0xFFFFFFFF
                sa = (sa + sb) & 0xFFFFFFFF; sd ^= sa; sd = (sd << 8 | sd >> 24) & 0xFFFFFFFF
                sc = (sc + sd) & 0xFFFFFFFF; sb ^= sc; sb = (sb << 7 | sb >> 25) & 0xFFFFFFFF
                s[a], s[b], s[c], s[d] = sa, sb, sc, sd
        out += struct.pack("<16I", *((x + y) & 0xFFFFFFFF for x, y in zip(s, init)))
        counter += 1
    return bytes(out[:size])


def poly1305(key, data):
    """RFC 8439, 2.5, on big integers."""
    factor = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b"\1", "little")) * factor % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def open_sealed(key, sealed):
    """ChaCha20-Poly1305 with a nonce of zeros and nothing beside the text; None if the tag is another."""
    text, tag = sealed[:-16], sealed[-16:]
    stream = chacha20(key, 64 + len(text))
    if sealed_tag(stream, text) != tag:
        return None
    return xor(text, stream[64:])


def seal(key, plain):
    stream = chacha20(key, 64 + len(plain))
    text = xor(plain, stream[64:])
    return text + sealed_tag(stream, text)


def sealed_tag(stream, text):
    padded = text + bytes(-len(text) % 16) + bytes(8) + len(text).to_bytes(8, "little")
    return poly1305(stream[:32], padded)


def xor(a, b):
    return (int.from_bytes(a, "big") ^ int.from_bytes(b[:len(a)], "big")).to_bytes(len(a), "big")


# ---------------------------------------------------------------- BOLT 1

def bigsize(value):
    if value < 0xFD:
        return bytes([value])
    if value < 0x10000:
        return b"\xfd" + value.to_bytes(2, "big")
    if value < 0x100000000:
        return b"\xfe" + value.to_bytes(4, "big")
    return b"\xff" + value.to_bytes(8, "big")


def read_bigsize(data, at, truncated, not_minimal):
    """Value and the offset behind it."""
    if at >= len(data):
        raise Reject(truncated)
    first = data[at]
    if first < 0xFD:
        return first, at + 1
    size = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
    body = data[at + 1:at + 1 + size]
    if len(body) < size:
        raise Reject(truncated)
    value = int.from_bytes(body, "big")
    if value < {2: 0xFD, 4: 0x10000, 8: 0x100000000}[size]:
        raise Reject(not_minimal)
    return value, at + 1 + size


KEYSEND = 5482373484
MAX_MSAT = 0x1D24B2DFAC520000


def truncated_int(most, bound=None):
    def check(value):
        if len(value) > most:
            raise Reject("value_wrong_length")
        if value[:1] == b"\0":
            raise Reject("value_not_minimal")
        if bound is not None and int.from_bytes(value, "big") > bound:
            raise Reject("value_invalid")
    return check


def fixed(size):
    def check(value):
        if len(value) != size:
            raise Reject("value_wrong_length")
    return check


def with_point(size):
    def check(value):
        if len(value) != size:
            raise Reject("value_wrong_length")
        if parse_point(value[:33]) is None:
            raise Reject("value_invalid")
    return check


def secret_and_total(value):
    if not 32 <= len(value) <= 40:
        raise Reject("value_wrong_length")
    truncated_int(8, MAX_MSAT)(value[32:])


def anything(_value):
    pass


def relay(value):
    if len(value) < 6:
        raise Reject("value_wrong_length")
    truncated_int(4)(value[6:])


def limits(value):
    if len(value) < 4:
        raise Reject("value_wrong_length")
    truncated_int(8, MAX_MSAT)(value[4:])


PAYLOAD = {2: truncated_int(8, MAX_MSAT), 4: truncated_int(4), 6: fixed(8), 8: secret_and_total,
           10: anything, 12: with_point(33), 16: anything, 18: truncated_int(8, MAX_MSAT),
           KEYSEND: fixed(32)}
NAMESPACES = {
    "n1": {1: truncated_int(8), 2: fixed(8), 3: with_point(49), 254: fixed(2)},
    "n2": {0: truncated_int(8), 11: truncated_int(4)},
    "payload": PAYLOAD,
    "payload with amp": {**PAYLOAD, 14: lambda value: read_amp(value)},
    "encrypted_data": {1: anything, 2: fixed(8), 4: with_point(33), 6: anything, 8: with_point(33), 10: relay,
                       12: limits, 14: anything},
}


def decode_tlv(namespace, stream):
    known = NAMESPACES[namespace]
    records, at, last = [], 0, -1
    while at < len(stream):
        kind, at = read_bigsize(stream, at, "type_truncated", "type_not_minimal")
        if kind <= last:
            raise Reject("types_not_increasing")
        last = kind
        size, at = read_bigsize(stream, at, "length_truncated", "length_not_minimal")
        if size > len(stream) - at:
            raise Reject("value_truncated")
        value, at = stream[at:at + size], at + size
        if kind in known:
            known[kind](value)
            records.append((kind, value))
        elif kind % 2 == 0:
            # GUESS: the policy is for hop payloads; BOLT 1's own vectors refuse fe01000002 in n1 and n2.
            custom = namespace.startswith("payload") and kind >= 65536
            if not (custom and POLICIES["custom_even_records"] == "accept"):
                raise Reject("unknown_even_type")
    return records


def tlv_record(kind, value):
    return bigsize(kind) + bigsize(len(value)) + value


def trunc(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


# ---------------------------------------------------------------- BOLT 4: the packet

def hop_secrets(session, keys):
    """For every hop: (ephemeral public key, shared secret, bare x)."""
    out, e = [], session
    for point in keys:
        epk = ser_point(multiply(e, G))
        shared = multiply(e, point)
        ss = sha256(ser_point(shared))
        out.append((epk, ss, shared[0].to_bytes(32, "big")))
        e = e * int.from_bytes(sha256(epk + ss), "big") % N
    return out


def construct(session, keys, payloads, associated):
    framed = [bigsize(len(p)) + p for p in payloads]
    sizes = [len(f) + 32 for f in framed]
    if sum(sizes) > 1300:
        raise Reject("payloads_too_long")
    secrets = hop_secrets(session, keys)
    streams = [chacha20(hmac256(b"rho", ss), 2600) for _, ss, _ in secrets]
    filler = b""
    for size, stream in zip(sizes[:-1], streams[:-1]):
        start = 1300 - len(filler)
        filler += bytes(size)
        filler = xor(filler, stream[start:start + len(filler)])
    body = chacha20(hmac256(b"pad", session.to_bytes(32, "big")), 1300)
    mac = bytes(32)
    for i in reversed(range(len(keys))):
        body = (framed[i] + mac + body)[:1300]
        body = xor(body, streams[i][:1300])
        if i == len(keys) - 1 and filler:
            body = body[:-len(filler)] + filler
        mac = hmac256(hmac256(b"mu", secrets[i][1]), body + associated)
    return b"\0" + secrets[0][0] + body + mac


class Peeled:
    pass


def coded(packet, blinded, run):
    """Give a refusal of the packet its code and data."""
    try:
        return run()
    except Reject as r:
        if r.reason == "packet_length":
            raise
        digest = sha256(packet).hex()
        if blinded:
            raise Reject(r.reason, "c018", digest)
        if r.reason in PACKET_CODES:
            raise Reject(r.reason, PACKET_CODES[r.reason], digest)
        raise Reject(r.reason, "4016", "000000")


def peel(secret, packet, associated, path_key=None, seen=None):
    """`seen` is asked with the hmac once the packet's head is sound (BOLT 4's place for replays)."""
    if len(packet) != 1366:
        raise Reject("packet_length")
    if packet[0] != 0:
        raise Reject("version_unknown")
    point = need_point(packet[1:34])
    if seen is not None:
        seen(packet[1334:])
    tweaked = point
    if path_key is not None:
        e = need_point(path_key)
        blinding = sha256(ser_point(multiply(secret, e)))
        tweaked = multiply(int.from_bytes(hmac256(b"blinded_node_id", blinding), "big") % N, point)
    shared = multiply(secret, tweaked)
    out = Peeled()
    out.ss, out.x = sha256(ser_point(shared)), shared[0].to_bytes(32, "big")
    body = packet[34:1334]
    if hmac256(hmac256(b"mu", out.ss), body + associated) != packet[1334:]:
        raise Reject("hmac_mismatch")
    out.authenticated = True
    if seen is not None:
        seen(packet[1334:], remember=True)
    plain = xor(body + bytes(1300), chacha20(hmac256(b"rho", out.ss), 2600))
    size, at = read_bigsize(plain, 0, "payload_length_too_long", "payload_length_not_minimal")
    if size < 2:
        raise Reject("payload_length_reserved")
    if at + size + 32 > 1300:
        raise Reject("payload_length_too_long")
    out.payload = plain[at:at + size]
    mac = plain[at + size:at + size + 32]
    rest = plain[at + size + 32:]
    out.final = mac == bytes(32)
    # GUESS: the key that is blinded for the next hop is the one of the packet, not the tweaked one.
    # (BOLT 4 calls the tweaked one `public_key` from there on, and tweaking the node's key instead,
    # which it says is equivalent, leaves the packet's own key: the two differ in the next packet.)
    if not out.final:
        factor = int.from_bytes(sha256(packet[1:34] + out.ss), "big") % N
        out.next = b"\0" + ser_point(multiply(factor, point)) + rest[:1300] + mac
    return out


# ---------------------------------------------------------------- BOLT 4: the way back

def apply_stream(label, ss, data):
    return xor(data, chacha20(hmac256(label, ss), len(data)))


def return_packet(ss, message):
    """In clear: hmac, failure_len, failuremsg, pad_len, pad."""
    pad = max(0, 256 - len(message))
    body = len(message).to_bytes(2, "big") + message + pad.to_bytes(2, "big") + bytes(pad)
    return hmac256(hmac256(b"um", ss), body) + body


def is_sender(ss, packet):
    """Whether a packet in clear has the HMAC of this hop."""
    return len(packet) >= 32 and hmac256(hmac256(b"um", ss), packet[32:]) == packet[:32]


def find_sender(secrets, packet):
    """The first hop whose HMAC fits, and the packet in clear."""
    for hop, ss in enumerate(secrets):
        packet = apply_stream(b"ammag", ss, packet)
        if is_sender(ss, packet):
            return hop, packet
    raise Reject("failure_source_unknown")


def cut_field(data):
    """A field with a u16 length in front, and what follows; None if it is not all there."""
    size = int.from_bytes(data[:2], "big")
    if len(data) < 2 + size:
        return None, b""
    return data[2:2 + size], data[2 + size:]


def failure_message(packet):
    message, rest = cut_field(packet[32:])
    if message is None or POLICIES["return_packet_pad"] == "ignore":
        return message
    pad, behind = cut_field(rest)
    return message if pad is not None and not behind and len(message) + len(pad) >= 256 else None


# ---------------------------------------------------------------- BOLT 4: attribution data

ROUTE = 20


def split_attribution(data):
    """Hold times of each hop, and HMACs by x and y: "hmac_0_19" first, "hmac_19_0" last."""
    if len(data) != 4 * (ROUTE + ROUTE * (ROUTE + 1) // 2):
        raise ValueError(f"attribution data of {len(data)} bytes")
    words = [data[i:i + 4] for i in range(0, len(data), 4)]
    places = [(x, y) for x in range(ROUTE) for y in reversed(range(ROUTE - x))]
    return words[:ROUTE], dict(zip(places, words[ROUTE:]))


def join_attribution(times, hmacs):
    places = [(x, y) for x in range(ROUTE) for y in reversed(range(ROUTE - x))]
    return b"".join(times) + b"".join(hmacs[place] for place in places)


def attribution_hmac(ss, packet, times, hmacs, y):
    """What the node of this secret writes as hmac_0_y."""
    downstream = [hmacs[x, y - x] for x in range(1, y + 1)]
    return hmac256(hmac256(b"um", ss), packet + b"".join(times[:y + 1] + downstream))[:4]


def update_attribution(ss, hold_time, packet, data):
    old_times, old = split_attribution(data)
    times = [hold_time.to_bytes(4, "big")] + old_times[:-1]
    hmacs = {(x, y): old[x - 1, y] for x in range(1, ROUTE) for y in range(ROUTE - x)}
    for y in range(ROUTE):
        hmacs[0, y] = attribution_hmac(ss, packet, times, hmacs, y)
    return apply_stream(b"ammagext", ss, join_attribution(times, hmacs))


def shift_back(times, hmacs):
    """The places that the hop's predecessor had pruned are filled with zeros. None of them is read."""
    back = {(x, y): hmacs.get((x + 1, y), bytes(4)) for x, y in hmacs}
    return join_attribution(times[1:] + [bytes(4)], back)


def open_attribution(secrets, packet, data):
    """The hold times of the hops whose HMACs are right, and the first hop whose HMAC is wrong."""
    split_attribution(data)  # Its length, also where there is no hop.
    if len(secrets) > ROUTE:
        raise ValueError(f"a route of {len(secrets)} hops")
    found = []
    for hop, ss in enumerate(secrets):
        packet = apply_stream(b"ammag", ss, packet)
        times, hmacs = split_attribution(apply_stream(b"ammagext", ss, data))
        y = len(secrets) - 1 - hop
        if hmacs[0, y] != attribution_hmac(ss, packet, times, hmacs, y):
            return found, hop
        found.append(int.from_bytes(times[0], "big"))
        if is_sender(ss, packet):
            break
        data = shift_back(times, hmacs)
    return found, None


# ---------------------------------------------------------------- BOLT 4: blinded routes

def node_blinding(ss):
    return int.from_bytes(hmac256(b"blinded_node_id", ss), "big") % N


def create_route(session, nodes, data):
    """For every hop: (blinded node id, encrypted data). A route's path keys go on as an onion's ephemeral keys do."""
    hops = zip(nodes, data, hop_secrets(session, nodes))
    return [(ser_point(multiply(node_blinding(ss), node)), seal(hmac256(b"rho", ss), plain))
            for node, plain, (_, ss, _) in hops]


def read_sealed(ss, sealed):
    """The records of the data by type, and the data."""
    plain = open_sealed(hmac256(b"rho", ss), sealed)
    if plain is None:
        raise Reject("encrypted_data_unreadable")
    try:
        return dict(decode_tlv("encrypted_data", plain)), plain
    except Reject:
        raise Reject("encrypted_data_unreadable") from None


def unblind(secret, path_key, sealed):
    """The secret of the blinded id, the data, and the next path key."""
    ss = sha256(ser_point(multiply(secret, path_key)))
    told, plain = read_sealed(ss, sealed)
    factor = int.from_bytes(sha256(ser_point(path_key) + ss), "big") % N
    following = told[8] if 8 in told else ser_point(multiply(factor, path_key))
    return (node_blinding(ss) * secret % N).to_bytes(32, "big"), plain, following


# ---------------------------------------------------------------- BOLT 9 and bLIP 2: features

# The even bit of each pair. GUESS: bLIP 2 lists 729 alone; its pair is 728 and 729.
BOLT_9 = {0, 4, 6, 8, 10, 12, 14, 16, 18, 22, 24, 26, 28, 34, 36, 38, 42, 44, 46, 48, 50, 60, 62}
BLIP_2 = {54, 256, 258, 260, 262, 728}
# A feature and what it depends on; those that BOLT 9 assumes are not asked for.
DEPENDENCIES = {50: 46, 60: 26}


def bits_of(features):
    number = int.from_bytes(features, "big")
    return {bit for bit in range(number.bit_length()) if number >> bit & 1}


def unknown_even(bits):
    return any(bit % 2 == 0 and bit not in BOLT_9 | BLIP_2 for bit in bits)


def misses_dependency(bits):
    pairs = {bit - bit % 2 for bit in bits}
    return any(feature in pairs and needed not in pairs for feature, needed in DEPENDENCIES.items())


def may_pay(payment, node, invoice):
    """What the node says of keysend, where the payment may be sent."""
    if payment == "invoice" and unknown_even(invoice):
        raise Reject("invoice_feature_unknown")
    if payment != "invoice" and unknown_even(node):
        raise Reject("node_feature_unknown")
    if payment != "invoice" and POLICIES["feature_dependencies"] == "check" and misses_dependency(node):
        raise Reject("feature_dependency_missing")
    said = "mandatory" if 54 in node else "optional" if 55 in node else "absent"
    if payment == "keysend" and said == "absent" and POLICIES["keysend_not_announced"] == "refuse":
        raise Reject("keysend_not_announced")
    return said


# ---------------------------------------------------------------- AMP

def amp_child(root, share, index):
    """The child's preimage and payment hash."""
    preimage = sha256(root + share + index.to_bytes(4, "big"))
    return preimage, sha256(preimage)


def read_amp(record):
    if not 64 <= len(record) <= 68:
        raise Reject("value_wrong_length")
    truncated_int(4)(record[64:])
    return record[:32], record[32:64], int.from_bytes(record[64:], "big")


# ---------------------------------------------------------------- the payer

def route_payloads(hops, last_records):
    keys, payloads = [], []
    for i, hop in enumerate(hops):
        last = i == len(hops) - 1
        keys.append(need_point(bytes.fromhex(hop["public_key"])))
        amount = int(hop["amt_to_forward"])
        if amount > MAX_MSAT:
            raise Reject("amount_too_large")
        records = [(2, trunc(amount)), (4, trunc(hop["outgoing_cltv_value"]))]
        scid = hop.get("short_channel_id")
        if last:
            if scid is not None:
                raise Reject("short_channel_id_at_final_node")
            records += last_records
        else:
            if scid is None:
                raise Reject("short_channel_id_missing")
            records.append((6, bytes.fromhex(scid)))
        payloads.append(b"".join(tlv_record(k, v) for k, v in sorted(records)))
    return keys, payloads


def custom_records(given):
    out, types = [], set()
    for record in given["custom_records"]:
        kind = int(record["type"])
        if kind < 65536:
            raise Reject("custom_record_type_reserved")
        if kind == KEYSEND:
            raise Reject("custom_record_type_keysend")
        if kind in types:
            raise Reject("custom_record_type_twice")
        types.add(kind)
        out.append((kind, bytes.fromhex(record["value"])))
    return out


def send(given, keysend):
    session = parse_secret(bytes.fromhex(given["session_key"]), "session_key_invalid")
    if keysend:
        preimage = bytes.fromhex(given["preimage"])
        if len(preimage) != 32:
            raise Reject("preimage_length")
    if not given["hops"]:
        raise Reject("no_hops")
    records = custom_records(given)
    if keysend:
        records.append((KEYSEND, preimage))
    keys, payloads = route_payloads(given["hops"], records)
    if not keysend:
        _, ss, x = hop_secrets(session, keys)[-1]
        preimage = sha256({"bolt4": ss, "x-only": x}[given["profile"]])
    payment_hash = sha256(preimage)
    out = {"payment_hash": payment_hash.hex(), "final_payload": payloads[-1].hex(),
           "packet": construct(session, keys, payloads, payment_hash).hex()}
    if not keysend:
        out["preimage"] = preimage.hex()
    return out


# BOLT 4, "Failure Messages": "The top byte of `failure_code` can be read as a set of flags".
PERM, NODE = 0x4000, 0x2000


class Payer:
    """A payer's memory over several attempts.

    BOLT 4, "Receiving Failure Codes" (the origin node) and "Pseudo Random Byte Stream" (keys are never reused); bLIP 3, the
    sender's MUST NOTs; BOLT 2, "Removing an HTLC" (a preimage that does not hash to the payment hash).
    """

    def __init__(self, scheme):
        self.keysend = scheme == "keysend"
        # By number: None for an attempt that was not sent.
        self.attempts = []
        self.session_keys, self.invoices = set(), set()
        # By preimage: the payment that sent it.
        self.preimages = {}
        self.complete, self.failed = set(), set()
        # By payment: its removed nodes, and whether a channel_update brings each back.
        self.removed = {}

    def event(self, event):
        kind = event["event"]
        if kind == "attempt":
            return self.attempt(event)
        if kind == "failed":
            return self.fail(self.in_flight(event), hexed(event, "packet"))
        if kind == "fulfilled":
            return self.fulfill(self.in_flight(event), hexed(event, "preimage"))
        if kind == "invoice_paid":
            self.invoices.add(hexed(event, "preimage"))
        elif kind == "channel_update":
            key = hexed(event, "public_key")
            for nodes in self.removed.values():
                if nodes.get(key):
                    del nodes[key]
        else:
            raise ValueError(f"no event {kind}")
        return {"outcome": "noted"}

    def in_flight(self, event):
        number = event["attempt"]
        attempt = self.attempts[number] if number < len(self.attempts) else None
        if attempt is None or not attempt["in_flight"]:
            raise ValueError(f"attempt {number} is not in flight")
        return attempt

    def why_not(self, event):
        """The first reason against an attempt, in the order of docs/protocol.md; None if it is made."""
        payment = event["payment"]
        if payment in self.complete:
            return "payment_complete"
        if payment in self.failed:
            return "payment_failed"
        waits = POLICIES["attempt_in_flight"] == "wait"
        if waits and any(a and a["in_flight"] and a["payment"] == payment for a in self.attempts):
            return "attempt_in_flight"
        removed = self.removed.get(payment, {})
        if any(hexed(hop, "public_key") in removed for hop in event["hops"]):
            return "node_removed"
        if self.keysend and self.preimage_used(payment, hexed(event, "preimage")):
            return "preimage_used"
        if hexed(event, "session_key") in self.session_keys:
            return "session_key_used"
        return None

    def preimage_used(self, payment, preimage):
        """bLIP 3: "MUST NOT reuse a previously used preimage", nor one "from a previously paid invoice"."""
        if preimage in self.invoices:
            return True
        if preimage not in self.preimages:
            return False
        return self.preimages[preimage] != payment or POLICIES["keysend_retry_preimage"] == "fresh"

    def attempt(self, event):
        reason = self.why_not(event)
        if reason is not None:
            self.attempts.append(None)
            return {"outcome": "not_sent", "reason": reason}
        given = {**event, "custom_records": [], "profile": "bolt4"}
        sent = send(given, self.keysend)
        session_key = hexed(event, "session_key")
        self.session_keys.add(session_key)
        if self.keysend:
            self.preimages[hexed(event, "preimage")] = event["payment"]
        nodes = [hexed(hop, "public_key") for hop in event["hops"]]
        self.attempts.append({"payment": event["payment"], "in_flight": True, "nodes": nodes,
                              "session_key": int.from_bytes(session_key, "big"),
                              "hash": bytes.fromhex(sent["payment_hash"])})
        return {"outcome": "sent", "payment_hash": sent["payment_hash"], "packet": sent["packet"]}

    def fail(self, attempt, packet):
        """BOLT 4, "Origin node" and "Receiving Failure Codes"."""
        attempt["in_flight"] = False
        nodes, payment = attempt["nodes"], attempt["payment"]
        secrets = [ss for _, ss, _ in hop_secrets(attempt["session_key"], [parse_point(n) for n in nodes])]
        try:
            hop, packet = find_sender(secrets, packet)
        except Reject:
            return {"outcome": "returned"}
        message = failure_message(packet)
        # GUESS: a message that is missing, or of one byte, has no flags.
        code = 0 if message is None or len(message) < 2 else int.from_bytes(message[:2], "big")
        if hop == len(nodes) - 1:
            if code & PERM or POLICIES["final_failure_without_perm"] == "stop":
                self.failed.add(payment)
        elif code & NODE:
            removed = self.removed.setdefault(payment, {})
            removed[nodes[hop]] = not code & PERM and removed.get(nodes[hop], True)
        out = {"outcome": "returned", "hop": hop}
        if message is not None:
            out["failure_message"] = message.hex()
        return out

    def fulfill(self, attempt, preimage):
        """BOLT 2, "Removing an HTLC": one that "doesn't SHA256 hash to the corresponding HTLC `payment_hash`" pays nothing."""
        if sha256(preimage) != attempt["hash"]:
            return {"outcome": "preimage_wrong"}
        attempt["in_flight"] = False
        self.complete.add(attempt["payment"])
        return {"outcome": "paid"}


# ---------------------------------------------------------------- the payee

class Node:
    # The one node that knows type 14 is that of amp.sequence.
    takes_amp = False

    def __init__(self, given):
        self.secret = parse_secret(bytes.fromhex(given["node_secret"]), "secret_key_invalid")
        self.height, self.settings = given["height"], given["settings"]
        self.now, self.count = 0, 0
        self.hmacs, self.invoices, self.claimed, self.sets = set(), {}, {}, {}

    def details(self, htlc, height=None):
        height = self.height if height is None else height
        return int(htlc["amount_msat"]).to_bytes(8, "big").hex() + height.to_bytes(4, "big").hex()

    def arrive(self, htlc):
        """The outcomes of this HTLC's arrival: a list of (number, outcome)."""
        number, self.count = self.count, self.count + 1
        packet = bytes.fromhex(htlc["packet"])
        path_key = bytes.fromhex(htlc["path_key"]) if "path_key" in htlc else None
        payment_hash = bytes.fromhex(htlc["payment_hash"])
        blinded = path_key is not None

        def seen(mac, remember=False):
            if remember:
                self.hmacs.add(mac)
            elif mac in self.hmacs:
                raise Reject("replayed")

        try:
            peeled = coded(packet, blinded, lambda: peel(self.secret, packet, payment_hash, path_key, seen))
        except Reject as r:
            if r.reason != "replayed":
                return [(number, r)]
            if POLICIES["replayed_onion"] == "redeem" and payment_hash in self.claimed:
                return [(number, {"outcome": "claimed", "preimage": self.claimed[payment_hash].hex()})]
            # GUESS: no document gives a replay a code.
            return [(number, Reject("replayed", "c018", sha256(packet).hex()) if blinded
                     else Reject("replayed", "c005", sha256(packet).hex()))]
        try:
            return self.decide(number, htlc, peeled, payment_hash)
        except Reject as r:
            return [(number, self.give_code(r, htlc, packet, blinded, peeled))]

    def give_code(self, r, htlc, packet, blinded, peeled):
        introduction = not peeled.final and any(k == 12 for k, _ in getattr(self, "last_records", []))
        if blinded or introduction:
            return Reject(r.reason, "c018", sha256(packet).hex())
        if r.reason in PAYLOAD_REASONS:
            return Reject(r.reason, "4016", "000000")
        if r.reason == "final_incorrect_cltv_expiry":
            return Reject(r.reason, "0012", htlc["cltv_expiry"].to_bytes(4, "big").hex())
        if r.reason == "final_incorrect_htlc_amount":
            return Reject(r.reason, "0013", int(htlc["amount_msat"]).to_bytes(8, "big").hex())
        return Reject(r.reason, "400f", self.details(htlc))

    def decide(self, number, htlc, peeled, payment_hash):
        self.last_records = []
        known = "payload with amp" if self.takes_amp and peeled.final else "payload"
        records = self.last_records = decode_tlv(known, peeled.payload)
        records = dict(records)
        if 10 in records:
            return [(number, self.in_blinded_route(htlc, peeled, records))]
        if 12 in records or "path_key" in htlc:
            raise Reject("blinded_path_not_allowed")
        if 2 not in records:
            raise Reject("amt_to_forward_missing")
        if 4 not in records:
            raise Reject("outgoing_cltv_value_missing")
        amount = int.from_bytes(records[2], "big")
        if not peeled.final:
            if 6 not in records:
                raise Reject("next_hop_missing")
            if 8 in records and POLICIES["payment_data_before_final"] == "reject":
                raise Reject("payment_data_before_final")
            return [(number, {"outcome": "forwarded", "short_channel_id": records[6].hex()})]
        if 6 in records and POLICIES["final_short_channel_id"] == "reject":
            raise Reject("short_channel_id_at_final_node")
        if 18 in records and POLICIES["total_amount_msat"] == "reject":
            raise Reject("total_amount_msat_not_allowed")
        if amount == 0 and POLICIES["amt_to_forward_0"] == "reject":
            raise Reject("amt_to_forward_zero")
        if 14 in records:
            return self.in_amp_set(number, htlc, records, payment_hash)

        # 0x400f stands first in BOLT 4's list, then 0x0012, then 0x0013.
        again = payment_hash in self.claimed
        if again and POLICIES["claimed_hash_again"] == "fail":
            raise Reject("hash_already_claimed")
        data = records.get(8)
        secret, total = (data[:32], int.from_bytes(data[32:], "big")) if data is not None else (None, amount)
        record = records.get(KEYSEND)
        invoice = self.invoices.get(payment_hash)
        if 18 in records and data is None and POLICIES["total_amount_msat"] == "as_total":
            total = int.from_bytes(records[18], "big")
        multipart = False
        if POLICIES["invoice_with_wrong_record"] == "ignore" and invoice is not None and secret == invoice["secret"]:
            record = None
        if record is not None:
            # GUESS (the page does not say): beside an invoice the record is only compared, and a node that
            # refuses keysend takes the invoice's payment. GUESS: a record goes before the shared secret.
            if sha256(record) != payment_hash:
                raise Reject("preimage_mismatch")
            if self.settings["keysend"] == "refuse" and invoice is None:
                raise Reject("keysend_refused")
            if invoice is None and 16 in records and POLICIES["keysend_payment_metadata"] == "reject":
                raise Reject("payment_metadata_not_allowed")
            preimage = record
        held = self.sets.get(payment_hash)
        if invoice is not None or held is not None:
            if secret is None:
                raise Reject("payment_secret_missing")
            if secret != (invoice if invoice is not None else held)["secret"]:
                raise Reject("payment_secret_mismatch")
        if invoice is not None:
            if invoice["amount"] is not None:
                if total < invoice["amount"]:
                    raise Reject("amount_too_low")
                if total > 2 * invoice["amount"]:
                    raise Reject("amount_too_high")
            preimage, multipart = invoice["preimage"], True
        elif record is not None:
            if data is None and total != amount:
                raise Reject("total_msat_not_amount")
            if data is not None:
                policy = POLICIES["keysend_payment_data"]
                if policy == "reject":
                    raise Reject("payment_data_not_allowed")
                if policy == "accept_single" and total != amount:
                    raise Reject("total_msat_not_amount")
                multipart = policy == "accept_multipart"
        else:
            scheme = self.settings["shared_secret"]
            preimage = None if scheme == "off" else sha256({"bolt4": peeled.ss, "x-only": peeled.x}[scheme])
            if preimage is None or sha256(preimage) != payment_hash:
                raise Reject("payment_hash_unknown")
            if data is not None:
                if POLICIES["shared_secret_payment_data"] == "reject":
                    raise Reject("payment_data_not_allowed")
            if total != amount:
                raise Reject("total_msat_not_amount")
        self.compare(htlc, records)

        claim = {"outcome": "claimed", "preimage": preimage.hex()}
        if not multipart:
            self.claimed[payment_hash] = preimage
            return [(number, claim)]
        parts = self.sets.setdefault(payment_hash, {
            "total": total, "since": self.now, "htlcs": [], "secret": secret})
        parts["htlcs"].append((number, htlc, amount, self.height))
        if parts["total"] != total:
            return self.fail_set(payment_hash, "total_msat_differs")
        if sum(part[2] for part in parts["htlcs"]) >= total:
            del self.sets[payment_hash]
            self.claimed[payment_hash] = preimage
            return [(part[0], claim) for part in parts["htlcs"]]
        return [(number, {"outcome": "held"})]

    def compare(self, htlc, records):
        """The final node's rules on expiry and amount."""
        if htlc["cltv_expiry"] < self.height + max(1, self.settings["min_final_cltv_expiry_delta"]):
            raise Reject("expiry_too_soon")
        if htlc["cltv_expiry"] > self.height + 2016 and POLICIES["far_expiry"] == "fail":
            raise Reject("expiry_too_far")
        if htlc["cltv_expiry"] < int.from_bytes(records[4], "big"):
            raise Reject("final_incorrect_cltv_expiry")
        if int(htlc["amount_msat"]) < int.from_bytes(records[2], "big"):
            raise Reject("final_incorrect_htlc_amount")

    def in_amp_set(self, number, htlc, records, payment_hash):
        """LND, invoices/update.go: sets by payment secret and set id."""
        share, set_id, index = read_amp(records[14])
        if 8 not in records:
            raise Reject("payment_secret_missing")
        if set_id == bytes(32):
            raise Reject("set_id_zero")
        self.compare(htlc, records)
        total = int.from_bytes(records[8][32:], "big")
        key = ("amp", records[8][:32], set_id)
        parts = self.sets.get(key)
        if parts is None:
            parts = self.sets[key] = {"total": total, "since": self.now, "htlcs": [], "children": {}, "secret": None}
        if parts["total"] != total:
            raise Reject("total_msat_differs")
        parts["htlcs"].append((number, htlc, int.from_bytes(records[2], "big"), self.height))
        parts["children"][number] = (share, index, payment_hash)
        if sum(part[2] for part in parts["htlcs"]) < total:
            return [(number, {"outcome": "held"})]
        # What expired meanwhile is not among the parts any more.
        numbers = [part[0] for part in parts["htlcs"]]
        children = [parts["children"][number] for number in numbers]
        root = bytes(32)
        for share, _, _ in children:
            root = xor(root, share)
        derived = [amp_child(root, share, index) for share, index, _ in children]
        if [found for _, found in derived] != [wanted for _, _, wanted in children]:
            return self.fail_set(key, "child_hash_mismatch")
        del self.sets[key]
        for preimage, found in derived:
            self.claimed[found] = preimage
        return [(number, {"outcome": "claimed", "preimage": preimage.hex()})
                for number, (preimage, _) in zip(numbers, derived)]

    def in_blinded_route(self, htlc, peeled, records):
        """BOLT 4, "`payload` format", the reader of a payload with encrypted_recipient_data, sentence by sentence."""
        if "path_key" in htlc:
            if 12 in records:
                raise Reject("path_key_twice")
            path_key = bytes.fromhex(htlc["path_key"])
        elif 12 not in records:
            raise Reject("path_key_missing")
        else:
            path_key = records[12]
        shared = sha256(ser_point(multiply(self.secret, parse_point(path_key))))
        told, _ = read_sealed(shared, records[10])
        if 12 in told:
            if htlc["cltv_expiry"] > int.from_bytes(told[12][:4], "big"):
                raise Reject("max_cltv_expiry_exceeded")
            if int(htlc["amount_msat"]) < int.from_bytes(told[12][4:], "big"):
                raise Reject("below_htlc_minimum")
        # BOLT 9 has no feature for the context of blinded paths, so any bit is unknown.
        if any(told.get(14, b"")):
            raise Reject("feature_unknown")
        if 2 in told and 4 in told:
            raise Reject("next_hop_twice")
        # Every record counts here, those that the reader does not know as well.
        types, at = set(), 0
        while at < len(peeled.payload):
            kind, at = read_bigsize(peeled.payload, at, "type_truncated", "type_not_minimal")
            size, at = read_bigsize(peeled.payload, at, "length_truncated", "length_not_minimal")
            at += size
            types.add(kind)
        if types - ({2, 4, 10, 12, 18} if peeled.final else {10, 12}):
            raise Reject("record_not_of_a_blinded_route")
        if not peeled.final:
            # GUESS: the answer has a channel and no node, so that a next_node_id is not forwarded to.
            if 2 not in told:
                raise Reject("next_hop_missing")
            if 10 not in told:
                raise Reject("payment_relay_missing")
            if POLICIES["blinded_routes"] == "refuse":
                raise Reject("blinded_route_refused")
            return {"outcome": "forwarded", "short_channel_id": told[2].hex()}
        for kind, reason in ((2, "amt_to_forward_missing"), (4, "outgoing_cltv_value_missing"),
                             (18, "total_amount_msat_missing")):
            if kind not in records:
                raise Reject(reason)
        # "Route Blinding": the last node takes what came over a route that it made, and this one makes none.
        raise Reject("blinded_path_not_allowed")

    def fail_set(self, payment_hash, reason):
        parts = self.sets.pop(payment_hash)
        if reason == "mpp_timeout":
            return [(part[0], Reject(reason, "0017", "")) for part in parts["htlcs"]]
        return [self.fail_part(part, reason) for part in parts["htlcs"]]

    def fail_part(self, part, reason):
        number, htlc, _, height = part
        return (number, Reject(reason, "400f", self.details(htlc, height)))

    def blocks(self, height):
        """Parts whose expiry is reached fail; the others of their sets do so too if the policy says it."""
        self.height, failed = height, []
        for payment_hash, parts in list(self.sets.items()):
            gone = [part for part in parts["htlcs"] if part[1]["cltv_expiry"] <= height]
            if gone and POLICIES["expired_part"] == "fail_set":
                gone = parts["htlcs"]
            parts["htlcs"] = [part for part in parts["htlcs"] if part not in gone]
            if not parts["htlcs"]:
                del self.sets[payment_hash]
            failed += [self.fail_part(part, "held_until_expiry") for part in gone]
        return sorted(failed, key=lambda outcome: outcome[0])

    def event(self, event):
        kind = event["event"]
        if kind == "htlc":
            return self.arrive(event["htlc"])
        if kind == "invoice":
            preimage = bytes.fromhex(event["preimage"])
            amount = event.get("amount_msat")
            self.invoices[sha256(preimage)] = {
                "preimage": preimage, "secret": bytes.fromhex(event["payment_secret"]),
                "amount": None if amount is None else int(amount)}
        elif kind == "height":
            return self.blocks(event["height"])
        elif kind == "settings":
            self.settings = event["settings"]
        elif kind == "time":
            self.now += event["seconds"]
            late = [h for h, parts in self.sets.items() if self.now - parts["since"] >= 60]
            return sorted((o for h in late for o in self.fail_set(h, "mpp_timeout")), key=lambda o: o[0])
        else:
            raise ValueError(f"no event {kind}")
        return []


# ---------------------------------------------------------------- operations

def hexed(given, key):
    return bytes.fromhex(given[key])


def op_bigsize_decode(given):
    value, end = read_bigsize(hexed(given, "bytes"), 0, "bigsize_truncated", "bigsize_not_minimal")
    return {"value": str(value), "length": end}


def op_bigsize_encode(given):
    return {"bytes": bigsize(int(given["value"])).hex()}


def op_tlv_decode(given):
    records = decode_tlv(given["namespace"], hexed(given, "stream"))
    return {"records": [{"type": str(k), "value": v.hex()} for k, v in records]}


def op_ecdh(given):
    k = parse_secret(hexed(given, "secret_key"), "secret_key_invalid")
    shared = multiply(k, need_point(hexed(given, "public_key")))
    return {"shared_secret": sha256(ser_point(shared)).hex(), "x": shared[0].to_bytes(32, "big").hex()}


def op_construct(given):
    session = parse_secret(hexed(given, "session_key"), "session_key_invalid")
    if not given["hops"]:
        raise Reject("no_hops")
    keys = [need_point(hexed(h, "public_key")) for h in given["hops"]]
    payloads = [hexed(h, "payload") for h in given["hops"]]
    if any(len(p) < 2 for p in payloads):
        raise Reject("payload_length_reserved")
    return {"packet": construct(session, keys, payloads, hexed(given, "associated_data")).hex()}


def op_peel(given):
    packet, path_key = hexed(given, "packet"), given.get("path_key")
    secret = parse_secret(hexed(given, "node_secret"), "secret_key_invalid")
    path_key = None if path_key is None else bytes.fromhex(path_key)
    peeled = coded(packet, path_key is not None,
                   lambda: peel(secret, packet, hexed(given, "associated_data"), path_key))
    out = {"final": peeled.final, "payload": peeled.payload.hex(), "shared_secret": peeled.ss.hex()}
    if not peeled.final:
        out["next_packet"] = peeled.next.hex()
    return out


def op_receive(given):
    [(_, outcome)] = Node(given).arrive(given["htlc"])
    if isinstance(outcome, Reject):
        raise outcome
    return outcome


class AmpNode(Node):
    takes_amp = True


def op_sequence(given, kind=Node):
    node, outcomes = kind(given), []
    for event in given["events"]:
        listed = []
        for number, outcome in node.event(event):
            if isinstance(outcome, Reject):
                # GUESS: `code` and `data` are left out where a rejection has none (packet_length).
                listed.append({"htlc": number, "outcome": "failed", **outcome.answer()})
            else:
                listed.append({"htlc": number, **outcome})
        outcomes.append(listed)
    return {"outcomes": outcomes}


def route_secrets(given):
    session = parse_secret(hexed(given, "session_key"), "session_key_invalid")
    points = [need_point(bytes.fromhex(key)) for key in given["public_keys"]]
    return [ss for _, ss, _ in hop_secrets(session, points)]


def exactly32(text):
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError(f"{len(value)} bytes instead of 32")
    return value


def shared_secret(given):
    return exactly32(given["shared_secret"])


def op_failure_create(given):
    ss = shared_secret(given)
    packet = return_packet(ss, hexed(given, "failure_message"))
    return {"packet": apply_stream(b"ammag", ss, packet).hex()}


def op_failure_wrap(given):
    return {"packet": apply_stream(b"ammag", shared_secret(given), hexed(given, "packet")).hex()}


def op_failure_open(given):
    secrets, packet = route_secrets(given), hexed(given, "packet")
    if len(packet) < 292 and POLICIES["short_return_packet"] == "refuse":
        raise Reject("return_packet_too_short")
    hop, packet = find_sender(secrets, packet)
    out, message = {"hop": hop}, failure_message(packet)
    if message is not None:
        out["failure_message"] = message.hex()
        if len(message) >= 2:
            out["code"] = message[:2].hex()
    return out


def op_attribution_update(given):
    packet = bytes.fromhex(given.get("packet") or "")
    data = given.get("attribution_data")
    data = bytes(920) if data is None else bytes.fromhex(data)
    updated = update_attribution(shared_secret(given), given["hold_time"], packet, data)
    return {"attribution_data": updated.hex()}


def op_attribution_open(given):
    packet = bytes.fromhex(given.get("packet") or "")
    times, invalid = open_attribution(route_secrets(given), packet, hexed(given, "attribution_data"))
    return {"hold_times": times} if invalid is None else {"hold_times": times, "invalid_hop": invalid}


def op_blinded_create(given):
    session = parse_secret(hexed(given, "session_key"), "session_key_invalid")
    if not given["hops"]:
        raise Reject("no_hops")
    nodes = [need_point(hexed(hop, "public_key")) for hop in given["hops"]]
    route = create_route(session, nodes, [hexed(hop, "recipient_data") for hop in given["hops"]])
    return {"first_path_key": ser_point(multiply(session, G)).hex(),
            "hops": [{"blinded_node_id": node.hex(), "encrypted_recipient_data": sealed.hex()}
                     for node, sealed in route]}


def op_blinded_unblind(given):
    secret = parse_secret(hexed(given, "node_secret"), "secret_key_invalid")
    path_key = need_point(hexed(given, "path_key"))
    blinded, plain, following = unblind(secret, path_key, hexed(given, "encrypted_recipient_data"))
    return {"blinded_secret": blinded.hex(), "recipient_data": plain.hex(), "next_path_key": following.hex()}


def op_features_may_pay(given):
    invoice = bytes.fromhex(given.get("invoice_features") or "")
    return {"keysend": may_pay(given["payment"], bits_of(hexed(given, "node_features")), bits_of(invoice))}


def op_features_announce(given):
    bits = set(given["bits"])
    if any(bit ^ 1 in bits for bit in bits):
        raise Reject("feature_set_twice")
    if misses_dependency(bits):
        raise Reject("feature_dependency_missing")
    return {"features": trunc(sum(1 << bit for bit in bits)).hex()}


def op_amp_split(given):
    root, set_id = exactly32(given["root"]), exactly32(given["set_id"])
    shares, indexes = [exactly32(share) for share in given["shares"]], given["child_indexes"]
    if len(indexes) != len(shares) + 1:
        raise ValueError(f"{len(indexes)} child indexes beside {len(shares)} shares")
    last = root
    for share in shares:
        last = xor(last, share)
    children = []
    for share, index in zip(shares + [last], indexes):
        preimage, payment_hash = amp_child(root, share, index)
        children.append({"record": (share + set_id + trunc(index)).hex(), "preimage": preimage.hex(),
                         "payment_hash": payment_hash.hex()})
    return {"children": children}


def op_amp_claim(given):
    if not given["parts"]:
        raise ValueError("a set without parts")
    hashes = [exactly32(part["payment_hash"]) for part in given["parts"]]
    records = [read_amp(hexed(part, "record")) for part in given["parts"]]
    if len({set_id for _, set_id, _ in records}) > 1:
        raise Reject("set_id_differs")
    if any(set_id == bytes(32) for _, set_id, _ in records):
        raise Reject("set_id_zero")
    root = bytes(32)
    for share, _, _ in records:
        root = xor(root, share)
    children = [amp_child(root, share, index) for share, _, index in records]
    if [payment_hash for _, payment_hash in children] != hashes:
        raise Reject("child_hash_mismatch")
    return {"preimages": [preimage.hex() for preimage, _ in children]}


def op_payer_sequence(given):
    payer = Payer(given["scheme"])
    return {"outcomes": [payer.event(event) for event in given["events"]]}


def op_offline_derive(given):
    """docs/protocol.md, "offline.derive": the post of 2019 leaves the order of the HMAC and the amount's form open."""
    k = parse_secret(hexed(given, "secret_key"), "secret_key_invalid")
    shared = multiply(k, need_point(hexed(given, "public_key")))
    secret = shared[0].to_bytes(32, "big") if given["secret"] == "x" else sha256(ser_point(shared))
    number, encoding = int(given["amount"]), given["amount_encoding"]
    order = "little" if encoding == "u64_little_endian" else "big"
    channel = number.to_bytes(8, order)
    amount = {"tu64": trunc(number), "decimal": str(number).encode()}.get(encoding, channel)
    preimage = hmac256(secret, amount) if given["hmac_key"] == "secret" else hmac256(amount, secret)
    return {"preimage": preimage.hex(), "payment_hash": sha256(preimage).hex(), "short_channel_id": channel.hex()}


OPERATIONS = {
    "bigsize.decode": op_bigsize_decode, "bigsize.encode": op_bigsize_encode, "tlv.decode": op_tlv_decode,
    "ecdh.shared_secret": op_ecdh, "onion.construct": op_construct, "onion.peel": op_peel,
    "keysend.send": lambda g: send(g, True), "shared_secret.send": lambda g: send(g, False),
    "keysend.receive": op_receive, "shared_secret.receive": op_receive, "node.sequence": op_sequence,
    "failure.create": op_failure_create, "failure.wrap": op_failure_wrap, "failure.open": op_failure_open,
    "attribution.update": op_attribution_update, "attribution.open": op_attribution_open,
    "blinded.create": op_blinded_create, "blinded.unblind": op_blinded_unblind,
    "features.may_pay": op_features_may_pay, "features.announce": op_features_announce,
    "amp.split": op_amp_split, "amp.claim": op_amp_claim, "amp.sequence": lambda g: op_sequence(g, AmpNode),
    "payer.sequence": op_payer_sequence, "offline.derive": op_offline_derive,
}


def main():
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "hello":
            reply = {"type": "hello", "protocol": 1,
                     "implementation": {"name": "oracle", "version": "1", "language": "python"},
                     "operations": list(OPERATIONS), "policies": POLICIES, "profiles": ["bolt4", "x-only"],
                     "window": 8}
        else:
            try:
                reply = {"seq": message["seq"], "accept": OPERATIONS[message["operation"]](message["input"])}
            except Reject as r:
                reply = {"seq": message["seq"], "reject": r.answer()}
            except Exception as e:  # an adapter's own fault
                reply = {"seq": message["seq"], "error": f"{type(e).__name__}: {e}"}
        sys.stdout.buffer.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
