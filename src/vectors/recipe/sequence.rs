//! A node from one event to the next: replays, hashes that were claimed, invoices beside keysends, sets of HTLCs, time and
//! blocks that pass. Every event has an answer, and what was rejected leaves nothing behind.
//! BOLT 4, "Onion Decryption", "Basic Multi-Part Payments" and "Failure Messages".

use super::fixture::{
    AMOUNT, EXPIRY, HEIGHT, Incoming, amount_and_expiry, hex_of, integer, keysend_record, payment_data,
    peeled, settings,
};
use super::suite::{Draft, Suite as Recipes};
use super::{label, sequence_depth};
use crate::bolt4::Preimage;
use crate::bolt4::secret::SharedPoint;
use crate::protocol::operation::{Event, Sequence, Settings, SharedSecret, Switch};
use crate::protocol::value::Decimal;
use crate::scheme::{Profile, shared_secret};
use crate::vectors::Level;

const REPLAY: &str = "04-onion-routing.md:916-921";
pub const PAID: &str = "04-onion-routing.md:1508-1510";
const SECRET: &str = "04-onion-routing.md:1511-1514";
pub const MPP: &str = "04-onion-routing.md:386-409";
const KEYSEND: &str = "blip-0003.md:29-42";

/// `node.sequence`.
pub fn sequence(cases: &mut Recipes) {
    keysends(cases);
    replays(cases);
    junk(cases);
    invoices(cases);
    sets(cases);
    time_and_blocks(cases);
    switches(cases);
    shared_secrets(cases);
    sequence_depth::sequence(cases);
}

/// The preimage of this name.
pub fn preimage(name: &str) -> [u8; 32] {
    label::bytes32(&format!("node.sequence/preimage/{name}"))
}

/// A keysend of the preimage of this name, in an onion of its own for each attempt.
pub fn keysend(name: &str, attempt: u32) -> Incoming {
    Incoming::keysend(&format!("node.sequence/{name}/{attempt}"), preimage(name))
}

/// An HTLC arrives, with what its packet decrypts to.
pub fn arrives(htlc: &Incoming) -> Event {
    let htlc_input = htlc.htlc();
    let peeled = peeled(&htlc.node, &htlc_input);
    Event::Htlc { htlc: htlc_input, peeled }
}

/// The payment secret of all invoices.
pub fn payment_secret() -> [u8; 32] {
    label::bytes32("node.sequence/payment_secret")
}

/// The node issues the invoice of this name.
pub fn invoice(name: &str, amount: Option<u64>) -> Event {
    Event::Invoice {
        preimage: hex_of(preimage(name)),
        payment_secret: hex_of(payment_secret()),
        amount_msat: amount.map(Decimal),
    }
}

/// An HTLC of so many msat for the invoice of this name, of a total.
pub fn part(name: &str, attempt: u32, amount: u64, total: u64) -> Incoming {
    part_with(name, attempt, amount, total, payment_secret())
}

/// The same with another payment secret.
pub fn part_with(name: &str, attempt: u32, amount: u64, total: u64, secret: [u8; 32]) -> Incoming {
    let mut htlc = keysend(name, attempt);
    htlc.payload = [integer(2, amount), integer(4, EXPIRY.into()), payment_data(secret, total)].concat();
    htlc.amount = amount;
    htlc
}

/// A sequence from the ordinary height on.
pub fn case<'a>(
    cases: &'a mut Recipes,
    name: &str,
    about: &str,
    settings: Settings,
    events: Vec<Event>,
) -> Draft<'a, Sequence> {
    let node_secret = hex_of(label::secret("node").encode());
    cases.old(name, about, &Sequence { node_secret, height: HEIGHT, settings, events }).flag("state")
}

/// Keysend is switched on, the other scheme is not.
pub fn on() -> Settings {
    settings(SharedSecret::Off)
}

