//! The rules for one HTLC, in the order in which a node applies them. The whole payee is the table [`FINAL_NODE`]; for payloads of
//! blinded routes it is that of `blinded`.
//!
//! When several rules are broken, BOLT 4 ("Failure Messages") asks for the first failure of its own list: so the rules
//! that answer with PERM|15 stand before those with 18 and 19. A payload that is not understood cannot be judged further.

use super::policy::{
    AmtToForward0, ClaimedHashAgain, FarExpiry, FinalShortChannelId, InvoiceWithWrongRecord,
    KeysendPaymentData, KeysendPaymentMetadata, PaymentDataBeforeFinal, Policies, Settings,
    SharedSecretPaymentData, TotalAmountMsat,
};
use crate::bolt1::tlv;
use crate::bolt4::blinded::RecipientData;
use crate::bolt4::failure::Failure;
use crate::bolt4::payload::{Payload, types};
use crate::bolt4::{Blocks, Msat, PaymentHash, PaymentSecret, Preimage, ShortChannelId};
use crate::scheme::amp::AmpRecord;
use crate::scheme::keysend::Record;

/// How many blocks above the height an expiry is unreasonably far: BOLT 4, "`max_htlc_cltv` Selection".
pub const MAX_HTLC_CLTV: u32 = 2016;

/// An invoice that the node has issued. It asks for the payment secret and allows several parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invoice {
    /// The preimage of its payment hash.
    pub preimage: Preimage,
    /// Its payment secret.
    pub payment_secret: PaymentSecret,
    /// Its amount; none when the payer chooses.
    pub amount: Option<Msat>,
}

/// Everything that the rules look at: one HTLC, its payload, and what the node knows of its payment hash.
#[derive(Debug, Clone, Copy)]
pub struct Payment<'a> {
    /// `amount_msat` of `update_add_htlc`.
    pub amount: Msat,
    /// `cltv_expiry` of `update_add_htlc`.
    pub cltv_expiry: Blocks,
    /// `payment_hash` of `update_add_htlc`.
    pub payment_hash: PaymentHash,
    /// Whether `update_add_htlc` has a `path_key`.
    pub has_path_key: bool,
    /// The decoded payload.
    pub payload: Payload<'a>,
    /// The payload as it came.
    pub stream: &'a [u8],
    /// What the recipient of a blinded route says to this node, if it can be opened.
    pub recipient_data: Option<RecipientData>,
    /// What the keysend record says of the payment hash.
    pub keysend: Record,
    /// Type 14, at the final node of those that accept spontaneous AMP.
    pub amp: Option<AmpRecord>,
    /// The preimage that the shared secret gives, if it fits the payment hash and the scheme is switched on.
    pub shared_secret: Option<Preimage>,
    /// The invoice for the payment hash.
    pub invoice: Option<&'a Invoice>,
    /// The payment secret of the HTLCs that are held for the payment hash.
    pub held_secret: Option<PaymentSecret>,
    /// Whether the payment hash was claimed before.
    pub claimed_before: bool,
    /// The current height.
    pub height: Blocks,
    /// What the operator set.
    pub settings: Settings,
    /// What the implementation chose.
    pub policies: Policies,
}

impl Payment<'_> {
    /// Whether the payload has a record of a type that is not among these, even or odd.
    pub fn has_other_record(&self, types: &[u64]) -> bool {
        tlv::records(self.stream).flatten().any(|record| !types.contains(&record.r#type))
    }

    /// Type 2, or zero where [`FINAL_NODE`] has found it missing.
    pub fn amt_to_forward(&self) -> Msat {
        self.payload.amt_to_forward.unwrap_or(Msat(0))
    }

    /// `total_msat`, which is `amt_to_forward` when it is not there.
    pub fn total(&self) -> Msat {
        let as_total = self.policies.total_amount_msat == TotalAmountMsat::AsTotal;
        let beside = self.payload.total_amount_msat.filter(|_| as_total).unwrap_or(self.amt_to_forward());
        self.payload.payment_data.map_or(beside, |data| data.total_msat)
    }

    /// The payment secret that the payment must have: its invoice's, or that of the HTLCs whose set it joins.
    pub fn expected_secret(&self) -> Option<PaymentSecret> {
        self.invoice.map(|invoice| invoice.payment_secret).or(self.held_secret)
    }

    /// Whether the payment has the payment secret of an invoice for its hash.
    pub fn has_secret_of_invoice(&self) -> bool {
        let sent = self.payload.payment_data.map(|data| data.payment_secret);
        self.invoice.is_some_and(|invoice| sent == Some(invoice.payment_secret))
    }

    /// The channel to the next node: the payer's, or that which the recipient of a blinded route names.
    pub fn next_channel(&self) -> Option<ShortChannelId> {
        match self.recipient_data {
            Some(data) => data.short_channel_id,
            None => self.payload.short_channel_id,
        }
    }

    /// How the payment is explained: an invoice comes first, then keysend, then the shared secret.
    pub fn kind(&self) -> Option<Kind> {
        match (self.invoice, self.keysend, self.shared_secret) {
            (Some(invoice), ..) => Some(Kind::Invoice(invoice.preimage)),
            (None, Record::Matches(preimage), _) => Some(Kind::Keysend(preimage)),
            (None, Record::Absent, Some(preimage)) => Some(Kind::SharedSecret(preimage)),
            _ => None,
        }
    }

    /// Whether the payment counts as one HTLC of a set that may need more.
    pub fn may_be_part_of_a_set(&self) -> bool {
        match self.kind() {
            Some(Kind::Invoice(_)) => true,
            Some(Kind::Keysend(_)) => {
                self.policies.keysend_payment_data == KeysendPaymentData::AcceptMultipart
            }
            _ => false,
        }
    }
}

/// What a payment is, with the preimage that claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It pays an invoice.
    Invoice(Preimage),
    /// Its payload has the preimage.
    Keysend(Preimage),
    /// The onion's secret gives the preimage.
    SharedSecret(Preimage),
}

