//! What a recipient may say to a node before the last, and in which forms: BOLT 4, "Route Blinding", `encrypted_data_tlv`.

use super::blinded_route::{Change, HTLC_MINIMUM, MAX_CLTV_EXPIRY, constraints, relay_data};
use crate::blueprint::Stream;
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::blinded::types;

/// Something sound that a node is told.
pub struct Told {
    /// The end of the case's name.
    pub suffix: &'static str,
    /// What is special about it.
    pub about: &'static str,
    /// The requirement that it shows.
    pub shown: &'static str,
    /// How it differs from the ordinary data.
    pub change: Change<'static>,
}

const fn told(
    suffix: &'static str,
    about: &'static str,
    shown: &'static str,
    change: Change<'static>,
) -> Told {
    Told { suffix, about, shown, change }
}

/// With all of these the HTLC goes on.
pub const SOUND: &[Told] = &[
    told(
        "-no-payment-constraints",
        "The data have no payment_constraints.",
        "bolt4.blinded.max-cltv-expiry",
        &|it| it.drop(types::PAYMENT_CONSTRAINTS),
    ),
    told(
        "-max-cltv-expiry-2-to-32-minus-1",
        "max_cltv_expiry is 2^32 - 1: as a signed number it is -1.",
        "bolt4.blinded.max-cltv-expiry",
        &|it| it.put(types::PAYMENT_CONSTRAINTS, constraints(u32::MAX, HTLC_MINIMUM)),
    ),
    told(
        "-htlc-minimum-0",
        "htlc_minimum_msat is 0 and so has no bytes.",
        "bolt4.blinded.htlc-minimum",
        &|it| it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, 0)),
    ),
    told("-fee-base-0", "fee_base_msat is 0 and so has no bytes.", "bolt4.blinded.payment-relay", &|it| {
        it.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100]);
    }),
    told(
        "-features-of-a-zero-byte",
        "allowed_features are a zero byte: no bit is set.",
        "bolt4.blinded.unknown-feature",
        &|it| it.put(types::ALLOWED_FEATURES, [0]),
    ),
    told("-padding-of-ones", "The padding is not zeros.", "bolt4.blinded.decrypts", &|it| {
        it.put(types::PADDING, [0xff; 20]);
    }),
    told("-path-id", "The data have a path_id too.", "bolt4.blinded.decrypts", &|it| {
        it.put(types::PATH_ID, [7; 32]);
    }),
    told("-path-id-of-1-byte", "The data have a path_id of one byte.", "bolt4.blinded.decrypts", &|it| {
        it.put(types::PATH_ID, [7]);
    }),
    told(
        "-payment-relay-of-zeros",
        "payment_relay asks for no blocks and no fee.",
        "bolt4.blinded.payment-relay",
        &|it| it.put(types::PAYMENT_RELAY, [0; 6]),
    ),
    told(
        "-short-channel-id-of-zeros",
        "The data's short channel id is all zero.",
        "bolt4.blinded.next-hop",
        &|it| it.put(types::SHORT_CHANNEL_ID, [0; 8]),
    ),
    // ChaCha20 encrypts in blocks of 64 bytes.
    told(
        "-data-of-two-blocks",
        "The data have 128 bytes: two whole blocks of the cipher.",
        "bolt4.blinded.decrypts",
        &|it| padded(it, 128),
    ),
    told(
        "-data-of-a-block-and-a-part",
        "The data have 100 bytes: one block of the cipher and a part of the next.",
        "bolt4.blinded.decrypts",
        &|it| padded(it, 100),
    ),
    told(
        "-data-of-350-bytes",
        "The data have 350 bytes, more than a length of one byte can say.",
        "bolt4.blinded.decrypts",
        &|it| padded(it, 350),
    ),
];

/// Fills data up with padding to this length, in bytes.
fn padded(data: &mut Stream, length: usize) {
    data.put(types::PADDING, []);
    let room = length - data.bytes().len();
    // A length above 252 takes two bytes more.
    data.put(types::PADDING, vec![0; if room > 252 { room - 2 } else { room }]);
}

/// Data that decrypt, and are no stream of these records.
pub const UNREADABLE: &[(&str, &str, Change<'static>)] = &[
    ("-next-path-key-not-on-curve", "The next path key is no point.", &|it| {
        it.put(types::NEXT_PATH_KEY_OVERRIDE, [&[2][..], &[0xff; 32]].concat());
    }),
    ("-short-channel-id-7-bytes", "The short channel id has seven bytes.", &|it| {
        it.put(types::SHORT_CHANNEL_ID, [0x0c, 0x35, 0, 0, 0, 1, 0]);
    }),
    ("-short-channel-id-9-bytes", "The short channel id has nine bytes.", &|it| {
        it.put(types::SHORT_CHANNEL_ID, [0x0c, 0x35, 0, 0, 0, 1, 0, 3, 0]);
    }),
    ("-short-channel-id-twice", "The data have two short channel ids.", &|it| {
        it.repeat(types::SHORT_CHANNEL_ID);
    }),
    ("-payment-relay-5-bytes", "payment_relay ends before the base fee.", &|it| {
        it.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0]);
    }),
    ("-fee-base-leading-zero", "fee_base_msat has a leading zero byte.", &|it| {
        it.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100, 0, 1]);
    }),
    ("-fee-base-5-bytes", "fee_base_msat has five bytes.", &|it| {
        it.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100, 1, 0, 0, 0, 0]);
    }),
    ("-payment-constraints-3-bytes", "payment_constraints end within max_cltv_expiry.", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, [0xff; 3]);
    }),
    ("-htlc-minimum-leading-zero", "htlc_minimum_msat has a leading zero byte.", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, [&constraints(MAX_CLTV_EXPIRY, 0)[..], &[0, 1]].concat());
    }),
    ("-htlc-minimum-9-bytes", "htlc_minimum_msat has nine bytes.", &|it| {
        let nine = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        it.put(types::PAYMENT_CONSTRAINTS, [&constraints(MAX_CLTV_EXPIRY, 0)[..], &nine].concat());
    }),
    ("-htlc-minimum-above-21-million", "htlc_minimum_msat is one msat above 21 million bitcoin.", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, MAX_MSAT + 1));
    }),
    ("-even-0", "The data have a record of type 0, which is even and unknown.", &|it| it.put(0, [])),
    ("-even-16", "The data have a record of type 16, which only a payload knows.", &|it| it.put(16, [1])),
    ("-zeros-behind-the-data", "After the data's records come 16 zero bytes.", &|it| it.append(&[0; 16])),
    ("-even-65536", "The data have an even custom record, for which there is no policy there.", &|it| {
        it.put(65_536, *b"even");
    }),
    ("-data-out-of-order", "The data's records are out of order.", &|it| {
        let mut sorted = relay_data();
        let last = sorted.records.pop();
        let mut stream = Stream::default();
        stream.records.extend(last);
        stream.records.extend(sorted.records);
        *it = stream;
    }),
];
