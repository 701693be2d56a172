//! `amp.sequence`: a node that accepts spontaneous AMP as well. Sets in every order, with HTLCs that are missing, doubled or wrong, and
//! what comes between. As LND does it; where BOLT 4 has a rule for any set or any final HTLC, that rule.

use super::story::*;
use crate::blueprint::{Hash, label};
use crate::scheme::amp::{Child, split};
use crate::vectors::Level;
use crate::vectors::recipe::payment::{AMP, CURRENT_PATH_KEY, SHORT_CHANNEL_ID};
use crate::vectors::recipe::suite::Draft;

const SECTION: &str = "lnd-0.21.3-beta";
const CLAIM: [&str; 3] = ["amp.claim", "amp.set", "amp.root"];
const ALONE: [&str; 1] = ["amp.same-total"];

/// `amp.sequence`.
pub fn amp(suite: &mut Suite) {
    suite.section(SECTION);
    whole(suite);
    never_whole(suite);
    spoiled(suite);
    several(suite);
    totals(suite);
    faults(suite);
    beside(suite);
    again(suite);
}

/// Begins a case. No text but an implementation says what becomes of it.
fn case(suite: &mut Suite, name: impl Into<String>) -> Draft<'_, Story> {
    must(suite, name).level(Level::Proposal)
}

/// A set: its name, its children, and the payment secret and the total that they name.
struct Set {
    name: &'static str,
    children: Vec<Child>,
    secret: [u8; 32],
    total: u64,
}

/// The set of this name, of so many children. Each pays 100000 msat.
fn set(name: &'static str, count: usize) -> Set {
    let word = |word: &str| label::bytes32(&format!("amp.sequence/{name}/{word}"));
    let shares: Vec<_> = (1..count).map(|index| word(&format!("share-{index}"))).collect();
    let indexes: Vec<_> = (0..count as u32).collect();
    let children = split(word("root"), word("set_id"), &shares, &indexes);
    Set { name, children, secret: word("payment_secret"), total: AMOUNT * count as u64 }
}

impl Set {
    /// The HTLC of a child. Another attempt is another onion.
    fn htlc(&self, index: usize, attempt: u32) -> Payment {
        let child = &self.children[index];
        let name = format!("amp.sequence/{}/{index}/{attempt}", self.name);
        Payment::new(&name, Hash::Given(child.payment_hash.0))
            .but(payment_data_with(self.secret, self.total))
            .but(|htlc| htlc.payload().put(AMP, child.record.encode()))
    }

    fn htlcs(&self, indexes: &[usize], attempt: u32) -> Vec<Payment> {
        indexes.iter().map(|index| self.htlc(*index, attempt)).collect()
    }

    fn all(&self, attempt: u32) -> Vec<Payment> {
        (0..self.children.len()).map(|index| self.htlc(index, attempt)).collect()
    }
}

/// Another total, in msat.
fn total_of(set: &Set, total: u64) -> impl Fn(&mut Payment) {
    payment_data_with(set.secret, total)
}

fn whole(suite: &mut Suite) {
    case(suite, "1-part")
        .about("One HTLC, whose share is the root: it is claimed when it arrives.")
        .flag("basic")
        .shows(CLAIM)
        .story(node().htlcs(set("a", 1).all(1)));
    case(suite, "2-parts")
        .about(
            "Two HTLCs: the first is held, and with the second each is claimed with a preimage of its own.",
        )
        .flag("basic")
        .shows(CLAIM)
        .story(node().htlcs(set("a", 2).all(1)));
    for (name, about, order) in [
        ("3-parts", "Three HTLCs in the order of their child indexes.", [0, 1, 2]),
        ("3-parts-last-first", "Three HTLCs, the last child first.", [2, 1, 0]),
        ("3-parts-middle-first", "Three HTLCs, the second child first.", [1, 0, 2]),
        ("3-parts-first-last", "Three HTLCs, the first child last.", [1, 2, 0]),
    ] {
        case(suite, name).about(about).shows(CLAIM).story(node().htlcs(set("a", 3).htlcs(&order, 1)));
    }
    case(suite, "21-parts").about("21 HTLCs.").shows(CLAIM).story(node().htlcs(set("a", 21).all(1)));
    let two = set("a", 2);
    let [less, more] =
        [(0, 70_001), (1, 129_999)].map(|(index, amount)| two.htlc(index, 1).but(amount_of(amount)));
    case(suite, "parts-of-other-amounts")
        .about("70001 and 129999 msat of 200000.")
        .shows(CLAIM)
        .story(node().htlcs([less, more]));
    let same_index = split(
        label::bytes32("amp.sequence/same-index/root"),
        two.children[0].record.set_id,
        &[label::bytes32("amp.sequence/same-index/share")],
        &[5, 5],
    );
    let same_index = Set { name: "same-index", children: same_index, secret: two.secret, total: 2 * AMOUNT };
    case(suite, "child-index-twice")
        .about("Two HTLCs with the same child index: their shares tell them apart.")
        .shows(CLAIM)
        .story(node().htlcs(same_index.all(1)));
    case(suite, "nothing-after-the-claim")
        .about("Two HTLCs are claimed, and a day passes.")
        .shows(CLAIM)
        .story(node().htlcs(two.all(1)).wait(A_DAY));
    let large =
        split(label::bytes32("amp.sequence/large/root"), two.children[0].record.set_id, &[], &[0x8000_0000]);
    let large = Set { name: "large", children: large, secret: two.secret, total: AMOUNT };
    case(suite, "child-index-2-to-31")
        .about("One HTLC with the child index 2147483648.")
        .shows(CLAIM)
        .story(node().htlcs(large.all(1)));
    case(suite, "parts-a-while-apart")
        .about("One HTLC, twenty seconds and a block, the other.")
        .shows(CLAIM)
        .story(node().htlc(two.htlc(0, 1)).wait(20).height(HEIGHT + 1).htlc(two.htlc(1, 1)));
}

