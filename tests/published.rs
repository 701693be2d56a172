//! Known answers that come from elsewhere: the values published in BOLT 1 and BOLT 4, and anchors that two programs
//! computed which share no code with this crate (a Python implementation with integers and one of Core Lightning's).

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use sha2::{Digest, Sha256};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::SharedSecret;
use spontan::bolt4::attribution::{self, AttributionData};
use spontan::bolt4::blinded;
use spontan::bolt4::construct::{Hop, construct, hop_secrets};
use spontan::bolt4::return_packet;
use spontan::bolt4::secret::SharedPoint;
use spontan::bolt4::stream::{KeyType, key};
use spontan::bolt4::{Blocks, Msat, Preimage, peel};
use spontan::scheme::shared_secret::{self, Profile};
use spontan::scheme::{RouteHop, keysend};

const SESSION_KEY: [u8; 32] = [0x41; 32];
/// `bolt04/onion-error-test.json`, `hop_shared_secret` of each hop.
const SHARED_SECRETS: [&str; 5] = [
    "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",
    "a6519e98832a0b179f62123b3567c106db99ee37bef036e783263602f3488fae",
    "3a6b412548762f0dbccce5c7ae7bb8147d1caf9b5471c34120b30bc9c04891cc",
    "21e13c2d7cfe7e18836df50872466117a295783ab8aab0e7ecc8c725503ad02d",
    "b5756b9b542727dbafc6765a49488b023a725d631af688fc031217e90770c328",
];

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn secret(byte: u8) -> SecretKey {
    SecretKey::decode(&[byte; 32]).unwrap()
}

fn session_key() -> SecretKey {
    SecretKey::decode(&SESSION_KEY).unwrap()
}

fn node_ids() -> Vec<PublicKey> {
    (0x41..=0x45).map(|byte| secret(byte).public_key()).collect()
}

fn bolt4_onion() -> Vec<u8> {
    hex(&include_str!("published/bolt4-onion.hex").replace('\n', ""))
}

/// The payloads of `bolt04/onion-test.json`, without their length prefixes.
fn bolt4_payloads() -> [Vec<u8>; 5] {
    let third = "0102030405060708090a0b0c0d0e0f".repeat(4);
    let secret = "24a33562c54507a9334e79f0dc4f17d407e6d7c61f0e2f3d0d38599502f61704";
    [
        hex("02023a98040205dc06080000000000000001"),
        hex(&format!("020236b00402057806080000000000000002fd02013c{third}")),
        hex("020230d4040204e206080000000000000003"),
        hex("02022710040203e806080000000000000004"),
        hex(&format!("02022710040203e80822{secret}2710fd012de0{}", "2a".repeat(224))),
    ]
}

#[test]
fn bolt_4_s_onion_is_reproduced_byte_for_byte() {
    let (nodes, payloads) = (node_ids(), bolt4_payloads());
    let hops: Vec<_> =
        nodes.iter().zip(&payloads).map(|(node, payload)| Hop { public_key: *node, payload }).collect();
    let packet = construct(&session_key(), &hops, &[0x42; 32]).unwrap();
    assert_eq!(hex::encode(packet), hex::encode(bolt4_onion()));
}

#[test]
fn bolt_4_s_onion_is_peeled_hop_by_hop() {
    let mut packet = bolt4_onion();
    for ((hop, payload), shared_secret) in bolt4_payloads().iter().enumerate().zip(SHARED_SECRETS) {
        let peeled = peel(&secret(0x41 + hop as u8), &packet, &[0x42; 32], None).unwrap();
        assert_eq!(hex::encode(peeled.payload()), hex::encode(payload));
        assert_eq!(hex::encode(peeled.shared_secret.0), shared_secret);
        assert_eq!(peeled.is_final(), hop == 4);
        packet = peeled.next_packet.map(Vec::from).unwrap_or_default();
    }
}

#[test]
fn the_shared_secrets_of_bolt_4_s_error_test_are_reproduced() {
    let secrets = hop_secrets(&session_key(), node_ids());
    let found: Vec<_> = secrets.iter().map(|secret| hex::encode(secret.shared_secret.0)).collect();
    assert_eq!(found, SHARED_SECRETS);
}