fn keysends(cases: &mut Recipes) {
    let (one, two) = (arrives(&keysend("a", 1)), arrives(&keysend("b", 1)));
    case(cases, "one-keysend", "One keysend.", on(), vec![one.clone()]).flag("basic").spec(KEYSEND).accept();
    case(
        cases,
        "second-keysend-other-preimage",
        "Two keysends with different preimages: both are claimed.",
        on(),
        vec![one.clone(), two.clone()],
    )
    .flag("basic")
    .spec(KEYSEND)
    .accept();
    case(
        cases,
        "second-keysend-same-preimage",
        "A second keysend with a preimage that was claimed, in a new onion.",
        on(),
        vec![one.clone(), arrives(&keysend("a", 2))],
    )
    .level(Level::May)
    .flag("interoperability")
    .policy("claimed_hash_again")
    .spec(PAID)
    .accept();
    case(
        cases,
        "second-keysend-same-preimage-after-a-block",
        "A keysend, a block, and a second keysend with the same preimage, in a new onion.",
        on(),
        vec![one.clone(), Event::Height { height: HEIGHT + 1 }, arrives(&keysend("a", 2))],
    )
    .level(Level::May)
    .policy("claimed_hash_again")
    .spec(PAID)
    .accept();
    case(
        cases,
        "third-keysend-other-preimage",
        "Three keysends, the second with the preimage of the first: the third is not affected.",
        on(),
        vec![one.clone(), arrives(&keysend("a", 2)), two],
    )
    .level(Level::May)
    .policy("claimed_hash_again")
    .spec(PAID)
    .accept();
    let mut data = keysend("a", 3);
    data.payload =
        [amount_and_expiry(), payment_data(payment_secret(), AMOUNT), keysend_record(&preimage("a"))]
            .concat();
    let mut other = keysend("b", 3);
    other.payload =
        [amount_and_expiry(), payment_data(payment_secret(), AMOUNT), keysend_record(&preimage("b"))]
            .concat();
    case(
        cases,
        "two-keysends-one-payment-secret",
        "Two keysends whose payment_data has the same secret: they are two payments.",
        on(),
        vec![arrives(&data), arrives(&other)],
    )
    .level(Level::May)
    .flag("interoperability")
    .policy("keysend_payment_data")
    .spec("04-onion-routing.md:393")
    .accept();
    let mut half = keysend("a", 4);
    half.payload =
        [amount_and_expiry(), payment_data(payment_secret(), 2 * AMOUNT), keysend_record(&preimage("a"))]
            .concat();
    case(
        cases,
        "keysend-part-that-stays-alone",
        "One keysend HTLC with half of total_msat, and ten minutes: a node that holds it must let go.",
        on(),
        vec![arrives(&half), Event::Time { seconds: 600 }],
    )
    .level(Level::May)
    .flag("interoperability")
    .policy("keysend_payment_data")
    .spec(MPP)
    .accept();
}