fn never_whole(suite: &mut Suite) {
    let two = set("a", 2);
    case(suite, "part-times-out")
        .about("One HTLC of two, and a day.")
        .shows(["amp.set", "bolt4.mpp.timeout"])
        .story(node().htlc(two.htlc(0, 1)).wait(A_DAY));
    case(suite, "two-parts-time-out")
        .about("Two HTLCs of three, and a day: both fail.")
        .shows(["amp.set", "bolt4.mpp.timeout"])
        .story(node().htlcs(set("a", 3).htlcs(&[0, 1], 1)).wait(A_DAY));
    case(suite, "other-set-after-the-time")
        .about("One HTLC of two, and a day; then another set comes, and is claimed.")
        .shows(CLAIM)
        .story(node().htlc(two.htlc(0, 1)).wait(A_DAY).htlcs(set("b", 2).all(1)));
    let one = Set { total: 2 * AMOUNT, ..set("a", 1) };
    case(suite, "part-with-the-whole-root")
        .about("One HTLC whose share is the root, of half the total: its preimage is known, and it is held until the time is over.")
        .flag("theft")
        .shows(["amp.set"])
        .story(node().htlcs(one.all(1)).wait(A_DAY));
    let three = 3 * AMOUNT;
    case(suite, "part-held-until-its-expiry")
        .about("Two HTLCs of three that expire at two heights, and the first of them is reached.")
        .policy("expired_part")
        .shows(["amp.set", "bolt2.held.expiry"])
        .story(
            node()
                .htlcs([
                    two.htlc(0, 1).but(total_of(&two, three)),
                    two.htlc(1, 1).but(total_of(&two, three)).but(expiry(EXPIRY + 100)),
                ])
                .height(EXPIRY),
        );
    case(suite, "held-until-expiry")
        .about("One HTLC of two, and its expiry is reached.")
        .shows(["amp.set", "bolt2.held.expiry"])
        .story(node().htlc(two.htlc(0, 1)).height(EXPIRY));
}

