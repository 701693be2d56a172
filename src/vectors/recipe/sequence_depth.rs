//! Longer stories of a node: sets in every order and up to their last second, blocks that go back, several payments that
//! cross, and settings that change between two HTLCs. BOLT 4, "Basic Multi-Part Payments"; bLIP 3.

use super::fixture::{
    AMOUNT, EXPIRY, HEIGHT, amount_and_expiry, hex_of, integer, keysend_record, payment_data, record,
    settings,
};
use super::sequence::{
    MPP, PAID, arrives, case, invoice, keysend, on, part, part_with, payment_secret, preimage,
    shared_secret_attempt,
};
use super::suite::Suite as Recipes;
use crate::protocol::operation::{Event, Settings, SharedSecret, Switch};
use crate::protocol::value::Decimal;
use crate::vectors::Level;

const TIMEOUT: &str = "04-onion-routing.md:401-404";
const EXPIRY_SOON: &str = "04-onion-routing.md:341";
const POST: &str = "lightning-dev 2019-06-09";

/// Adds to `node.sequence`.
pub fn sequence(cases: &mut Recipes) {
    orders(cases);
    seconds(cases);
    heights(cases);
    crossing(cases);
    changed_settings(cases);
}

fn wait(seconds: u32) -> Event {
    Event::Time { seconds }
}