fn replays(cases: &mut Recipes) {
    let one = keysend("a", 1);
    case(
        cases,
        "replay-after-claim",
        "The same onion again after it was claimed.",
        on(),
        vec![arrives(&one), arrives(&one)],
    )
    .flag("interoperability")
    .policy("replayed_onion")
    .spec(REPLAY)
    .accept();
    let Event::Htlc { mut htlc, .. } = arrives(&one) else { return };
    htlc.payment_hash = hex_of(Preimage(preimage("b")).payment_hash().0);
    case(
        cases,
        "replay-with-another-hash",
        "The same onion with another payment hash.",
        on(),
        vec![arrives(&one), Event::Htlc { htlc: htlc.clone(), peeled: None }],
    )
    .spec(REPLAY)
    .accept();
    case(cases, "other-hash-first", "An onion with a payment hash that it was not made for, then with the right one: what was not authenticated does not count as received.", on(), vec![Event::Htlc { htlc, peeled: None }, arrives(&one)])
        .flag("theft")
        .spec(REPLAY)
        .accept();
    let mut low = one.clone();
    low.amount -= 1;
    case(
        cases,
        "replay-after-rejection",
        "An onion that was rejected for its HTLC's amount, then with the right amount: a replay.",
        on(),
        vec![arrives(&low), arrives(&one)],
    )
    .spec(REPLAY)
    .accept();
    let bent = |at: usize| {
        let Event::Htlc { mut htlc, .. } = arrives(&one) else { unreachable!("arrives makes an HTLC") };
        htlc.packet.0[at] ^= 1;
        Event::Htlc { htlc, peeled: None }
    };
    case(cases, "bent-packet-first", "The packet with one bit of hop_payloads flipped, then as it was: the same HMAC, but it was not authenticated.", on(), vec![bent(700), arrives(&one)])
        .flag("theft")
        .spec(REPLAY)
        .accept();
    case(
        cases,
        "bent-packet-behind",
        "The packet as it was, then with one bit of hop_payloads flipped.",
        on(),
        vec![arrives(&one), bent(700)],
    )
    .level(Level::May)
    .policy("replayed_onion")
    .spec(REPLAY)
    .accept();
    let mut other = keysend("b", 1);
    other.session_key = one.session_key;
    case(
        cases,
        "same-session-key-twice",
        "Two keysends of a payer who uses one session key twice: the second is no replay, since its HMAC is another.",
        on(),
        vec![arrives(&one), arrives(&other)],
    )
    .spec(REPLAY)
    .accept();
    let invoice_part = part("c", 1, AMOUNT / 2, AMOUNT);
    case(
        cases,
        "replay-of-a-held-part-after-a-block",
        "A part of a set that is held, a block, and the same onion again: it must not complete the set.",
        on(),
        vec![
            invoice("c", Some(AMOUNT)),
            arrives(&invoice_part),
            Event::Height { height: HEIGHT + 1 },
            arrives(&invoice_part),
        ],
    )
    .flag("theft")
    .spec(REPLAY)
    .accept();
    case(
        cases,
        "replay-of-a-held-part",
        "A part of a set that is held, and the same onion again: it must not complete the set.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&invoice_part), arrives(&invoice_part)],
    )
    .flag("theft")
    .spec(REPLAY)
    .accept();
}

/// What was rejected leaves nothing behind.
fn junk(cases: &mut Recipes) {
    let good = arrives(&keysend("a", 1));
    let mut wrong = keysend("a", 2);
    let mut bent = preimage("a");
    bent[31] ^= 1;
    wrong.payload = [amount_and_expiry(), keysend_record(&bent)].concat();
    case(
        cases,
        "junk-preimage-then-valid",
        "A keysend with a junk preimage, then the valid one of the same hash.",
        on(),
        vec![arrives(&wrong), good.clone()],
    )
    .flag("theft")
    .spec(KEYSEND)
    .accept();
    let mut other = keysend("a", 3);
    other.payment_hash = Preimage(preimage("b")).payment_hash().0;
    let mut again = keysend("a", 4);
    again.payment_hash = Preimage(preimage("c")).payment_hash().0;
    case(cases, "one-preimage-two-wrong-hashes-then-valid", "A preimage with two payment hashes that it does not fit, then with its own: each HTLC has an answer.", on(), vec![arrives(&other), arrives(&again), good.clone()])
        .flag("theft")
        .spec(KEYSEND)
        .accept();
    let mut soon = keysend("a", 5);
    soon.payload =
        [integer(2, AMOUNT), integer(4, (HEIGHT + 17).into()), keysend_record(&preimage("a"))].concat();
    soon.expiry = HEIGHT + 17;
    case(
        cases,
        "too-soon-then-valid",
        "A keysend that expires one block too soon, then one that does not.",
        on(),
        vec![arrives(&soon), good.clone()],
    )
    .spec("04-onion-routing.md:341")
    .accept();
    let mut low = keysend("a", 6);
    low.amount -= 1;
    case(
        cases,
        "too-low-then-valid",
        "A keysend of one msat too little, then in a new onion of enough.",
        on(),
        vec![arrives(&low), good.clone()],
    )
    .spec("04-onion-routing.md:339")
    .accept();
    let mut long = keysend("a", 7);
    long.payload = [amount_and_expiry(), keysend_record(&preimage("a")[..31])].concat();
    case(
        cases,
        "short-preimage-then-valid",
        "A keysend record of 31 bytes, then the valid one.",
        on(),
        vec![arrives(&long), good.clone()],
    )
    .revision(2)
    .also(&["400f"])
    .spec(KEYSEND)
    .accept();
    let mut forward = keysend("a", 8);
    forward.behind = Some(label::secret("node.sequence/behind").public_key());
    forward.payload = [
        amount_and_expiry(),
        super::fixture::record(6, &[0, 0, 1, 0, 0, 2, 0, 3]),
        keysend_record(&preimage("a")),
    ]
    .concat();
    case(cases, "forwarded-then-valid", "An HTLC to be forwarded that carries a keysend record, then a keysend of that preimage: forwarding claims nothing.", on(), vec![arrives(&forward), good])
        .flag("theft")
        .spec("04-onion-routing.md:949-957")
        .accept();
}