fn spoiled(suite: &mut Suite) {
    let two = set("a", 2);
    let bent = |index: usize, at: usize| two.htlc(index, 1).but(flipped(AMP, at));
    let both = |first: Payment, second: Payment| node().htlcs([first, second]);
    case(suite, "share-wrong")
        .about("A bit of the second HTLC's share is flipped: both fail.")
        .flag("theft")
        .shows(CLAIM)
        .story(both(two.htlc(0, 1), bent(1, 31)));
    case(suite, "share-wrong-of-the-first")
        .about("A bit of the first HTLC's share is flipped: both fail when the second arrives.")
        .flag("theft")
        .shows(CLAIM)
        .story(both(bent(0, 0), two.htlc(1, 1)));
    case(suite, "child-index-wrong")
        .about("The second HTLC has the first one's child index: both fail.")
        .flag("theft")
        .shows(CLAIM)
        .story(both(two.htlc(0, 1), {
            let mut record = two.children[1].record;
            record.child_index = 0;
            two.htlc(1, 1).but(|htlc| htlc.payload().put(AMP, record.encode()))
        }));
    case(suite, "payment-hash-wrong")
        .about("The second HTLC's payment hash is not its child's: both fail.")
        .flag("theft")
        .shows(CLAIM)
        .story(both(two.htlc(0, 1), two.htlc(1, 1).but(|htlc| htlc.hash = Hash::Given(hash("a")))));
    case(suite, "payment-hashes-swapped")
        .about("Each of two HTLCs has the payment hash of the other: both fail.")
        .flag("theft")
        .shows(CLAIM)
        .story({
            let hash = |index: usize| Hash::Given(two.children[index].payment_hash.0);
            both(
                two.htlc(0, 1).but(|htlc| htlc.hash = hash(1)),
                two.htlc(1, 1).but(|htlc| htlc.hash = hash(0)),
            )
        });
    case(suite, "share-wrong-and-a-day")
        .about("A bit of the second HTLC's share is flipped: both fail, and nothing more happens to them in a day.")
        .shows(CLAIM)
        .story(both(two.htlc(0, 1), bent(1, 31)).wait(A_DAY));
    case(suite, "child-twice")
        .about("The first child twice, in two onions: the amounts reach the total, and their shares cancel out. Both fail.")
        .flag("theft")
        .shows(CLAIM)
        .story(both(two.htlc(0, 1), two.htlc(0, 2)));
    case(suite, "other-set-after-one-that-failed")
        .about("A set with a wrong share, then a set of another id and payment secret: it is claimed.")
        .shows(CLAIM)
        .story(both(two.htlc(0, 1), bent(1, 31)).htlcs(set("b", 2).all(1)));
}

fn several(suite: &mut Suite) {
    let (a, b) = (set("a", 2), set("b", 2));
    let b_with_the_secret_of_a = Set { secret: a.secret, ..set("b", 2) };
    let crossed = |a: &Set, b: &Set| node().htlcs([a.htlc(0, 1), b.htlc(0, 1), b.htlc(1, 1), a.htlc(1, 1)]);
    case(suite, "two-sets-crossed")
        .about("A second set arrives between the two HTLCs of the first.")
        .shows(CLAIM)
        .story(crossed(&a, &b));
    case(suite, "two-sets-crossed-with-one-payment-secret")
        .about("A second set with the same payment secret arrives between the two HTLCs of the first: their set ids tell them apart.")
        .flag("theft")
        .shows(CLAIM)
        .story(crossed(&a, &b_with_the_secret_of_a));
    case(suite, "two-sets-one-after-the-other")
        .about("A set is claimed, then another.")
        .shows(CLAIM)
        .story(node().htlcs(a.all(1)).htlcs(b.all(1)));
    case(suite, "two-sets-with-one-payment-secret")
        .about("A set is claimed, then one with another set id and the same payment secret.")
        .shows(CLAIM)
        .story(node().htlcs(a.all(1)).htlcs(b_with_the_secret_of_a.all(1)));
    case(suite, "two-sets-with-their-own-time")
        .about("A set is claimed; 50 seconds later another with its payment secret begins, and is complete after 50 seconds more.")
        .shows(["amp.set", "bolt4.mpp.wait"])
        .story(
            node()
                .htlcs(a.all(1))
                .wait(50)
                .htlc(b_with_the_secret_of_a.htlc(0, 1))
                .wait(50)
                .htlc(b_with_the_secret_of_a.htlc(1, 1)),
        );
    case(suite, "set-id-wrong")
        .about("A bit of the second HTLC's set id is flipped: each waits alone, and both fail when their time is over.")
        .flag("theft")
        .shows(["amp.set"])
        .story(node().htlcs([a.htlc(0, 1), a.htlc(1, 1).but(flipped(AMP, 63))]).wait(A_DAY));
    case(suite, "set-id-differs-in-its-first-bit")
        .about("The first bit of the second HTLC's set id is flipped.")
        .flag("theft")
        .shows(["amp.set"])
        .story(
            node()
                .htlcs([a.htlc(0, 1), a.htlc(1, 1).but(|htlc| htlc.record(AMP).flip(32, 0x80))])
                .wait(A_DAY),
        );
}

