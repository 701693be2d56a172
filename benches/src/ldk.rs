//! LDK, through its public functions, on the same payments.

use std::hint::black_box;

use lightning::bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use lightning::bitcoin::secp256k1::{All, PublicKey, Secp256k1, SecretKey};
use lightning::io::Read;
use lightning::ln::channelmanager::{PendingHTLCRouting, RecipientOnionFields};
use lightning::ln::create_payment_onion;
use lightning::ln::msgs::{DecodeError, FinalOnionHopData, OnionPacket, UpdateAddHTLC};
use lightning::ln::onion_payment::peel_payment_onion;
use lightning::ln::types::ChannelId;
use lightning::routing::router::{Path, RouteHop};
use lightning::sign::KeysManager;
use lightning::types::features::{ChannelFeatures, NodeFeatures};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::logger::{Logger, Record};
use lightning::util::ser::{FixedLengthReader, Readable, WithoutLength};

use crate::{AMOUNT_MSAT, EXPIRY, PREIMAGE, SESSION_KEY, channel};

const HEIGHT: u32 = EXPIRY - 100;
/// More blocks before the payload's expiry than LDK wants for forwarding.
const EXPIRY_OF_HTLC: u32 = EXPIRY + 100;

struct Quiet;

impl Logger for Quiet {
    fn log(&self, _: Record) {}
}

/// Nodes with LDK's own signer, and the path through them.
pub struct Route {
    secp: Secp256k1<All>,
    session_key: SecretKey,
    pad: [u8; 32],
    nodes: Vec<KeysManager>,
    path: Path,
}

impl Route {
    /// A route of so many hops. LDK derives the nodes' keys itself.
    #[allow(clippy::missing_panics_doc, reason = "the keys are fixed")]
    pub fn new(hops: usize) -> Self {
        let secp = Secp256k1::new();
        let nodes: Vec<_> =
            (0..hops).map(|hop| KeysManager::new(&[hop as u8 + 1; 32], 42, 42, true)).collect();
        let hop = |(index, node): (usize, &KeysManager)| RouteHop {
            pubkey: PublicKey::from_secret_key(&secp, &node.get_node_secret_key()),
            node_features: NodeFeatures::empty(),
            short_channel_id: channel(index),
            channel_features: ChannelFeatures::empty(),
            fee_msat: if index + 1 == hops { AMOUNT_MSAT } else { 0 },
            cltv_expiry_delta: if index + 1 == hops { EXPIRY } else { 0 },
            maybe_announced_channel: true,
        };
        let path = Path { hops: nodes.iter().enumerate().map(hop).collect(), blinded_tail: None };
        let mut pad = HmacEngine::<sha256::Hash>::new(b"pad");
        pad.input(&SESSION_KEY);
        let pad = Hmac::from_engine(pad).to_byte_array();
        let session_key = SecretKey::from_slice(&SESSION_KEY).expect("a valid key");
        Self { secp, session_key, pad, nodes, path }
    }

    /// The last node's public key, in hexadecimal.
    #[cfg(fuzzing)]
    pub fn last_node(&self) -> String {
        self.path.hops.last().map_or_else(String::new, |hop| hop.pubkey.to_string())
    }

    /// The nodes' secret keys.
    pub fn node_secrets(&self) -> Vec<[u8; 32]> {
        self.nodes.iter().map(|node| node.get_node_secret_key().secret_bytes()).collect()
    }

    /// Makes the packet for the first hop.
    #[allow(clippy::missing_panics_doc, reason = "the path is fixed")]
    pub fn construct(&self) -> OnionPacket {
        let preimage = Some(PaymentPreimage(PREIMAGE));
        let hash = PaymentHash::from(PaymentPreimage(PREIMAGE));
        let recipient = RecipientOnionFields::spontaneous_empty();
        let made = create_payment_onion(
            &self.secp,
            &self.path,
            &self.session_key,
            AMOUNT_MSAT,
            &recipient,
            0,
            &hash,
            &preimage,
            None,
            self.pad,
        );
        made.expect("a valid path").0
    }

    /// Peels at every hop, until the final one; gives how many there were.
    #[allow(clippy::missing_panics_doc, reason = "the packet is ours")]
    pub fn peel(&self, packet: &OnionPacket) -> usize {
        let mut htlc = UpdateAddHTLC {
            channel_id: ChannelId::from_bytes([0; 32]),
            htlc_id: 0,
            amount_msat: AMOUNT_MSAT,
            payment_hash: PaymentHash::from(PaymentPreimage(PREIMAGE)),
            cltv_expiry: EXPIRY_OF_HTLC,
            onion_routing_packet: packet.clone(),
            skimmed_fee_msat: None,
            blinding_point: None,
            hold_htlc: None,
        };
        for (index, node) in self.nodes.iter().enumerate() {
            let peeled = peel_payment_onion(&htlc, node, &Quiet, &self.secp, HEIGHT, false);
            match peeled.map_err(|error| error.msg).expect("a valid packet").routing {
                PendingHTLCRouting::Forward { onion_packet, .. } => htlc.onion_routing_packet = onion_packet,
                _ => return index + 1,
            }
        }
        0
    }
}

