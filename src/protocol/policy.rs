//! The policies that an adapter may declare: where the specs leave a choice, its name and its values.

/// A choice that the specs leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Its name in the hello and in the vectors.
    pub name: &'static str,
    /// What an implementation may do; the first is the default.
    pub values: &'static [&'static str],
}

/// Every policy, in the order of `docs/protocol.md`.
pub const POLICIES: &[Policy] = &[
    Policy { name: "custom_even_records", values: &["reject", "accept"] },
    Policy {
        name: "keysend_payment_data",
        values: &["accept_single", "accept_multipart", "reject", "ignore"],
    },
    Policy { name: "keysend_payment_metadata", values: &["ignore", "reject"] },
    Policy { name: "final_short_channel_id", values: &["ignore", "reject"] },
    Policy { name: "claimed_hash_again", values: &["fail", "settle"] },
    Policy { name: "replayed_onion", values: &["fail", "redeem"] },
    Policy { name: "shared_secret_payment_data", values: &["accept_single", "reject"] },
];

/// The policy of this name, if there is one.
pub fn find(name: &str) -> Option<&'static Policy> {
    POLICIES.iter().find(|policy| policy.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_protocol_page() {
        let page = include_str!("../../docs/protocol.md");
        for policy in POLICIES {
            let values: Vec<_> = policy.values.iter().map(|value| format!("`{value}`")).collect();
            let row = format!("| `{}` | {} |", policy.name, values.join(", "));
            assert!(page.contains(&row), "docs/protocol.md has no row {row}");
        }
    }
}