fn totals(suite: &mut Suite) {
    let (two, three) = (set("a", 2), set("a", 3));
    for (name, about, total) in [
        ("total-above", "a total of one msat more", 2 * AMOUNT + 1),
        ("total-below", "a total of one msat less", 2 * AMOUNT - 1),
        ("total-reached-by-itself", "a total that it reaches alone", AMOUNT),
    ] {
        case(suite, name)
            .about(format!(
                "The second HTLC names {about}: it fails alone. It comes again as it should be, and the set is claimed."
            ))
            .shows(ALONE)
            .story(
                node()
                    .htlcs([two.htlc(0, 1), two.htlc(1, 1).but(total_of(&two, total)), two.htlc(1, 2)]),
            );
    }
    case(suite, "total-differs-among-three")
        .about("Of three HTLCs the second names another total: it fails alone, and the set is claimed once it came again.")
        .shows(ALONE)
        .story(node().htlcs([
            three.htlc(0, 1),
            three.htlc(1, 1).but(total_of(&three, 4 * AMOUNT)),
            three.htlc(2, 1),
            three.htlc(1, 2),
        ]));
    let more = Set { total: 2 * AMOUNT - 1, ..set("a", 2) };
    case(suite, "more-than-the-total")
        .about("Two HTLCs bring one msat more than the total: both are claimed.")
        .shows(CLAIM)
        .story(node().htlcs(more.all(1)));
    let wide = Set { total: (1 << 53) + 1, ..set("a", 1) };
    case(suite, "one-msat-missing-above-2-to-53")
        .about("One HTLC of 2^53 msat, and a total of one msat more: it is held until its time is over.")
        .flag("integer-width")
        .shows(["amp.set"])
        .story(node().htlc(wide.htlc(0, 1).but(amount_of(1 << 53))).wait(A_DAY));
    let one_missing = Set { total: 2 * AMOUNT + 1, ..set("a", 2) };
    case(suite, "one-msat-missing")
        .about("Two HTLCs bring one msat less than the total: both are held until their time is over.")
        .flag("theft")
        .shows(["amp.set"])
        .story(node().htlcs(one_missing.all(1)).wait(A_DAY));
}

fn faults(suite: &mut Suite) {
    let two = set("a", 2);
    // A first HTLC, one with a fault, and the second as it should be.
    let between = |wrong: Payment| node().htlcs([two.htlc(0, 1), wrong, two.htlc(1, 2)]);
    type Change = fn(&mut Payment);
    let changes: [(&str, &str, &[&str], Change); 7] = [
        ("payment-data-missing", "has no payment_data", &["amp.payment-data"], |htlc| {
            htlc.payload().drop(PAYMENT_DATA)
        }),
        ("set-id-of-zeros", "has a set id of zeros", &["amp.set-id"], |htlc| {
            let record = htlc.payload().find(AMP).unwrap_or_default();
            let record = [&record[..32], &[0; 32], &record[64..]].concat();
            htlc.payload().put(AMP, record);
        }),
        ("record-63-bytes", "has a record of 63 bytes", &["amp.record"], |htlc| {
            htlc.payload().put(AMP, [1; 63])
        }),
        ("record-69-bytes", "has a record of 69 bytes", &["amp.record"], |htlc| {
            htlc.payload().put(AMP, [1; 69])
        }),
        ("child-index-not-minimal", "has a child index of 00 01", &["amp.record"], |htlc| {
            let record = htlc.payload().find(AMP).unwrap_or_default();
            let record = [&record[..64], &[0, 1]].concat();
            htlc.payload().put(AMP, record);
        }),
        (
            "expiry-below-onion",
            "expires a block before its outgoing_cltv_value",
            &["bolt4.final.expiry", "bolt4.failure.expiry-below-onion"],
            |htlc| htlc.expiry = EXPIRY - 1,
        ),
        (
            "amount-below-onion",
            "brings one msat less than its amt_to_forward",
            &["bolt4.final.amount", "bolt4.failure.amount-below-onion"],
            |htlc| htlc.amount = AMOUNT - 1,
        ),
    ];
    for (name, about, shows, change) in changes {
        case(suite, name)
            .about(format!(
                "The second HTLC {about}: it fails. It comes again as it should be, and the set is claimed."
            ))
            .shows(shows)
            .story(between(two.htlc(1, 1).but(change)));
    }
    case(suite, "payment-data-missing-of-the-only-part")
        .about("One HTLC, whose share is the root, has no payment_data.")
        .shows(["amp.payment-data"])
        .story(node().htlc(set("a", 1).htlc(0, 1).but(|htlc| htlc.payload().drop(PAYMENT_DATA))));
    case(suite, "expiry-too-soon")
        .about("The second HTLC expires 17 blocks above the height: it fails. It comes again as it should be, and the set is claimed.")
        .shows(["bolt4.final.expiry-soon"])
        .story(between(two.htlc(1, 1).but(expiry(HEIGHT + 17))));
    case(suite, "part-too-soon-with-another-total")
        .about("An HTLC with another total expires too soon; then the set comes as it should be, and is claimed.")
        .shows(["bolt4.final.expiry-soon"])
        .story(
            node()
                .htlc(two.htlc(0, 1).but(total_of(&two, 3 * AMOUNT)).but(expiry(HEIGHT + 17)))
                .htlcs(two.all(2)),
        );
    case(suite, "short-channel-id")
        .about("An HTLC with the record has a short_channel_id.")
        .policy("final_short_channel_id")
        .shows(["bolt4.reader.final-short-channel-id"])
        .story(node().htlc(set("a", 1).htlc(0, 1).but(|htlc| htlc.payload().put(SHORT_CHANNEL_ID, [1; 8]))));
    case(suite, "current-path-key")
        .about("An HTLC with the record has a current_path_key, outside of a blinded route.")
        .shows(["bolt4.reader.path-key"])
        .story(node().htlc(set("a", 1).htlc(0, 1).but(|htlc| {
            let key = label::secret("amp.sequence/path_key").public_key();
            htlc.payload().put(CURRENT_PATH_KEY, key.encode());
        })));
    case(suite, "even-custom-record")
        .about("An HTLC with the record has one of type 65536.")
        .policy("custom_even_records")
        .shows(["bolt1.tlv.unknown-even"])
        .story(node().htlc(set("a", 1).htlc(0, 1).but(|htlc| htlc.payload().put(65_536, [1]))));
    case(suite, "record-before-the-final-node")
        .about("An HTLC to be forwarded has the record: to a node before the last it is of an unknown even type.")
        .shows(["bolt1.tlv.unknown-even"])
        .story(node().htlc(two.htlc(0, 1).but(forwarded)));
}

