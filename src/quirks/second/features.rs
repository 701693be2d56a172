//! Features: whether a payer may pay a node that announces some, and how a payee announces its own.

use super::{Implementation, refuse_if};
use crate::protocol::operation::PaymentKind;
use crate::quirks::list::Quirk as Q;

/// BOLT 9: the even bit of each pair.
const BOLT_9: [u32; 23] =
    [0, 4, 6, 8, 10, 12, 14, 16, 18, 22, 24, 26, 28, 34, 36, 38, 42, 44, 46, 48, 50, 60, 62];
/// Those of them that BOLT 9 calls assumed.
const ASSUMED: [u32; 5] = [0, 8, 12, 14, 44];
/// bLIP 2: the even bit of each pair.
const BLIP_2: [u32; 6] = [KEYSEND, 256, 258, 260, 262, 728];
const KEYSEND: u32 = 54;
const SCID_ALIAS: u32 = 46;
const ZEROCONF: u32 = 50;
const ANYSEGWIT: u32 = 26;
const SIMPLE_CLOSE: u32 = 60;

/// Whose features they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Node,
    Invoice,
}

/// Whether one bit of a pair is set.
fn has_pair(bits: &[u32], even: u32) -> bool {
    bits.iter().any(|bit| bit & !1 == even)
}