fn invoices(cases: &mut Recipes) {
    let plain = part("c", 1, AMOUNT, AMOUNT);
    case(
        cases,
        "invoice-paid",
        "An invoice and its payment.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&plain)],
    )
    .flag("basic")
    .spec(MPP)
    .accept();
    case(
        cases,
        "invoice-paid-twice",
        "An invoice is paid twice.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&plain), arrives(&part("c", 2, AMOUNT, AMOUNT))],
    )
    .level(Level::May)
    .policy("claimed_hash_again")
    .spec(PAID)
    .accept();
    case(
        cases,
        "no-invoice",
        "A payment with payment_data for an invoice that was never issued.",
        on(),
        vec![arrives(&plain)],
    )
    .spec("04-onion-routing.md:1518-1520")
    .accept();
    case(
        cases,
        "invoice-after-payment",
        "A payment that comes before its invoice is issued, then one after it.",
        on(),
        vec![arrives(&plain), invoice("c", Some(AMOUNT)), arrives(&part("c", 2, AMOUNT, AMOUNT))],
    )
    .spec("04-onion-routing.md:1518-1520")
    .accept();
    case(
        cases,
        "invoice-for-a-claimed-hash",
        "A keysend is claimed, then an invoice is issued for its hash, and paid.",
        on(),
        vec![arrives(&keysend("c", 3)), invoice("c", Some(AMOUNT)), arrives(&plain)],
    )
    .level(Level::May)
    .policy("claimed_hash_again")
    .spec(PAID)
    .accept();
    let mut bent = payment_secret();
    bent[31] ^= 1;
    for (name, about, htlc) in [
        (
            "secret-wrong",
            "The payment secret's last bit is flipped.",
            part_with("c", 2, AMOUNT, AMOUNT, bent),
        ),
        ("secret-missing", "There is no payment_data.", {
            let mut htlc = keysend("c", 2);
            htlc.payload = amount_and_expiry();
            htlc
        }),
        (
            "total-one-less",
            "The total is one msat less than the invoice's amount.",
            part("c", 2, AMOUNT - 1, AMOUNT - 1),
        ),
        ("total-0", "The total is 0.", part("c", 2, AMOUNT, 0)),
        (
            "total-above-twice",
            "The total is more than twice the invoice's amount.",
            part("c", 2, 2 * AMOUNT + 1, 2 * AMOUNT + 1),
        ),
    ] {
        case(
            cases,
            &format!("invoice-{name}-then-paid"),
            &format!("{about} Then the invoice is paid as it should."),
            on(),
            vec![invoice("c", Some(AMOUNT)), arrives(&htlc), arrives(&plain)],
        )
        .flag("theft")
        .spec("04-onion-routing.md:1511-1525")
        .accept();
    }
    case(
        cases,
        "invoice-total-twice",
        "The total is twice the invoice's amount, which is still allowed.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&part("c", 2, 2 * AMOUNT, 2 * AMOUNT))],
    )
    .spec("04-onion-routing.md:1521-1525")
    .accept();
    case(
        cases,
        "invoice-any-amount",
        "An invoice without an amount.",
        on(),
        vec![invoice("c", None), arrives(&part("c", 2, 1, 1))],
    )
    .spec(MPP)
    .accept();

    // A keysend record must not stand in for the payment secret of an invoice.
    let record = |attempt: u32, value: &[u8]| {
        let mut htlc = keysend("c", attempt);
        htlc.payload = [amount_and_expiry(), keysend_record(value)].concat();
        htlc
    };
    let mut wrong = preimage("c");
    wrong[0] ^= 1;
    for (name, about, htlc) in [
        (
            "right",
            "A keysend with the invoice's own preimage and no payment secret.",
            record(3, &preimage("c")),
        ),
        ("wrong", "A keysend record that does not fit, and no payment secret.", record(4, &wrong)),
        ("31-bytes", "A keysend record of 31 bytes and no payment secret.", record(5, &preimage("c")[..31])),
    ] {
        // As in keysend.receive: a record of another length may be taken for a preimage that does not fit.
        let (revision, also): (u32, &[_]) = if name == "31-bytes" { (2, &["400f"]) } else { (1, &[]) };
        case(
            cases,
            &format!("invoice-and-keysend-{name}"),
            about,
            on(),
            vec![invoice("c", Some(AMOUNT)), arrives(&htlc), arrives(&plain)],
        )
        .revision(revision)
        .also(also)
        .flag("theft")
        .flag("interoperability")
        .spec(SECRET)
        .accept();
        let mut off = on();
        off.keysend = Switch::Refuse;
        case(
            cases,
            &format!("invoice-and-keysend-{name}-switched-off"),
            &format!("{about} Keysend is switched off."),
            off,
            vec![invoice("c", Some(AMOUNT)), arrives(&htlc), arrives(&plain)],
        )
        .revision(revision)
        .also(also)
        .flag("theft")
        .spec(SECRET)
        .accept();
    }
    let both = |attempt: u32, value: [u8; 32]| {
        let mut htlc = keysend("c", attempt);
        htlc.payload =
            [amount_and_expiry(), payment_data(payment_secret(), AMOUNT), keysend_record(&value)].concat();
        htlc
    };
    case(
        cases,
        "invoice-paid-with-keysend-record",
        "The invoice's payment secret and a keysend record that fits: it pays the invoice.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&both(6, preimage("c")))],
    )
    .level(Level::May)
    .spec(SECRET)
    .accept();
    case(
        cases,
        "invoice-paid-with-wrong-keysend-record",
        "The invoice's payment secret and a keysend record that does not fit.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&both(7, wrong))],
    )
    .level(Level::Should)
    .spec(KEYSEND)
    .accept();
    let mut off = on();
    off.keysend = Switch::Refuse;
    case(
        cases,
        "invoice-paid-with-wrong-keysend-record-switched-off",
        "The invoice's payment secret and a keysend record that does not fit. Keysend is switched off.",
        off,
        vec![invoice("c", Some(AMOUNT)), arrives(&both(7, wrong))],
    )
    .level(Level::Should)
    .spec(KEYSEND)
    .accept();
    // An intermediary that probes: the answer must not tell whether the hash is known.
    let mut probe = keysend("c", 8);
    probe.payload = [amount_and_expiry(), keysend_record(&label::bytes32("node.sequence/random"))].concat();
    case(
        cases,
        "probe-unknown-hash",
        "A random preimage with a hash that the node does not know.",
        on(),
        vec![arrives(&probe)],
    )
    .flag("probing")
    .spec(KEYSEND)
    .accept();
    case(
        cases,
        "probe-known-hash",
        "The same HTLC at a node that has an invoice for the hash: the same answer.",
        on(),
        vec![invoice("c", Some(AMOUNT)), arrives(&probe)],
    )
    .flag("probing")
    .spec(KEYSEND)
    .accept();
    case(
        cases,
        "probe-pending-hash",
        "The same HTLC at a node that holds a part for the hash: the same answer, and the part stays.",
        on(),
        vec![
            invoice("c", Some(AMOUNT)),
            arrives(&part("c", 9, AMOUNT / 2, AMOUNT)),
            arrives(&probe),
            arrives(&part("c", 10, AMOUNT / 2, AMOUNT)),
        ],
    )
    .flag("probing")
    .spec(KEYSEND)
    .accept();
}