#[test]
fn preimage_and_payment_hash_of_every_hop_of_that_route() {
    let preimages = [
        "541c2b7a9eb595fbeda095d56198eb662e387184c5bf193e759108d941b41e48",
        "68d936d8f5fc9882af65aa4e98eca7a9dd5a7cc0ba507e668161f42cf594a0b5",
        "6489387c50277a182b250c1b9882356f112302bac13b5286d8d553e620c2505b",
        "cbe3ca39b5962d3739e8cf162b30cccb0da4bd075beb01217bc7e3833056e25c",
        "c45dbf1438d473d5fb4a621c72f5307d16125550eac378a6d5f1334a1ab42bea",
    ];
    let hashes = [
        "b577e994f9987b3b63a456dcfc875d14d285f765158c4c9bf7101dbf3c55acb7",
        "8af59c61b21f95c682d9da5c8f9275042959be85e73a5f6cc920de09a34a9b5b",
        "6d79c53ecd6239deb3313e01c2f7df60111d1abde49c680e47e787e4a8f02ab2",
        "631d87a3b0a2a5ea08fe2b071ca95e01023f7e2a4a4249d5e229746b14d3052c",
        "14df3d9b72287a740f4e66e5aae1b5cc72c786d426325188ab1d196543108204",
    ];
    for (secret, (preimage, hash)) in
        hop_secrets(&session_key(), node_ids()).iter().zip(preimages.iter().zip(hashes))
    {
        let found = shared_secret::preimage(&secret.shared_point, Profile::Bolt4);
        assert_eq!(hex::encode(found.0), *preimage);
        assert_eq!(hex::encode(found.payment_hash().0), hash);
    }
}

fn route(nodes: &[PublicKey]) -> Vec<RouteHop> {
    let last = nodes.len() - 1;
    let channel = |index| (index < last).then_some(spontan::bolt4::ShortChannelId([0; 8]));
    let hop = |(index, node): (usize, &PublicKey)| RouteHop {
        public_key: *node,
        amt_to_forward: Msat(100_000),
        outgoing_cltv_value: Blocks(800_144),
        short_channel_id: channel(index),
    };
    nodes.iter().enumerate().map(hop).collect()
}

#[test]
fn both_profiles_of_the_shared_secret_scheme_on_that_route() {
    for (profile, preimage, hash) in [
        (
            Profile::Bolt4,
            "c45dbf1438d473d5fb4a621c72f5307d16125550eac378a6d5f1334a1ab42bea",
            "14df3d9b72287a740f4e66e5aae1b5cc72c786d426325188ab1d196543108204",
        ),
        (
            Profile::XOnly,
            "028f23554628fbf4a968837fa76b2182c8ad42fb6fa216ffe6a95b0f81e5358d",
            "9697eef5effeed6b7ab47c3a0efe52cf8ec565c98f56a1cca5b54dcd8b584647",
        ),
    ] {
        let sent = shared_secret::send(&session_key(), profile, &route(&node_ids()), &[]).unwrap();
        assert_eq!(hex::encode(sent.preimage.0), preimage);
        assert_eq!(hex::encode(sent.payment_hash.0), hash);
    }
}

#[test]
fn the_session_key_gives_another_secret_except_on_a_direct_route() {
    let last = secret(0x45).public_key();
    let point = SharedPoint::new(&last, &session_key());
    let literal = shared_secret::preimage(&point, Profile::XOnly);
    assert_eq!(
        hex::encode(literal.payment_hash().0),
        "4bc7a810f32503a5d67ddc6014081424028436b921570f07b1bdebaf5b0f4826"
    );
    let routed = shared_secret::send(&session_key(), Profile::XOnly, &route(&node_ids()), &[]).unwrap();
    let direct = shared_secret::send(&session_key(), Profile::XOnly, &route(&[last]), &[]).unwrap();
    assert_ne!(routed.preimage, literal);
    assert_eq!(direct.preimage, literal);
}

