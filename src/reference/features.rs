//! Features: may the payer pay this node, and what does the payee announce.

use crate::bolt9::{self, Features, KEYSEND, Support};
use crate::node::Policies;
use crate::node::policy::{FeatureDependencies, KeysendNotAnnounced};
use crate::protocol::operation::{self as input, PaymentKind};
use crate::protocol::{Content, OperationResult, output};

pub fn may_pay(input: &input::FeaturesMayPay, policies: Policies) -> OperationResult<output::FeaturesMayPay> {
    let node = Features(&input.node_features.0);
    let keysend = node.support(KEYSEND);
    match (input.payment, &input.invoice_features) {
        (PaymentKind::Invoice, Some(features)) if Features(&features.0).has_unknown_even_bit() => {
            return Err(Content::reject("invoice_feature_unknown"));
        }
        (PaymentKind::Invoice, Some(_)) => {}
        (PaymentKind::Invoice, None) => return Err(Content::error("invoice_features are missing")),
        _ if node.has_unknown_even_bit() => return Err(Content::reject("node_feature_unknown")),
        _ if node.lacks_a_dependency() && policies.feature_dependencies == FeatureDependencies::Check => {
            return Err(Content::reject("feature_dependency_missing"));
        }
        _ => {}
    }
    if input.payment == PaymentKind::Keysend
        && keysend == Support::Absent
        && policies.keysend_not_announced == KeysendNotAnnounced::Refuse
    {
        return Err(Content::reject("keysend_not_announced"));
    }
    let keysend = match keysend {
        Support::Absent => output::Support::Absent,
        Support::Optional => output::Support::Optional,
        Support::Mandatory => output::Support::Mandatory,
    };
    Ok(output::FeaturesMayPay { keysend })
}

pub fn announce(input: &input::FeaturesAnnounce) -> OperationResult<output::FeaturesAnnounce> {
    let features = bolt9::announce(&input.bits).map_err(|error| Content::reject(error.reason()))?;
    Ok(output::FeaturesAnnounce { features: features.into() })
}