fn sets(cases: &mut Recipes) {
    let half = |attempt| arrives(&part("c", attempt, AMOUNT / 2, AMOUNT));
    let start = || invoice("c", Some(AMOUNT));
    case(cases, "two-parts", "Two parts that reach the total.", on(), vec![start(), half(1), half(2)])
        .flag("basic")
        .spec(MPP)
        .accept();
    case(cases, "one-part-of-two", "One part of two: nothing is claimed.", on(), vec![start(), half(1)])
        .flag("theft")
        .spec(MPP)
        .accept();
    let third = |attempt, amount| arrives(&part("c", attempt, amount, AMOUNT));
    case(
        cases,
        "three-parts",
        "Three parts.",
        on(),
        vec![start(), third(1, 10_000), third(2, 20_000), third(3, 70_000)],
    )
    .spec(MPP)
    .accept();
    case(
        cases,
        "one-msat-missing",
        "Two parts that miss the total by one msat, then that one.",
        on(),
        vec![start(), third(1, 50_000), third(2, 49_999), third(3, 1)],
    )
    .spec(MPP)
    .accept();
    case(
        cases,
        "more-than-the-total",
        "Two parts that pass the total.",
        on(),
        vec![start(), third(1, 60_000), third(2, 60_000)],
    )
    .spec(MPP)
    .accept();
    let mut paid_more = part("c", 2, AMOUNT / 4, AMOUNT);
    paid_more.amount = AMOUNT;
    case(
        cases,
        "amount-is-not-amt-to-forward",
        "The second HTLC has more than its amt_to_forward: the set counts amt_to_forward.",
        on(),
        vec![start(), half(1), arrives(&paid_more)],
    )
    .spec("04-onion-routing.md:396-397")
    .accept();
    case(
        cases,
        "totals-differ",
        "Two parts with different totals: the whole set fails.",
        on(),
        vec![start(), half(1), arrives(&part("c", 2, AMOUNT / 2, AMOUNT + 1))],
    )
    .level(Level::Should)
    .spec("04-onion-routing.md:394-395")
    .accept();
    case(
        cases,
        "totals-and-amounts-differ",
        "Two parts with different totals and amounts: each failure names the amount of its own HTLC.",
        on(),
        vec![start(), third(1, 30_000), arrives(&part("c", 2, 70_000, AMOUNT + 1))],
    )
    .level(Level::Should)
    .spec("04-onion-routing.md:394-395")
    .accept();
    case(
        cases,
        "totals-differ-then-again",
        "A set fails for different totals; then it is paid anew.",
        on(),
        vec![start(), half(1), arrives(&part("c", 2, AMOUNT / 2, AMOUNT + 1)), half(3), half(4)],
    )
    .level(Level::Should)
    .spec("04-onion-routing.md:394-395")
    .accept();
    let mut bent = payment_secret();
    bent[0] ^= 1;
    case(
        cases,
        "part-with-wrong-secret",
        "The second part has another payment secret: it fails, and the first one waits for the right one.",
        on(),
        vec![start(), half(1), arrives(&part_with("c", 2, AMOUNT / 2, AMOUNT, bent)), half(3)],
    )
    .flag("theft")
    .spec(SECRET)
    .accept();
    let mut low = part("c", 2, AMOUNT / 2, AMOUNT);
    low.amount -= 1;
    case(
        cases,
        "part-with-low-amount",
        "The second part's HTLC has less than its amt_to_forward: it fails and does not count.",
        on(),
        vec![start(), half(1), arrives(&low), half(3)],
    )
    .spec("04-onion-routing.md:339")
    .accept();
    let two = |name: &str, attempt| arrives(&part(name, attempt, AMOUNT / 2, AMOUNT));
    case(
        cases,
        "two-sets",
        "Parts of two invoices, in turn: sets go by payment hash, not by payment secret.",
        on(),
        vec![start(), invoice("d", Some(AMOUNT)), two("c", 1), two("d", 1), two("d", 2), two("c", 2)],
    )
    .flag("theft")
    .spec("04-onion-routing.md:393")
    .accept();
    case(
        cases,
        "keysend-between-parts",
        "A keysend between two parts of an invoice.",
        on(),
        vec![start(), half(1), arrives(&keysend("a", 1)), half(2)],
    )
    .spec(MPP)
    .accept();
}