impl Kind {
    /// The preimage.
    pub const fn preimage(self) -> Preimage {
        match self {
            Self::Invoice(preimage) | Self::Keysend(preimage) | Self::SharedSecret(preimage) => preimage,
        }
    }
}

/// Which failure a rule answers with; [`Answer::failure`] fills in its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// PERM|22, about this TLV type.
    InvalidOnionPayload(u64),
    /// PERM|15.
    IncorrectOrUnknownPaymentDetails,
    /// 18.
    FinalIncorrectCltvExpiry,
    /// 19.
    FinalIncorrectHtlcAmount,
}

impl Answer {
    /// The failure with its data.
    pub const fn failure(self, payment: &Payment<'_>) -> Failure {
        match self {
            Self::InvalidOnionPayload(r#type) => Failure::InvalidOnionPayload { r#type, offset: 0 },
            Self::IncorrectOrUnknownPaymentDetails => {
                Failure::IncorrectOrUnknownPaymentDetails { amount: payment.amount, height: payment.height }
            }
            Self::FinalIncorrectCltvExpiry => Failure::FinalIncorrectCltvExpiry(payment.cltv_expiry),
            Self::FinalIncorrectHtlcAmount => Failure::FinalIncorrectHtlcAmount(payment.amount),
        }
    }
}

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The reason that a rejection by it gives: its name in vectors, protocol and reports.
    pub reason: &'static str,
    /// The requirement that it keeps, an id of `vectors/requirements.yaml`, which says where it is written.
    pub requirement: &'static str,
    /// The failure that goes back.
    pub answer: Answer,
    /// Whether this payment breaks it.
    pub broken: fn(&Payment<'_>) -> bool,
}

const DETAILS: Answer = Answer::IncorrectOrUnknownPaymentDetails;

// The rules that both kinds of node have.
const NO_BLINDED_PATH: Rule = Rule {
    reason: "blinded_path_not_allowed",
    requirement: "bolt4.reader.path-key",
    answer: Answer::InvalidOnionPayload(types::CURRENT_PATH_KEY),
    broken: |p| p.has_path_key || p.payload.current_path_key.is_some(),
};
const HAS_AMT_TO_FORWARD: Rule = Rule {
    reason: "amt_to_forward_missing",
    requirement: "bolt4.reader.required",
    answer: Answer::InvalidOnionPayload(types::AMT_TO_FORWARD),
    broken: |p| p.payload.amt_to_forward.is_none(),
};
const HAS_OUTGOING_CLTV_VALUE: Rule = Rule {
    reason: "outgoing_cltv_value_missing",
    requirement: "bolt4.reader.required",
    answer: Answer::InvalidOnionPayload(types::OUTGOING_CLTV_VALUE),
    broken: |p| p.payload.outgoing_cltv_value.is_none(),
};

// The rules of any final node.
const NO_SHORT_CHANNEL_ID: Rule = Rule {
    reason: "short_channel_id_at_final_node",
    requirement: "bolt4.reader.final-short-channel-id",
    answer: Answer::InvalidOnionPayload(types::SHORT_CHANNEL_ID),
    broken: |p| {
        p.policies.final_short_channel_id == FinalShortChannelId::Reject
            && p.payload.short_channel_id.is_some()
    },
};
const NO_TOTAL_AMOUNT_MSAT: Rule = Rule {
    reason: "total_amount_msat_not_allowed",
    requirement: "bolt4.reader.total-amount-msat",
    answer: Answer::InvalidOnionPayload(types::TOTAL_AMOUNT_MSAT),
    broken: |p| {
        p.policies.total_amount_msat == TotalAmountMsat::Reject && p.payload.total_amount_msat.is_some()
    },
};
const AMT_TO_FORWARD_NOT_0: Rule = Rule {
    reason: "amt_to_forward_zero",
    requirement: "bolt4.reader.amt-to-forward-0",
    answer: Answer::InvalidOnionPayload(types::AMT_TO_FORWARD),
    broken: |p| {
        p.policies.amt_to_forward_0 == AmtToForward0::Reject && p.payload.amt_to_forward == Some(Msat(0))
    },
};
const EXPIRY_NOT_TOO_SOON: Rule = Rule {
    reason: "expiry_too_soon",
    requirement: "bolt4.final.expiry-soon",
    answer: DETAILS,
    // An HTLC whose expiry is reached fails even where the delta is 0: BOLT 2, "Forwarding HTLCs". As u64, since height and
    // delta are inputs, and their sum may not fit 32 bits.
    broken: |p| {
        let delta = p.settings.min_final_cltv_expiry_delta.0.max(1);
        u64::from(p.cltv_expiry.0) < u64::from(p.height.0) + u64::from(delta)
    },
};
const EXPIRY_NOT_TOO_FAR: Rule = Rule {
    reason: "expiry_too_far",
    requirement: "bolt2.forward.expiry-far",
    answer: DETAILS,
    broken: |p| {
        p.policies.far_expiry == FarExpiry::Fail && p.cltv_expiry.0.saturating_sub(p.height.0) > MAX_HTLC_CLTV
    },
};
const EXPIRY_AS_IN_THE_ONION: Rule = Rule {
    reason: "final_incorrect_cltv_expiry",
    requirement: "bolt4.final.expiry",
    answer: Answer::FinalIncorrectCltvExpiry,
    broken: |p| p.payload.outgoing_cltv_value.is_some_and(|outgoing| p.cltv_expiry < outgoing),
};
const AMOUNT_AS_IN_THE_ONION: Rule = Rule {
    reason: "final_incorrect_htlc_amount",
    requirement: "bolt4.final.amount",
    answer: Answer::FinalIncorrectHtlcAmount,
    broken: |p| p.amount < p.amt_to_forward(),
};

/// The final node.
pub const FINAL_NODE: &[Rule] = &[
    NO_BLINDED_PATH,
    HAS_AMT_TO_FORWARD,
    HAS_OUTGOING_CLTV_VALUE,
    NO_SHORT_CHANNEL_ID,
    NO_TOTAL_AMOUNT_MSAT,
    AMT_TO_FORWARD_NOT_0,
    Rule {
        reason: "preimage_mismatch",
        requirement: "blip3.receiver.mismatch",
        answer: DETAILS,
        broken: |p| {
            let ignored = p.policies.invoice_with_wrong_record == InvoiceWithWrongRecord::Ignore;
            p.keysend == Record::Differs && !(ignored && p.has_secret_of_invoice())
        },
    },
    Rule {
        reason: "payment_hash_unknown",
        requirement: "bolt4.failure.hash-unknown",
        answer: DETAILS,
        broken: |p| p.kind().is_none(),
    },
    Rule {
        reason: "keysend_refused",
        requirement: "blip3.receiver.refused",
        answer: DETAILS,
        broken: |p| !p.settings.keysend && matches!(p.kind(), Some(Kind::Keysend(_))),
    },
    Rule {
        reason: "hash_already_claimed",
        requirement: "bolt4.failure.hash-paid",
        answer: DETAILS,
        broken: |p| p.claimed_before && p.policies.claimed_hash_again == ClaimedHashAgain::Fail,
    },
    Rule {
        reason: "payment_secret_missing",
        requirement: "bolt4.failure.payment-secret",
        answer: DETAILS,
        broken: |p| p.expected_secret().is_some() && p.payload.payment_data.is_none(),
    },
    Rule {
        reason: "payment_secret_mismatch",
        requirement: "bolt4.failure.payment-secret",
        answer: DETAILS,
        broken: |p| match (p.expected_secret(), p.payload.payment_data) {
            (Some(expected), Some(data)) => data.payment_secret != expected,
            _ => false,
        },
    },
    Rule {
        reason: "payment_data_not_allowed",
        requirement: "bolt4.reader.payment-data",
        answer: DETAILS,
        broken: payment_data_not_allowed,
    },
    Rule {
        reason: "payment_metadata_not_allowed",
        requirement: "bolt4.reader.payment-metadata",
        answer: DETAILS,
        broken: |p| {
            p.policies.keysend_payment_metadata == KeysendPaymentMetadata::Reject
                && p.payload.payment_metadata.is_some()
                && matches!(p.kind(), Some(Kind::Keysend(_)))
        },
    },
    Rule {
        reason: "total_msat_not_amount",
        requirement: "bolt4.mpp.single",
        answer: DETAILS,
        broken: total_is_not_amount,
    },
    Rule {
        reason: "amount_too_low",
        requirement: "bolt4.failure.amount-too-low",
        answer: DETAILS,
        broken: |p| p.invoice.and_then(|invoice| invoice.amount).is_some_and(|amount| p.total() < amount),
    },
    Rule {
        reason: "amount_too_high",
        requirement: "bolt4.failure.amount-far-above",
        answer: DETAILS,
        broken: |p| {
            let amount = p.invoice.and_then(|invoice| invoice.amount);
            amount.is_some_and(|amount| p.total().0 > amount.0.saturating_mul(2))
        },
    },
    EXPIRY_NOT_TOO_SOON,
    EXPIRY_NOT_TOO_FAR,
    EXPIRY_AS_IN_THE_ONION,
    AMOUNT_AS_IN_THE_ONION,
];

/// A node that is not the final one, as far as a payment concerns its payload. Fees and expiry deltas are the channel's.
pub const FORWARDING_NODE: &[Rule] = &[
    NO_BLINDED_PATH,
    HAS_AMT_TO_FORWARD,
    HAS_OUTGOING_CLTV_VALUE,
    Rule {
        reason: "next_hop_missing",
        requirement: "bolt4.reader.next-hop",
        answer: Answer::InvalidOnionPayload(types::SHORT_CHANNEL_ID),
        broken: |p| p.payload.short_channel_id.is_none(),
    },
    Rule {
        reason: "payment_data_before_final",
        requirement: "bolt4.reader.payment-data-before-final",
        answer: Answer::InvalidOnionPayload(types::PAYMENT_DATA),
        broken: |p| {
            p.policies.payment_data_before_final == PaymentDataBeforeFinal::Reject
                && p.payload.payment_data.is_some()
        },
    },
];

/// The final node, for an HTLC of a spontaneous AMP. As LND does it: no BOLT has it.
pub const AMP_FINAL_NODE: &[Rule] = &[
    NO_BLINDED_PATH,
    HAS_AMT_TO_FORWARD,
    HAS_OUTGOING_CLTV_VALUE,
    NO_SHORT_CHANNEL_ID,
    NO_TOTAL_AMOUNT_MSAT,
    AMT_TO_FORWARD_NOT_0,
    Rule {
        reason: "payment_secret_missing",
        requirement: "amp.payment-data",
        answer: DETAILS,
        broken: |p| p.payload.payment_data.is_none(),
    },
    Rule {
        reason: "set_id_zero",
        requirement: "amp.set-id",
        answer: DETAILS,
        broken: |p| p.amp.is_some_and(|amp| amp.set_id == [0; 32]),
    },
    EXPIRY_NOT_TOO_SOON,
    EXPIRY_NOT_TOO_FAR,
    EXPIRY_AS_IN_THE_ONION,
    AMOUNT_AS_IN_THE_ONION,
];

fn payment_data_not_allowed(p: &Payment<'_>) -> bool {
    let refused = match p.kind() {
        Some(Kind::Keysend(_)) => p.policies.keysend_payment_data == KeysendPaymentData::Reject,
        Some(Kind::SharedSecret(_)) => {
            p.policies.shared_secret_payment_data == SharedSecretPaymentData::Reject
        }
        _ => false,
    };
    refused && p.payload.payment_data.is_some()
}

fn total_is_not_amount(p: &Payment<'_>) -> bool {
    // Without payment_data there is no payment secret, and so no set: then the total is that of this HTLC.
    let has_no_secret = p.payload.payment_data.is_none();
    let single = match p.kind() {
        Some(Kind::Keysend(_)) => {
            has_no_secret || p.policies.keysend_payment_data == KeysendPaymentData::AcceptSingle
        }
        Some(Kind::SharedSecret(_)) => true,
        _ => false,
    };
    single && p.total() != p.amt_to_forward()
}

/// The first rule of a table that a payment breaks.
pub fn first_broken(rules: &'static [Rule], payment: &Payment<'_>) -> Option<&'static Rule> {
    rules.iter().find(|rule| (rule.broken)(payment))
}