#[test]
fn a_direct_shared_secret_payment_byte_for_byte() {
    let sent = shared_secret::send(&session_key(), Profile::Bolt4, &route(&[secret(0x45).public_key()]), &[]);
    let sent = sent.unwrap();
    assert_eq!(
        hex::encode(sent.payment_hash.0),
        "b751b7f6c3f221ad4827893f74ab9a9e69480afd6fc197858c8eabae7723c9b5"
    );
    assert_eq!(hex::encode(&sent.final_payload), "02030186a004030c3590");
    assert_eq!(
        hex::encode(Sha256::digest(sent.packet)),
        "08e43e3b11ee0674d52aad28cfb319cbba52ac151b6f4191df189cde963bdb8c"
    );
    assert_eq!(
        hex::encode(&sent.packet[1334..]),
        "e45c8d16b9df82db44132704a4bbec7bd491cd2d3839ed70e9bb4981663ae0e8"
    );
}

#[test]
fn a_direct_keysend_byte_for_byte() {
    let sent =
        keysend::send(&session_key(), &Preimage([0x11; 32]), &route(&[secret(0x45).public_key()]), &[])
            .unwrap();
    assert_eq!(
        hex::encode(&sent.final_payload),
        format!("02030186a004030c3590ff0000000146c6616c20{}", "11".repeat(32))
    );
    assert_eq!(
        hex::encode(sent.payment_hash.0),
        "02d449a31fbb267c8f352e9968a79e3e5fc95c1bbeaa502fd6454ebde5a4bedc"
    );
    assert_eq!(
        hex::encode(Sha256::digest(sent.packet)),
        "ee1f0895ab142d3e86937b6f1dcd50a3eaa5b135e1bad2122ec64933ef7ad50b"
    );
}

/// BOLT 4's published values for the way back.
fn returning() -> serde_json::Value {
    serde_json::from_str(include_str!("published/bolt4-returning.json")).unwrap()
}

/// The text lists 1 to 5 from the first node to the last; its values have them from the last to the first.
fn hold_time(hop: usize) -> u32 {
    5 - hop as u32
}

fn shared_secrets() -> Vec<SharedSecret> {
    SHARED_SECRETS.iter().map(|secret| SharedSecret(hex(secret).try_into().unwrap())).collect()
}

#[test]
fn bolt_4_s_simple_error_is_reproduced_and_opened() {
    let published = &returning()["onion_error_test"];
    let message = hex(published["message"].as_str().unwrap());
    let secrets = shared_secrets();
    assert_eq!(hex::encode(key(KeyType::Um, &secrets[4].0)), published["um_key"]);
    for (secret, ammag) in secrets.iter().zip(published["ammag_keys"].as_array().unwrap()) {
        assert_eq!(hex::encode(key(KeyType::Ammag, &secret.0)), *ammag);
    }
    let mut packet =
        return_packet::create(&secrets[4], &message, return_packet::pad_length(message.len())).unwrap();
    assert_eq!(hex::encode(&packet[32..]), published["payload"]);
    secrets.iter().rev().for_each(|secret| return_packet::obfuscate(secret, &mut packet));
    assert_eq!(hex::encode(&packet), published["packet"]);
    let opened = return_packet::open(&secrets, &packet).unwrap();
    assert_eq!((opened.hop, opened.failure_message()), (4, Some(&message[..])));
}

#[test]
fn bolt_4_s_failure_and_its_attribution_data_are_reproduced_at_each_node() {
    let published = &returning()["failure"];
    let secrets = shared_secrets();
    let message = hex(published["message"].as_str().unwrap());
    let mut packet = return_packet::create(&secrets[4], &message, 1024 - message.len()).unwrap();
    assert_eq!(hex::encode(&packet), published["clear"]);
    let mut data = AttributionData::EMPTY;
    for hop in (0..5).rev() {
        data = data.updated(&secrets[hop], hold_time(hop), &packet);
        return_packet::obfuscate(&secrets[hop], &mut packet);
        assert_eq!(hex::encode(&packet), published["packets"][hop], "packet of node {hop}");
        assert_eq!(hex::encode(data.0), published["attribution_data"][hop], "data of node {hop}");
    }
    assert_eq!(return_packet::open(&secrets, &packet).unwrap().failure_message(), Some(&message[..]));
    let read = attribution::read(&secrets, Some(&packet), &data);
    assert_eq!((read.hold_times, read.invalid), (vec![5, 4, 3, 2, 1], None));
}

