//! What a node may choose: settings that its operator turns, and policies where the specs are silent or allow both.
//! The default of each is the first value.

use crate::bolt4::Blocks;
use crate::scheme::Profile;

/// What the operator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether keysend is accepted.
    pub keysend: bool,
    /// Whether the shared-secret scheme is accepted, and with which secret.
    pub shared_secret: Option<Profile>,
    /// How far above the height an HTLC must expire. BOLT 4, "Requirements" of the payload's reader.
    pub min_final_cltv_expiry_delta: Blocks,
}

macro_rules! policies {
    ($($(#[$about:meta])* $field:ident: $type:ident { $($(#[$doc:meta])* $value:ident = $name:literal),+ $(,)? })+) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
            pub enum $type {
                $($(#[$doc])* $value),+,
            }

            impl $type {
                /// The values, the default first.
                pub const ALL: &[Self] = &[$(Self::$value),+];

                /// The name of the value.
                pub const fn name(self) -> &'static str {
                    match self {
                        $(Self::$value => $name),+
                    }
                }
            }
        )+

        /// One choice for each policy.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct Policies {
            $($(#[$about])* pub $field: $type),+
        }

        impl Policies {
            /// Every policy with the names of its values, the default first.
            pub const ALL: &[(&str, &[&str])] = &[$((stringify!($field), &[$($name),+])),+];

            /// Every policy with the name of the value that is chosen.
            pub fn chosen(self) -> impl Iterator<Item = (&'static str, &'static str)> {
                [$((stringify!($field), self.$field.name())),+].into_iter()
            }

            /// Chooses a value by its name; says whether there is such a policy with such a value.
            pub fn set(&mut self, policy: &str, value: &str) -> bool {
                match policy {
                    $(stringify!($field) => match value {
                        $($name => self.$field = $type::$value,)+
                        _ => return false,
                    },)+
                    _ => return false,
                }
                true
            }
        }
    };
}

policies! {
    /// Unknown even types of 65536 and above. BOLT 1 makes no exception for them; several nodes do.
    custom_even_records: CustomEvenRecords {
        /// The payload does not decode.
        #[default]
        Reject = "reject",
        /// They are ignored.
        Accept = "accept",
    }
    /// `payment_data` beside a keysend record, with no invoice for the hash. bLIP 3 is silent.
    keysend_payment_data: KeysendPaymentData {
        /// Accepted when `total_msat` is `amt_to_forward`.
        #[default]
        AcceptSingle = "accept_single",
        /// The HTLCs of one hash form a set.
        AcceptMultipart = "accept_multipart",
        /// Never accepted.
        Reject = "reject",
        /// As if it were not there.
        Ignore = "ignore",
    }
    /// `payment_metadata` beside a keysend record. bLIP 3 is silent.
    keysend_payment_metadata: KeysendPaymentMetadata {
        /// As if it were not there.
        #[default]
        Ignore = "ignore",
        /// Never accepted.
        Reject = "reject",
    }
    /// `short_channel_id` at the final node: BOLT 4's writer must not send it, its reader has no rule.
    final_short_channel_id: FinalShortChannelId {
        /// As if it were not there.
        #[default]
        Ignore = "ignore",
        /// The payload is refused.
        Reject = "reject",
    }
    /// An HTLC for a payment hash that was claimed before. BOLT 4, "Failure Messages", allows both.
    claimed_hash_again: ClaimedHashAgain {
        /// It fails.
        #[default]
        Fail = "fail",
        /// It is judged like any other.
        Settle = "settle",
    }
    /// The other HTLCs of a set of which one was held until its expiry. BOLT 2, "Forwarding HTLCs", speaks of that HTLC alone.
    expired_part: ExpiredPart {
        /// They go on waiting.
        #[default]
        FailPart = "fail_part",
        /// They fail as well.
        FailSet = "fail_set",
    }
    /// A packet whose HMAC was received before. BOLT 4, "Onion Decryption", allows both when the preimage is known.
    replayed_onion: ReplayedOnion {
        /// It fails.
        #[default]
        Fail = "fail",
        /// It is claimed if its payment hash was claimed before: the preimage is public by then.
        Redeem = "redeem",
    }
    /// `total_amount_msat` in a final payload outside of a blinded route. BOLT 4 has its writers put it into blinded routes, and no
    /// rule for readers elsewhere.
    total_amount_msat: TotalAmountMsat {
        /// As if it were not there.
        #[default]
        Ignore = "ignore",
        /// It is `total_msat`, unless there is `payment_data`.
        AsTotal = "as_total",
        /// The payload is refused.
        Reject = "reject",
    }
    /// `payment_data` for a node before the last: BOLT 4's writer must not send it, its reader has no rule.
    payment_data_before_final: PaymentDataBeforeFinal {
        /// As if it were not there.
        #[default]
        Forward = "forward",
        /// The payload is refused.
        Reject = "reject",
    }
    /// `amt_to_forward` of 0 at the final node: no rule forbids it.
    amt_to_forward_0: AmtToForward0 {
        /// It is an amount like any other.
        #[default]
        Accept = "accept",
        /// The payload is refused, as if it were not there.
        Reject = "reject",
    }
    /// An HTLC that expires unreasonably far in the future. BOLT 2, "Forwarding HTLCs", says that it should fail, and not how far.
    far_expiry: FarExpiry {
        /// It fails.
        #[default]
        Fail = "fail",
        /// It is judged like any other.
        Accept = "accept",
    }
    /// A keysend record that does not fit, in a payment that has the payment secret of an invoice for its hash. bLIP 3 speaks of
    /// keysends; whether this is one is open.
    invoice_with_wrong_record: InvoiceWithWrongRecord {
        /// It fails.
        #[default]
        Fail = "fail",
        /// The invoice is paid, as if there were no record.
        Ignore = "ignore",
    }
    /// An HTLC that the node should forward within a blinded route. Whether a node does that is an option: BOLT 9, bits 24 and 25.
    blinded_routes: BlindedRoutes {
        /// It goes where the route's recipient says.
        #[default]
        Forward = "forward",
        /// It fails.
        Refuse = "refuse",
    }
    /// `payment_data` in a shared-secret payment. The post is silent; parts of a set cannot share a secret.
    shared_secret_payment_data: SharedSecretPaymentData {
        /// Accepted when `total_msat` is `amt_to_forward`.
        #[default]
        AcceptSingle = "accept_single",
        /// Never accepted.
        Reject = "reject",
    }
    /// A return packet of fewer than 292 bytes: BOLT 4 has the failing node pad it, and no rule for the payer.
    short_return_packet: ShortReturnPacket {
        /// It is opened like any other.
        #[default]
        Open = "open",
        /// It counts as one that no hop made.
        Refuse = "refuse",
    }
    /// A return packet whose pad does not fill it, or is too short. The HMAC is right, and BOLT 4 has no rule for the payer.
    return_packet_pad: ReturnPacketPad {
        /// The message is read.
        #[default]
        Ignore = "ignore",
        /// It is known who failed, and the message is not read.
        Check = "check",
    }
    /// A node that announces a feature without one that it depends on. BOLT 9 has a rule for that node, and none for the payer.
    feature_dependencies: FeatureDependencies {
        /// It is paid like any other.
        #[default]
        Ignore = "ignore",
        /// It is not paid.
        Check = "check",
    }
    /// A keysend to a node that does not announce the feature. bLIP 3 says that it should not be sent.
    keysend_not_announced: KeysendNotAnnounced {
        /// It is not sent.
        #[default]
        Refuse = "refuse",
        /// It is sent.
        Pay = "pay",
    }
    /// A further attempt of a payment that has one in flight. No text forbids it, and the payee may claim both.
    attempt_in_flight: AttemptInFlight {
        /// It is not sent.
        #[default]
        Wait = "wait",
        /// It is sent.
        Send = "send",
    }
    /// A further attempt of a payment that the final node failed without the PERM bit. BOLT 4, "Receiving Failure Codes": the payer
    /// may retry.
    final_failure_without_perm: FinalFailureWithoutPerm {
        /// It is sent.
        #[default]
        Retry = "retry",
        /// The payment has failed.
        Stop = "stop",
    }
    /// A further attempt of a payment with the preimage of an earlier one. bLIP 3 forbids to use a preimage again, and does not say
    /// whether a retry does.
    keysend_retry_preimage: KeysendRetryPreimage {
        /// It is not sent: each attempt has a preimage of its own.
        #[default]
        Fresh = "fresh",
        /// It is sent: a payment has one preimage.
        Same = "same",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_can_be_set_to_every_value_and_starts_with_the_first() {
        for (policy, values) in Policies::ALL {
            let mut policies = Policies::default();
            assert!(policies.set(policy, values[0]) && policies == Policies::default(), "{policy}");
            for value in &values[1..] {
                assert!(policies.set(policy, value) && policies != Policies::default(), "{policy}: {value}");
                assert!(policies.chosen().any(|chosen| chosen == (*policy, *value)), "{policy}: {value}");
            }
            assert!(!policies.set(policy, "other"));
        }
        assert!(!Policies::default().set("other", "reject"));
    }
}
