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
];

/// Data that decrypt, and are no stream of these records.
pub const UNREADABLE: &[(&str, &str, Change<'static>)] = &[
    ("-next-path-key-not-on-curve", "The next path key is no point.", &|it| {
        it.put(types::NEXT_PATH_KEY_OVERRIDE, [&[2][..], &[0xff; 32]].concat());
    }),
    ("-short-channel-id-7-bytes", "The short channel id has seven bytes.", &|it| {
        it.put(types::SHORT_CHANNEL_ID, [0x0c, 0x35, 0, 0, 0, 1, 0]);
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