impl Implementation {
    /// The bits of a field.
    fn read_bits(&self, field: &[u8]) -> Vec<u32> {
        let mut bytes = field.to_vec();
        if self.has(Q::FeatureBytesReversed) {
            bytes.reverse();
        }
        if self.has(Q::FeatureBitsReversedInBytes) {
            bytes.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        if self.has(Q::FeatureBitsFromTheFront) {
            bytes = bytes.iter().rev().map(|byte| byte.reverse_bits()).collect();
        }
        let all = bytes.len();
        let read = self.vary(
            all,
            [
                (Q::FeaturesReadIn8Bytes, 8),
                (Q::FeaturesReadIn16Bytes, 16),
                (Q::FeaturesReadIn32Bytes, 32),
                (Q::FeaturesReadIn512Bytes, 512),
            ],
        );
        bytes.drain(..all.saturating_sub(read));
        if self.has(Q::FeaturesFirst8BytesRead) {
            bytes.truncate(8);
        }
        let set = |byte: u8| (0..8_u32).filter(move |bit| byte >> bit & 1 == 1);
        let of_byte = |(at, byte): (u32, &u8)| set(*byte).map(move |bit| 8 * at + bit).collect::<Vec<_>>();
        let bits = (0..).zip(bytes.iter().rev()).flat_map(of_byte);
        let first = self.vary(0, [(Q::FeatureBitsCountedFrom1, 1)]);
        bits.map(|bit| bit + first).collect()
    }

    /// Whether the form of a field is refused.
    fn refuses_form(&self, field: &[u8]) -> bool {
        field.is_empty() && self.has(Q::EmptyFeaturesRefused)
            || field.first() == Some(&0) && self.has(Q::FeaturesMustBeMinimal)
            || field.len() > 8 && self.has(Q::FeaturesOfMoreThan8BytesRefused)
            || field.len() > 32 && self.has(Q::FeaturesOfMoreThan32BytesRefused)
    }

    /// Whether a field has an even bit that is not known.
    fn has_unknown(&self, field: Field, bits: &[u32]) -> bool {
        bits.iter().any(|bit| self.is_unknown(field, *bit, bits))
    }

    fn is_unknown(&self, field: Field, bit: u32, bits: &[u32]) -> bool {
        let even = bit & !1;
        let mut known = BOLT_9.contains(&even) || BLIP_2.contains(&even);
        if ASSUMED.contains(&even) && self.has(Q::AssumedFeaturesUnknown) {
            known = false;
        }
        if even == KEYSEND && self.has(Q::KeysendFeatureUnknown) {
            known = false;
        }
        if even == SCID_ALIAS && self.has(Q::ScidAliasFeatureUnknown) {
            known = false;
        }
        if even < 256 && self.has(Q::EveryFeatureOfBoltsKnown) {
            known = true;
        }
        let mut refuses = bit & 1 == 0;
        if self.has(Q::FeatureParitySwapped) {
            refuses = !refuses;
        }
        let odd = |quirk| bit % 2 == 1 && self.has(quirk);
        refuses |= match field {
            Field::Node => odd(Q::UnknownOddNodeFeatureRefused),
            Field::Invoice => odd(Q::UnknownOddInvoiceFeatureRefused),
        };
        let ignored = bit >= 256 && self.has(Q::UnknownFeaturesFrom256Ignored)
            || bit >= 1000 && self.has(Q::UnknownFeaturesFrom1000Ignored)
            || bit < 128 && self.has(Q::UnknownFeaturesBelow128Ignored)
            || bits.contains(&(bit | 1)) && self.has(Q::UnknownFeatureWithBothBitsIgnored)
            || match field {
                Field::Node => self.has(Q::UnknownNodeFeatureIgnored),
                Field::Invoice => self.has(Q::UnknownInvoiceFeatureIgnored),
            };
        refuses && !known && !ignored
    }

    /// Whether a feature is there without one that it depends on.
    fn misses_dependency(&self, bits: &[u32]) -> bool {
        let table = [
            (ZEROCONF, SCID_ALIAS, Q::ZeroconfDependencyUnknown),
            (SIMPLE_CLOSE, ANYSEGWIT, Q::SimpleCloseDependencyUnknown),
        ];
        table.into_iter().any(|(feature, needed, unknown)| {
            let (feature, needed) =
                if self.has(Q::DependenciesTheOtherWayRound) { (needed, feature) } else { (feature, needed) };
            let asks = if self.has(Q::DependencyOfMandatoryFeaturesOnly) {
                bits.contains(&feature)
            } else if self.has(Q::DependencyOfOptionalFeaturesOnly) {
                bits.contains(&(feature | 1))
            } else {
                has_pair(bits, feature)
            };
            let met = if self.has(Q::DependencyMustBeMandatory) {
                bits.contains(&needed)
            } else if self.has(Q::DependencyMustBeOptional) {
                bits.contains(&(needed | 1))
            } else if bits.contains(&feature) && self.has(Q::MandatoryFeatureNeedsMandatory) {
                bits.contains(&needed)
            } else {
                has_pair(bits, needed)
            };
            asks && !met && !self.has(unknown)
        })
    }

    /// Whether dependencies are asked for where a payment is made.
    fn misses_asked_dependency(&self, payment: PaymentKind, node: &[u32]) -> bool {
        let asks = self.chose("feature_dependencies", "check") != self.has(Q::FeatureDependenciesInverted);
        let asks_of = match payment {
            PaymentKind::Keysend => !self.has(Q::DependenciesNotAskedForKeysends),
            PaymentKind::SharedSecret => !self.has(Q::DependenciesNotAskedForSharedSecrets),
            PaymentKind::Invoice => self.has(Q::DependenciesAskedForInvoicesToo),
        };
        asks && asks_of && self.misses_dependency(node)
    }

    /// What the node says of keysend, where the payment may be sent. The error is the reason.
    pub(super) fn may_pay(
        &self,
        payment: PaymentKind,
        node: &[u8],
        invoice: &[u8],
    ) -> Result<&'static str, &'static str> {
        refuse_if(self.refuses_form(node), "node_feature_unknown")?;
        let is_invoice = payment == PaymentKind::Invoice;
        refuse_if(is_invoice && self.refuses_form(invoice), "invoice_feature_unknown")?;
        let (node, invoice) = (self.read_bits(node), self.read_bits(invoice));
        if is_invoice {
            let both: Vec<_> = invoice.iter().copied().filter(|bit| node.contains(bit)).collect();
            let asked = if self.has(Q::InvoiceFeaturesAskedTogether) { &both } else { &invoice };
            refuse_if(self.has_unknown(Field::Invoice, asked), "invoice_feature_unknown")?;
        }
        let says_keysend = has_pair(&node, KEYSEND);
        let excused = is_invoice && !self.has(Q::InvoiceAsksForNodeFeatures)
            || payment == PaymentKind::SharedSecret && self.has(Q::SharedSecretExcusesNodeFeatures)
            || payment == PaymentKind::Keysend && self.has(Q::KeysendExcusesNodeFeatures)
            || says_keysend && self.has(Q::AnnouncedKeysendExcusesNodeFeatures);
        refuse_if(!excused && self.has_unknown(Field::Node, &node), "node_feature_unknown")?;
        let missing = self.misses_asked_dependency(payment, &node);
        refuse_if(missing, "feature_dependency_missing")?;
        let read = if is_invoice && self.has(Q::KeysendReadFromTheInvoice) { &invoice } else { &node };
        let keysend = self.keysend_said(read)?;
        let refuses =
            self.chose("keysend_not_announced", "refuse") != self.has(Q::KeysendNotAnnouncedInverted);
        let asks = match payment {
            PaymentKind::Keysend => !self.has(Q::KeysendAnnouncementNotAsked),
            PaymentKind::SharedSecret => self.has(Q::SharedSecretAsksForKeysend),
            PaymentKind::Invoice => self.has(Q::InvoiceAsksForKeysend),
        };
        let counts = match keysend {
            "mandatory" => !self.has(Q::MandatoryKeysendDoesNotCount),
            "optional" => !self.has(Q::OptionalKeysendDoesNotCount),
            _ => false,
        };
        refuse_if(asks && refuses && !counts, "keysend_not_announced")?;
        Ok(keysend)
    }

    /// What bits 54 and 55 say.
    fn keysend_said(&self, bits: &[u32]) -> Result<&'static str, &'static str> {
        let pair = self.vary(KEYSEND, [(Q::KeysendOfBits55And56, 55), (Q::KeysendOfBits52And53, 52)]);
        let mut said = [bits.contains(&pair), bits.contains(&(pair + 1))];
        if self.has(Q::KeysendBitsSwapped) {
            said.reverse();
        }
        let both = said == [true; 2];
        refuse_if(both && self.has(Q::KeysendWithBothBitsRefused), "node_feature_unknown")?;
        Ok(match said {
            [true, true] if self.has(Q::KeysendWithBothBitsIsOptional) => "optional",
            [true, true] if self.has(Q::KeysendWithBothBitsIsAbsent) => "absent",
            [true, false] if self.has(Q::KeysendOfBit55Alone) => "absent",
            [true, _] if self.has(Q::KeysendIsNeverMandatory) => "optional",
            [true, _] => "mandatory",
            [_, true] if self.has(Q::KeysendOfBit54Alone) => "absent",
            [_, true] if self.has(Q::KeysendIsAlwaysMandatory) => "mandatory",
            [_, true] => "optional",
            _ => "absent",
        })
    }

    /// Whether both bits of a pair are in the list.
    fn has_both(&self, bits: &[u32]) -> bool {
        let mut asked: Vec<_> = bits.to_vec();
        if self.has(Q::PairOfKnownFeaturesOnly) {
            asked.retain(|bit| BOLT_9.contains(&(bit & !1)) || BLIP_2.contains(&(bit & !1)));
        }
        if self.has(Q::PairsStartWithOddBits) {
            return asked.iter().any(|bit| bit % 2 == 1 && asked.contains(&(bit + 1)));
        }
        if self.has(Q::PairOfAnyNeighbours) {
            return asked.iter().any(|bit| asked.contains(&(bit + 1)));
        }
        if self.has(Q::PairOfNeighboursInTheListOnly) {
            return asked.windows(2).any(|two| two[0] ^ 1 == two[1]);
        }
        asked.iter().enumerate().any(|(at, bit)| {
            let before = &asked[..at];
            before.contains(&(bit ^ 1))
                && !(bit % 2 == 0 && self.has(Q::PairWithTheOddBitFirstAccepted))
                && !(bit % 2 == 1 && self.has(Q::PairWithTheEvenBitFirstAccepted))
        })
    }

    /// The bits that are announced, if they may be. The error is the reason.
    fn announced(&self, bits: &[u16]) -> Result<Vec<u32>, &'static str> {
        let mut bits: Vec<u32> = bits.iter().map(|bit| u32::from(*bit)).collect();
        refuse_if(bits.is_empty() && self.has(Q::EmptyAnnouncementRefused), "feature_dependency_missing")?;
        if self.has(Q::BothBitsAnnouncedAsMandatory) {
            let even = bits.clone();
            bits.retain(|bit| bit % 2 == 0 || !even.contains(&(bit - 1)));
        }
        if self.has(Q::BothBitsAnnouncedAsOptional) {
            let odd = bits.clone();
            bits.retain(|bit| bit % 2 == 1 || !odd.contains(&(bit + 1)));
        }
        refuse_if(self.has_both(&bits) && !self.has(Q::BothBitsAnnounced), "feature_set_twice")?;
        if self.has(Q::MissingDependencyAnnouncedToo) {
            for (feature, needed) in [(ZEROCONF, SCID_ALIAS), (SIMPLE_CLOSE, ANYSEGWIT)] {
                if has_pair(&bits, feature) && !has_pair(&bits, needed) {
                    bits.push(needed | 1);
                }
            }
        }
        let before = |feature: u32| -> Vec<u32> {
            bits.iter().copied().take_while(|bit| bit & !1 != feature).chain([feature]).collect()
        };
        let late = [ZEROCONF, SIMPLE_CLOSE].into_iter().any(|feature| {
            has_pair(&bits, feature)
                && self.has(Q::DependencyMustComeFirst)
                && self.misses_dependency(&before(feature))
        });
        let asks = !self.has(Q::AnnouncedDependencyNotAsked)
            && (self.chose("feature_dependencies", "check") || !self.has(Q::AnnouncedDependencyByPolicy));
        refuse_if(late || asks && self.misses_dependency(&bits), "feature_dependency_missing")?;
        let unknown = |bit: &u32| !BOLT_9.contains(&(bit & !1)) && !BLIP_2.contains(&(bit & !1));
        refuse_if(bits.iter().any(unknown) && self.has(Q::UnknownFeatureNotAnnounced), "feature_unknown")?;
        if !has_pair(&bits, 8) && self.has(Q::VarOnionAlwaysAnnounced) {
            bits.push(9);
        }
        if self.has(Q::MandatoryFeatureAnnouncedTwice) {
            let mandatory: Vec<_> = bits.iter().filter(|bit| *bit % 2 == 0).map(|bit| bit + 1).collect();
            bits.extend(mandatory);
        }
        Ok(bits)
    }