fn time_and_blocks(cases: &mut Recipes) {
    let half = |attempt| arrives(&part("c", attempt, AMOUNT / 2, AMOUNT));
    let start = || invoice("c", Some(AMOUNT));
    let wait = |seconds| Event::Time { seconds };
    case(
        cases,
        "part-times-out",
        "One part of two, and ten minutes.",
        on(),
        vec![start(), half(1), wait(600)],
    )
    .flag("basic")
    .level(Level::Should)
    .spec("04-onion-routing.md:401-404")
    .accept();
    case(
        cases,
        "part-within-the-time",
        "One part, twenty seconds, the other.",
        on(),
        vec![start(), half(1), wait(20), half(2)],
    )
    .level(Level::Should)
    .spec("04-onion-routing.md:401-404")
    .accept();
    case(
        cases,
        "part-after-the-time",
        "One part times out; the other comes later and waits alone; then a third completes it.",
        on(),
        vec![start(), half(1), wait(600), half(2), half(3)],
    )
    .flag("theft")
    .level(Level::Should)
    .spec("04-onion-routing.md:401-404")
    .accept();
    case(
        cases,
        "parts-time-out-with-the-first",
        "Two parts of three, thirty seconds apart, and 45 seconds: the time counts from the first, and both fail. (How long a node waits, \
         beyond a minute, is its own choice.)",
        on(),
        vec![
            start(),
            arrives(&part("c", 1, 30_000, AMOUNT)),
            wait(30),
            arrives(&part("c", 2, 30_000, AMOUNT)),
            wait(45),
        ],
    )
    .level(Level::May)
    .spec("04-onion-routing.md:401-404")
    .accept();
    case(
        cases,
        "time-after-claim",
        "Ten minutes after a set was claimed: nothing happens.",
        on(),
        vec![start(), half(1), half(2), wait(600)],
    )
    .spec(MPP)
    .accept();
    case(
        cases,
        "two-sets-time-out",
        "Parts of two sets time out together.",
        on(),
        vec![
            start(),
            invoice("d", Some(AMOUNT)),
            half(1),
            arrives(&part("d", 1, AMOUNT / 2, AMOUNT)),
            wait(600),
        ],
    )
    .level(Level::Should)
    .spec("04-onion-routing.md:401-404")
    .accept();
    let high = |height| Event::Height { height };
    case(
        cases,
        "blocks-between",
        "A keysend that would be in time comes after blocks were found: it expires too soon.",
        on(),
        vec![high(EXPIRY - 17), arrives(&keysend("a", 1))],
    )
    .flag("theft")
    .spec("04-onion-routing.md:341")
    .accept();
    case(
        cases,
        "blocks-between-just-in-time",
        "The same with one block less.",
        on(),
        vec![high(EXPIRY - 18), arrives(&keysend("a", 1))],
    )
    .spec("04-onion-routing.md:341")
    .accept();
    case(
        cases,
        "blocks-between-parts",
        "Blocks between two parts: the second one expires too soon and does not count.",
        on(),
        vec![start(), half(1), high(EXPIRY - 17), half(2), wait(600)],
    )
    .spec("04-onion-routing.md:341")
    .accept();
}