/// The same three parts in each order: the set does not depend on it.
fn orders(cases: &mut Recipes) {
    let amounts = [10_000_u64, 20_000, 70_000];
    for order in [[0_usize, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let parts = order.map(|index| arrives(&part("c", index as u32 + 1, amounts[index], AMOUNT)));
        let said = order.map(|index| amounts[index].to_string()).join(", ");
        let name = order.map(|index| (index + 1).to_string()).join("-");
        let mut events = vec![invoice("c", Some(AMOUNT))];
        events.extend(parts);
        case(
            cases,
            &format!("three-parts-in-order-{name}"),
            &format!("Three parts of {said} msat."),
            on(),
            events,
        )
        .spec(MPP)
        .accept();
    }
    let mut events = vec![invoice("c", Some(AMOUNT))];
    events.extend((1..=10).map(|attempt| arrives(&part("c", attempt, AMOUNT / 10, AMOUNT))));
    case(cases, "ten-parts", "Ten parts of a tenth.", on(), events).spec(MPP).accept();
    let events = vec![
        invoice("c", Some(AMOUNT)),
        arrives(&part("c", 1, AMOUNT - 1, AMOUNT)),
        arrives(&part("c", 2, 1, AMOUNT)),
    ];
    case(
        cases,
        "parts-of-all-but-one-msat-and-one",
        "A part that lacks one msat, and that one.",
        on(),
        events,
    )
    .spec(MPP)
    .accept();
    let wide = (1 << 32) + AMOUNT;
    let events = vec![
        invoice("c", Some(wide)),
        arrives(&part("c", 1, AMOUNT, wide)),
        arrives(&part("c", 2, 1 << 32, wide)),
    ];
    case(
        cases,
        "set-above-2-to-32",
        "A set of 2^32 + 100000 msat: the first part is the total's low 32 bits, and completes nothing.",
        on(),
        events,
    )
    .flag("integer-width")
    .flag("theft")
    .spec(MPP)
    .accept();
    let events = vec![
        invoice("c", None),
        arrives(&part("c", 1, AMOUNT / 2, AMOUNT)),
        arrives(&part("c", 2, AMOUNT / 2, AMOUNT)),
    ];
    case(cases, "two-parts-any-amount", "Two parts for an invoice without an amount.", on(), events)
        .spec(MPP)
        .accept();
    let events = vec![
        invoice("c", Some(AMOUNT)),
        arrives(&part("c", 1, AMOUNT, 2 * AMOUNT)),
        arrives(&part("c", 2, AMOUNT, 2 * AMOUNT)),
    ];
    case(
        cases,
        "set-of-twice-the-amount",
        "A set whose total is twice the invoice's amount: the first part alone would pay the invoice, and is held for the total.",
        on(),
        events,
    )
    .spec("04-onion-routing.md:1521-1525")
    .accept();
}

/// The time that a set has. BOLT 4 asks for at least sixty seconds.
fn seconds(cases: &mut Recipes) {
    let half = |attempt| arrives(&part("c", attempt, AMOUNT / 2, AMOUNT));
    let start = || invoice("c", Some(AMOUNT));
    case(
        cases,
        "part-after-59-seconds",
        "One part, 59 seconds, the other: a set has at least sixty seconds.",
        on(),
        vec![start(), half(1), wait(59), half(2)],
    )
    .level(Level::Should)
    .spec(TIMEOUT)
    .accept();
    case(
        cases,
        "part-after-59-single-seconds",
        "One part and, second by second, 59 of them; then the other.",
        on(),
        [vec![start(), half(1)], vec![wait(1); 59], vec![half(2)]].concat(),
    )
    .level(Level::Should)
    .spec(TIMEOUT)
    .accept();
    case(
        cases,
        "set-after-timeout-has-its-own-time",
        "A part times out; the next set's first part comes, and twenty seconds later its second.",
        on(),
        vec![start(), half(1), wait(600), half(2), wait(20), half(3)],
    )
    .level(Level::Should)
    .spec(TIMEOUT)
    .accept();
    case(
        cases,
        "time-before-the-first-part",
        "An hour before the first part: the time of a set starts with its first HTLC, not with the invoice.",
        on(),
        vec![start(), wait(3600), half(1), wait(20), half(2)],
    )
    .level(Level::Should)
    .spec(TIMEOUT)
    .accept();
    let third = |attempt| arrives(&part("c", attempt, AMOUNT / 4, AMOUNT));
    case(
        cases,
        "timed-out-part-does-not-count",
        "A half times out; two quarters come later: together with the half they would be enough, and are not.",
        on(),
        vec![start(), half(1), wait(600), third(2), third(3)],
    )
    .flag("theft")
    .level(Level::Should)
    .spec(TIMEOUT)
    .accept();
    case(
        cases,
        "replay-of-a-timed-out-part",
        "A part times out and its onion comes again: a replay.",
        on(),
        vec![start(), half(1), wait(600), half(1)],
    )
    .spec(TIMEOUT)
    .accept();
}

fn heights(cases: &mut Recipes) {
    let high = |height| Event::Height { height };
    case(
        cases,
        "blocks-go-back",
        "A height at which a keysend expires too soon, then a reorganisation to a lower one, and the keysend in a new onion.",
        on(),
        vec![high(EXPIRY - 17), arrives(&keysend("a", 1)), high(EXPIRY - 18), arrives(&keysend("a", 2))],
    )
    .spec(EXPIRY_SOON)
    .accept();
    case(
        cases,
        "failure-names-the-new-height",
        "A preimage that does not fit, a block, and another: each failure names the height of its own time.",
        on(),
        {
            let bent = |attempt| {
                let mut htlc = keysend("a", attempt);
                let mut sent = preimage("a");
                sent[0] ^= 1;
                htlc.payload = [amount_and_expiry(), keysend_record(&sent)].concat();
                arrives(&htlc)
            };
            vec![bent(1), high(HEIGHT + 1), bent(2)]
        },
    )
    .spec("blip-0003.md:40-42")
    .accept();
}

/// Payments of several kinds that come between each other.
fn crossing(cases: &mut Recipes) {
    let half = |name: &str, attempt| arrives(&part(name, attempt, AMOUNT / 2, AMOUNT));
    case(
        cases,
        "three-sets",
        "Parts of three invoices: the second set is complete first, and the third never.",
        on(),
        vec![
            invoice("c", Some(AMOUNT)),
            invoice("d", Some(AMOUNT)),
            invoice("e", Some(AMOUNT)),
            half("c", 1),
            half("d", 1),
            half("e", 1),
            half("d", 2),
            half("c", 2),
            wait(600),
        ],
    )
    .flag("theft")
    .spec("04-onion-routing.md:393")
    .accept();
    let other_secret = super::label::bytes32("node.sequence/other_payment_secret");
    let invoice_of_d = Event::Invoice {
        preimage: hex_of(preimage("d")),
        payment_secret: hex_of(other_secret),
        amount_msat: Some(Decimal(AMOUNT)),
    };
    let half_of_d = |attempt| arrives(&part_with("d", attempt, AMOUNT / 2, AMOUNT, other_secret));
    case(
        cases,
        "two-sets-two-secrets",
        "Parts of two invoices with payment secrets of their own, in turn.",
        on(),
        vec![
            invoice("c", Some(AMOUNT)),
            invoice_of_d.clone(),
            half("c", 1),
            half_of_d(1),
            half_of_d(2),
            half("c", 2),
        ],
    )
    .flag("theft")
    .spec("04-onion-routing.md:393")
    .accept();
    case(
        cases,
        "secret-of-another-invoice",
        "A part with the payment secret of another invoice fails; the two invoices are paid all the same.",
        on(),
        vec![
            invoice("c", Some(AMOUNT)),
            invoice_of_d.clone(),
            arrives(&part_with("c", 1, AMOUNT, AMOUNT, other_secret)),
            arrives(&part_with("d", 1, AMOUNT, AMOUNT, other_secret)),
            arrives(&part("c", 2, AMOUNT, AMOUNT)),
        ],
    )
    .flag("theft")
    .spec("04-onion-routing.md:1511-1514")
    .accept();
    case(
        cases,
        "keysend-of-a-held-hash",
        "A part is held for an invoice; a keysend with the invoice's own preimage comes without the secret, and the second part.",
        on(),
        {
            let mut htlc = keysend("c", 5);
            htlc.payload = [amount_and_expiry(), keysend_record(&preimage("c"))].concat();
            vec![invoice("c", Some(AMOUNT)), half("c", 1), arrives(&htlc), half("c", 2)]
        },
    )
    .flag("theft")
    .spec("04-onion-routing.md:1511-1514")
    .accept();
    case(
        cases,
        "parts-of-which-one-has-a-keysend-record",
        "Two parts of an invoice, the second with a keysend record that fits.",
        on(),
        {
            let mut second = part("c", 2, AMOUNT / 2, AMOUNT);
            second.payload = [second.payload, keysend_record(&preimage("c"))].concat();
            vec![invoice("c", Some(AMOUNT)), half("c", 1), arrives(&second)]
        },
    )
    .level(Level::May)
    .spec(MPP)
    .accept();
    case(
        cases,
        "part-with-unknown-even-record",
        "The second part has an even unknown record of type 14: it fails, the first is held, and a third completes the set.",
        on(),
        {
            let mut second = part("c", 2, AMOUNT / 2, AMOUNT);
            second.payload = [
                integer(2, AMOUNT / 2),
                integer(4, EXPIRY.into()),
                payment_data(payment_secret(), AMOUNT),
                record(14, b"x"),
            ]
            .concat();
            vec![invoice("c", Some(AMOUNT)), half("c", 1), arrives(&second), half("c", 3)]
        },
    )
    .spec("01-messaging.md:175-177")
    .accept();
    case(
        cases,
        "six-payments",
        "A keysend, an invoice, a forwarded HTLC, a keysend of a wrong preimage, another keysend, and the invoice's payment.",
        on(),
        {
            let mut forward = keysend("d", 1);
            forward.behind = Some(super::label::secret("node.sequence/behind").public_key());
            forward.payload = [amount_and_expiry(), record(6, &[0, 0, 1, 0, 0, 2, 0, 3])].concat();
            let mut wrong = keysend("e", 1);
            let mut sent = preimage("e");
            sent[31] ^= 1;
            wrong.payload = [amount_and_expiry(), keysend_record(&sent)].concat();
            vec![
                arrives(&keysend("a", 1)),
                invoice("c", Some(AMOUNT)),
                arrives(&forward),
                arrives(&wrong),
                arrives(&keysend("b", 1)),
                arrives(&part("c", 1, AMOUNT, AMOUNT)),
            ]
        },
    )
    .spec("blip-0003.md:29-42")
    .accept();
    case(
        cases,
        "claimed-set-and-a-late-part",
        "A set of two parts is claimed; then one HTLC of the whole amount comes.",
        on(),
        vec![invoice("c", Some(AMOUNT)), half("c", 1), half("c", 2), arrives(&part("c", 3, AMOUNT, AMOUNT))],
    )
    .revision(2)
    .level(Level::May)
    .policy("claimed_hash_again")
    .spec(PAID)
    .accept();
}

fn changed_settings(cases: &mut Recipes) {
    let set = |settings: Settings| Event::Settings { settings };
    case(
        cases,
        "delta-raised-between",
        "A keysend that expires in 18 blocks is claimed; the delta becomes 19, and the next one expires too soon.",
        on(),
        {
            let at_the_limit = |name: &str| {
                let mut htlc = keysend(name, 1);
                htlc.payload =
                    [integer(2, AMOUNT), integer(4, (HEIGHT + 18).into()), keysend_record(&preimage(name))].concat();
                htlc.expiry = HEIGHT + 18;
                arrives(&htlc)
            };
            let raised = Settings { min_final_cltv_expiry_delta: 19, ..on() };
            vec![at_the_limit("a"), set(raised), at_the_limit("b")]
        },
    )
    .spec(EXPIRY_SOON)
    .accept();
    case(
        cases,
        "keysend-off-does-not-fail-held-parts",
        "Keysend is switched off while a part of an invoice is held: the set is completed.",
        on(),
        vec![
            invoice("c", Some(AMOUNT)),
            arrives(&part("c", 1, AMOUNT / 2, AMOUNT)),
            set(Settings { keysend: Switch::Refuse, ..on() }),
            arrives(&part("c", 2, AMOUNT / 2, AMOUNT)),
        ],
    )
    .spec(MPP)
    .accept();
    let bolt4 = settings(SharedSecret::Bolt4);
    for (name, about, first, then) in [
        (
            "shared-secret-off-then-on",
            "The shared-secret scheme is off and an HTLC's hash is unknown; it is switched on, and the next attempt is claimed.",
            on(),
            bolt4,
        ),
        (
            "shared-secret-profile-changed",
            "A node of the profile bolt4 claims an attempt; as a node of the profile x-only it does not know the next one's hash.",
            bolt4,
            settings(SharedSecret::XOnly),
        ),
        (
            "shared-secret-with-keysend-off",
            "Keysend is switched off between two shared-secret payments: that is another scheme.",
            bolt4,
            Settings { keysend: Switch::Refuse, ..bolt4 },
        ),
    ] {
        let events = vec![arrives(&shared_secret_attempt(1)), set(then), arrives(&shared_secret_attempt(2))];
        case(cases, name, about, first, events).flag("scheme").spec(POST).accept();
    }
}