    /// The features that a payee announces. The error is the reason.
    pub(super) fn announce(&self, bits: &[u16]) -> Result<Vec<u8>, &'static str> {
        let bits: Vec<_> = self
            .announced(bits)?
            .into_iter()
            .map(|bit| {
                let bit = self.vary(
                    bit,
                    [
                        (Q::AnnouncedBitModulo32, bit % 32),
                        (Q::AnnouncedBitModulo64, bit % 64),
                        (Q::AnnouncedBitModulo256, bit % 256),
                    ],
                );
                if bit >= 32768 && self.has(Q::AnnouncedBitSigned) { 0 } else { bit }
            })
            .filter(|bit| *bit < 64 || !self.has(Q::AnnouncedBitsBelow64Only))
            .collect();
        let highest = bits.iter().max().copied();
        let highest = self.vary(
            highest,
            [
                (Q::AnnouncementSizedByTheLastBit, bits.last().copied()),
                (Q::AnnouncementSizedByTheFirstBit, bits.first().copied()),
            ],
        );
        let least = highest.map_or(0, |bit| bit / 8 + 1);
        let length = self.vary(
            least,
            [
                (Q::AnnouncementRoundedDown, highest.map_or(0, |bit| bit.div_ceil(8))),
                (Q::AnnouncementWithZeroByte, least + 1),
                (Q::AnnouncementWithZeroByteWhenFull, highest.map_or(0, |bit| (bit + 1) / 8 + 1)),
                (Q::AnnouncementOfWholeWords, least.next_multiple_of(8)),
                (Q::AnnouncementOfEvenLength, least.next_multiple_of(2)),
                (Q::AnnouncementOfAtLeast8Bytes, least.max(8)),
                (Q::EmptyAnnouncementHasAByte, least.max(1)),
            ],
        ) as usize;
        let mut bytes = vec![0_u8; length];
        for bit in bits {
            // A bit that has no place is lost, which only happens with a quirk.
            if let Some(byte) = bytes.get_mut(bit as usize / 8) {
                *byte |= 1 << (bit % 8);
            }
        }
        if self.has(Q::AnnouncementBitsReversedInBytes) {
            bytes.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        if !self.has(Q::AnnouncementLittleEndian) {
            bytes.reverse();
        }
        Ok(bytes)
    }
}