fn switches(cases: &mut Recipes) {
    let set = |keysend| Event::Settings { settings: Settings { keysend, ..on() } };
    let mut off = on();
    off.keysend = Switch::Refuse;
    case(
        cases,
        "keysend-off-then-on",
        "Keysend is off and an HTLC fails; it is switched on and another of the same hash is claimed.",
        off,
        vec![arrives(&keysend("a", 1)), set(Switch::Accept), arrives(&keysend("a", 2))],
    )
    .level(Level::Should)
    .flag("interoperability")
    .spec(KEYSEND)
    .accept();
    case(
        cases,
        "keysend-on-then-off",
        "Keysend is switched off after a claim.",
        on(),
        vec![arrives(&keysend("a", 1)), set(Switch::Refuse), arrives(&keysend("b", 1))],
    )
    .level(Level::Should)
    .spec(KEYSEND)
    .accept();
    let mut both = part("c", 2, AMOUNT, AMOUNT);
    both.payload = [both.payload, keysend_record(&preimage("c"))].concat();
    case(
        cases,
        "invoice-paid-with-keysend-record-switched-off",
        "Keysend is off, and an invoice is paid with its secret and a keysend record that fits: it is a payment of the invoice.",
        off,
        vec![invoice("c", Some(AMOUNT)), arrives(&both)],
    )
    .level(Level::May)
    .spec(SECRET)
    .accept();
    case(
        cases,
        "invoice-while-keysend-is-off",
        "Keysend is off: invoices are paid all the same.",
        off,
        vec![invoice("c", Some(AMOUNT)), arrives(&part("c", 1, AMOUNT, AMOUNT))],
    )
    .spec(MPP)
    .accept();
}