fn beside(suite: &mut Suite) {
    let two = set("a", 2);
    case(suite, "keysend-between")
        .about("A keysend arrives between the two HTLCs of a set.")
        .shows(CLAIM)
        .story(node().htlcs([two.htlc(0, 1), keysend("a", 1), two.htlc(1, 1)]));
    case(suite, "keysend-record-as-well")
        .about("The second HTLC has a keysend record with some preimage as well: the AMP record counts.")
        .shows(CLAIM)
        .story(node().htlcs([two.htlc(0, 1), two.htlc(1, 1).but(keysend_record("a"))]));
    case(suite, "keysend-off")
        .about("A node that refuses keysends: a set is claimed.")
        .shows(CLAIM)
        .story(node_with(KEYSEND_OFF).htlcs(two.all(1)));
    case(suite, "keysend-off-between")
        .about("Keysend is switched off between the two HTLCs of a set.")
        .shows(CLAIM)
        .story(node().htlc(two.htlc(0, 1)).settings(KEYSEND_OFF).htlc(two.htlc(1, 1)));
    case(suite, "invoice-between")
        .about("An invoice is paid between the two HTLCs of a set.")
        .shows(CLAIM)
        .story(invoiced().htlcs([two.htlc(0, 1), super::story::whole(1), two.htlc(1, 1)]));
    case(suite, "custom-record").about("Both HTLCs have a custom record.").shows(CLAIM).story(
        node().htlcs(two.all(1).into_iter().map(|htlc| htlc.but(|htlc| htlc.payload().put(77_777, [1])))),
    );
}

fn again(suite: &mut Suite) {
    let two = set("a", 2);
    case(suite, "replay-of-a-held-part")
        .about("The first HTLC's onion again while it is held: the second time it fails, and the set waits for its other HTLC.")
        .flag("theft")
        .shows(["bolt4.peel.replay"])
        .spec(REPLAY)
        .story(node().htlcs([two.htlc(0, 1), two.htlc(0, 1), two.htlc(1, 1)]));
    case(suite, "replay-after-claim")
        .about("The first HTLC's onion again after the set was claimed.")
        .policy("replayed_onion")
        .flag("theft")
        .shows(["bolt4.peel.replay"])
        .spec(REPLAY)
        .story(node().htlcs(two.all(1)).htlc(two.htlc(0, 1)));
    case(suite, "replay-of-the-second-after-claim")
        .about("The second HTLC's onion again after the set was claimed.")
        .policy("replayed_onion")
        .flag("theft")
        .shows(["bolt4.peel.replay"])
        .spec(REPLAY)
        .story(node().htlcs(two.all(1)).htlc(two.htlc(1, 1)));
}