/// Opening what the last hop returned, with a function that LDK shows only in builds with `cfg(fuzzing)`. LDK's ChaCha20
/// does nothing there, so a packet has to come as its last hop made it, and the times are those of all the rest.
#[cfg(fuzzing)]
pub mod failure {
    use lightning::bitcoin::secp256k1::{All, Secp256k1};
    use lightning::ln::channelmanager::{HTLCSource, PaymentId};
    use lightning::ln::msgs::OnionErrorPacket;
    use lightning::ln::onion_utils::process_onion_failure;
    use lightning::util::logger::{Logger, Record};

    use super::{Quiet, Route};
    use crate::AMOUNT_MSAT;

    /// A payment that may fail.
    pub struct Sent {
        secp: Secp256k1<All>,
        source: HTLCSource,
    }

    impl Sent {
        /// The payment over this route.
        pub fn new(route: &Route) -> Self {
            let source = HTLCSource::OutboundRoute {
                path: route.path.clone(),
                session_priv: route.session_key,
                first_hop_htlc_msat: AMOUNT_MSAT,
                payment_id: PaymentId([0; 32]),
                bolt12_invoice: None,
            };
            Self { secp: route.secp.clone(), source }
        }

        /// Opens the packet. What LDK finds has no public field: [`Sent::log`] is for looking at it.
        pub fn open(&self, packet: &[u8]) {
            let packet = OnionErrorPacket { data: packet.to_vec(), attribution_data: None };
            process_onion_failure(&self.secp, &&Quiet, &self.source, packet);
        }

        /// What LDK logs when it opens the packet: the node that failed, and why.
        #[allow(clippy::missing_panics_doc, reason = "nothing else holds the lock")]
        pub fn log(&self, packet: &[u8]) -> String {
            let packet = OnionErrorPacket { data: packet.to_vec(), attribution_data: None };
            let lines = Lines(std::sync::Mutex::default());
            process_onion_failure(&self.secp, &&lines, &self.source, packet);
            lines.0.into_inner().expect("nobody panicked")
        }
    }

    struct Lines(std::sync::Mutex<String>);

    impl Logger for Lines {
        fn log(&self, record: Record) {
            *self.0.lock().expect("nobody panicked") += &format!("{}\n", record.args);
        }
    }
}

/// Decodes a payload with LDK's macro and the list of records that its (private) `InboundOnionPayload::read` has; gives
/// what the three that are there say.
///
/// # Errors
/// LDK's.
#[allow(clippy::drop_non_drop, reason = "in LDK's macro")]
pub fn decode(mut stream: &[u8]) -> Result<Option<(u64, u32, [u8; 32])>, DecodeError> {
    let mut amount: Option<Truncated<u64>> = None;
    let mut expiry: Option<Truncated<u32>> = None;
    let mut channel: Option<u64> = None;
    let mut payment_data: Option<FinalOnionHopData> = None;
    let mut encrypted_recipient_data: Option<WithoutLength<Vec<u8>>> = None;
    let mut current_path_key: Option<PublicKey> = None;
    let mut payment_metadata: Option<WithoutLength<Vec<u8>>> = None;
    let mut total: Option<Truncated<u64>> = None;
    let mut preimage: Option<PaymentPreimage> = None;
    let mut custom: Vec<(u64, Vec<u8>)> = Vec::new();
    let rewind = |_: &mut &[u8], _: usize| {};
    lightning::_decode_tlv_stream_range!(&mut stream, .., rewind, {
        (2, amount, option), (4, expiry, option), (6, channel, option), (8, payment_data, option),
        (10, encrypted_recipient_data, option), (12, current_path_key, option), (16, payment_metadata, option),
        (18, total, option), (5_482_373_484, preimage, option),
    }, |kind: u64, reader: &mut FixedLengthReader<_>| -> Result<bool, DecodeError> {
        if kind < 1 << 16 {
            return Ok(false);
        }
        let mut value = Vec::new();
        reader.read_to_limit(&mut value, u64::MAX)?;
        custom.push((kind, value));
        Ok(true)
    });
    black_box((
        channel,
        payment_data,
        encrypted_recipient_data,
        current_path_key,
        payment_metadata,
        total,
        custom,
    ));
    Ok(amount.zip(expiry).zip(preimage).map(|((amount, expiry), preimage)| (amount.0, expiry.0, preimage.0)))
}

/// A truncated integer. LDK's own type for it is private; this one does the same: it reads until nothing is left or the
/// integer is full, behind as many zero bytes, and refuses a first byte of zero.
struct Truncated<T>(T);

macro_rules! truncated {
    ($integer:ty, $length:literal) => {
        impl Readable for Truncated<$integer> {
            fn read<R: Read>(reader: &mut R) -> Result<Self, DecodeError> {
                let mut bytes = [0; 2 * $length];
                let mut filled = 0;
                loop {
                    let read = reader.read(&mut bytes[$length + filled..])?;
                    filled += read;
                    if read == 0 || filled == $length {
                        break;
                    }
                }
                if filled > 0 && bytes[$length] == 0 {
                    return Err(DecodeError::InvalidValue);
                }
                let mut value = [0; $length];
                value.copy_from_slice(&bytes[filled..filled + $length]);
                Ok(Self(<$integer>::from_be_bytes(value)))
            }
        }
    };
}

truncated!(u64, 8);
truncated!(u32, 4);