#[test]
fn bolt_4_s_attribution_data_of_a_payment_that_succeeded_is_reproduced_at_each_node() {
    let published = &returning()["fulfilment"];
    let secrets = shared_secrets();
    let mut data = AttributionData::EMPTY;
    for hop in (0..5).rev() {
        data = data.updated(&secrets[hop], hold_time(hop), &[]);
        assert_eq!(hex::encode(data.0), published["attribution_data"][hop], "data of node {hop}");
    }
    let read = attribution::read(&secrets, None, &data);
    assert_eq!((read.hold_times, read.invalid), (vec![5, 4, 3, 2, 1], None));
}

/// BOLT 4's published values for blinded routes.
fn blinded_routes() -> serde_json::Value {
    serde_json::from_str(include_str!("published/bolt4-blinded.json")).unwrap()
}

fn field(object: &serde_json::Value, name: &str) -> Vec<u8> {
    hex(object[name].as_str().unwrap())
}

#[test]
fn bolt_4_s_blinded_routes_are_reproduced() {
    for route in blinded_routes()["routes"].as_array().unwrap() {
        let session_key = SecretKey::decode(&field(route, "session_key")).unwrap();
        assert_eq!(hex::encode(session_key.public_key().encode()), route["first_path_key"]);
        let hops = route["hops"].as_array().unwrap();
        let nodes: Vec<_> = hops
            .iter()
            .map(|hop| (PublicKey::decode(&field(hop, "node_id")).unwrap(), field(hop, "data")))
            .collect();
        let nodes: Vec<_> = nodes.iter().map(|(node, data)| (*node, data.as_slice())).collect();
        let made = blinded::create(&session_key, &nodes);
        assert_eq!(made.len(), 2);
        for (made, hop) in made.iter().zip(hops) {
            assert_eq!(hex::encode(made.blinded_node_id.encode()), hop["blinded_node_id"]);
            assert_eq!(hex::encode(&made.encrypted_recipient_data), hop["encrypted"]);
        }
    }
}

#[test]
fn bolt_4_s_blinded_route_is_read_node_by_node() {
    let published = blinded_routes();
    let nodes = published["unblind"].as_array().unwrap();
    assert_eq!(nodes.len(), 4);
    for node in nodes {
        let secret = SecretKey::decode(&field(node, "node_secret")).unwrap();
        let path_key = PublicKey::decode(&field(node, "path_key")).unwrap();
        let read = blinded::unblind(&secret, &path_key, &field(node, "encrypted")).unwrap();
        assert_eq!(hex::encode(read.blinded_secret.encode()), node["blinded_secret"]);
        assert_eq!(hex::encode(&read.recipient_data), node["data"]);
        assert_eq!(hex::encode(read.next_path_key.encode()), node["next_path_key"]);
    }
}

#[test]
fn bolt_4_s_payment_over_blinded_routes_is_reproduced_and_peeled() {
    let payment = &blinded_routes()["payment"];
    let nodes = payment["hops"].as_array().unwrap();
    let (session_key, associated_data) = (field(payment, "session_key"), field(payment, "associated_data"));
    let payloads: Vec<_> = nodes.iter().map(|node| field(node, "payload")).collect();
    let hops: Vec<_> = nodes
        .iter()
        .zip(&payloads)
        .map(|(node, payload)| Hop {
            public_key: PublicKey::decode(&field(node, "public_key")).unwrap(),
            payload,
        })
        .collect();
    let mut packet =
        construct(&SecretKey::decode(&session_key).unwrap(), &hops, &associated_data).unwrap().to_vec();
    for (node, payload) in nodes.iter().zip(&payloads) {
        assert_eq!(hex::encode(&packet), node["packet"]);
        let path_key = node["path_key"].as_str().map(|key| PublicKey::decode(&hex(key)).unwrap());
        let secret = SecretKey::decode(&field(node, "node_secret")).unwrap();
        let peeled = peel(&secret, &packet, &associated_data, path_key.as_ref()).unwrap();
        assert_eq!(hex::encode(peeled.payload()), hex::encode(payload));
        packet = peeled.next_packet.map(Vec::from).unwrap_or_default();
    }
    assert!(packet.is_empty(), "the last node is the final one");
}