/// An attempt of one payment in the shared-secret scheme, profile bolt4: each has a hash of its own.
pub fn shared_secret_attempt(number: u32) -> Incoming {
    let mut htlc =
        Incoming::new(&format!("node.sequence/shared-secret/{number}"), amount_and_expiry(), [0; 32]);
    let point = SharedPoint::new(&htlc.node.public_key(), &htlc.session_key);
    htlc.payment_hash = shared_secret::preimage(&point, Profile::Bolt4).payment_hash().0;
    htlc
}

fn shared_secrets(cases: &mut Recipes) {
    let attempt = shared_secret_attempt;
    let node = settings(SharedSecret::Bolt4);
    let post = "lightning-dev 2019-06-09";
    case(cases, "shared-secret-retry", "Two attempts of one shared-secret payment: each has a session key and so a hash of its own, and they are two payments.", node, vec![arrives(&attempt(1)), arrives(&attempt(2))])
        .flag("scheme")
        .spec(post)
        .accept();
    let halves = |number: u32| {
        let mut htlc = attempt(number);
        htlc.payload =
            [integer(2, AMOUNT / 2), integer(4, EXPIRY.into()), payment_data(payment_secret(), AMOUNT)]
                .concat();
        htlc.amount = AMOUNT / 2;
        htlc
    };
    case(
        cases,
        "shared-secret-retries-do-not-combine",
        "Two shared-secret HTLCs, each with half of total_msat: they are no set, and both fail.",
        node,
        vec![arrives(&halves(1)), arrives(&halves(2)), Event::Time { seconds: 600 }],
    )
    .flag("scheme")
    .level(Level::May)
    .policy("shared_secret_payment_data")
    .spec("04-onion-routing.md:393")
    .accept();
    case(
        cases,
        "shared-secret-replay",
        "The same shared-secret onion twice.",
        node,
        vec![arrives(&attempt(1)), arrives(&attempt(1))],
    )
    .flag("scheme")
    .policy("replayed_onion")
    .spec(REPLAY)
    .accept();
    case(
        cases,
        "shared-secret-and-keysend",
        "A shared-secret payment and a keysend at one node.",
        node,
        vec![arrives(&attempt(1)), arrives(&keysend("a", 1))],
    )
    .flag("scheme")
    .spec(post)
    .accept();
    let mut other = keysend("e", 1);
    other.payment_hash = attempt(1).payment_hash;
    other.payload = amount_and_expiry();
    case(
        cases,
        "shared-secret-hash-in-another-onion",
        "The payment hash of an attempt with another onion: its secret does not fit.",
        node,
        vec![arrives(&other), arrives(&attempt(1))],
    )
    .flag("scheme")
    .flag("theft")
    .spec(post)
    .accept();
}
