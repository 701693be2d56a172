//! A case in the making: what a recipe says of it, and what the reference answers.

use serde::Serialize;
use serde_json::{Map, Value};

use super::cite;
use crate::node::Policies;
use crate::protocol::output::has_free_data;
use crate::protocol::{Content, Rejection, reason};
use crate::reference;
use crate::vectors::case::{ByPolicy, Case, Level, PolicyAnswer, Refusal, Step, Verdict};

/// What is true of every case that turns on a reason.
#[derive(Debug, Clone, Copy)]
pub struct ReasonFacts {
    /// The reason.
    pub reason: &'static str,
    /// How strong the rule is.
    pub level: Level,
    /// What kind of bug a failure means.
    pub flag: &'static str,
    /// Where the rule is written.
    pub spec: &'static str,
    /// Failure codes that the specs' wording allows beside the reference's.
    pub also: &'static [&'static str],
}

const fn facts(
    reason: &'static str,
    level: Level,
    flag: &'static str,
    spec: &'static str,
    also: &'static [&'static str],
) -> ReasonFacts {
    ReasonFacts { reason, level, flag, spec, also }
}

const FRAMING: &[&str] = &["c004", "c005", "c006"];

/// The facts of all reasons.
pub const REASON_FACTS: &[ReasonFacts] = {
    use Level::{May, Must, Should};
    &[
        facts("secret_key_invalid", Must, "curve", "04-onion-routing.md:711-726", &[]),
        facts("session_key_invalid", Must, "curve", "04-onion-routing.md:752-754", &[]),
        facts("preimage_length", Must, "bounds", "blip-0003.md:29-31", &[]),
        facts("no_hops", Must, "bounds", "04-onion-routing.md:748-756", &[]),
        facts("short_channel_id_missing", Must, "missing-record", "04-onion-routing.md:279-281", &[]),
        facts("amount_too_large", Must, "bounds", "01-messaging.md:244-248", &[]),
        facts("custom_record_type_reserved", Must, "order", "01-messaging.md:132-134", &[]),
        facts("custom_record_type_keysend", Must, "theft", "01-messaging.md:147-148", &[]),
        facts("custom_record_type_twice", Must, "order", "01-messaging.md:147-148", &[]),
        facts("payloads_too_long", Must, "bounds", "04-onion-routing.md:162-171", &[]),
        facts("packet_length", Must, "bounds", "04-onion-routing.md:138-141", &[]),
        facts("version_unknown", Must, "packet", "04-onion-routing.md:912-913", &[]),
        facts("public_key_invalid", Must, "curve", "04-onion-routing.md:914-915", &[]),
        facts("replayed", Must, "state", "04-onion-routing.md:916-921", &["c004", "c006", "400f"]),
        facts("hmac_mismatch", Must, "authenticity", "04-onion-routing.md:928-933", &[]),
        facts("payload_length_not_minimal", Must, "framing", "04-onion-routing.md:937-938", FRAMING),
        facts("payload_length_reserved", Must, "framing", "04-onion-routing.md:939-940", FRAMING),
        facts("payload_length_too_long", Must, "framing", "04-onion-routing.md:941-948", FRAMING),
        facts("bigsize_truncated", Must, "bounds", "01-messaging.md:605-801", &[]),
        facts("bigsize_not_minimal", Must, "canonical-form", "01-messaging.md:600-603", &[]),
        facts("type_truncated", Must, "bounds", "01-messaging.md:160-163", &[]),
        facts("type_not_minimal", Must, "canonical-form", "01-messaging.md:162-163", &[]),
        facts("types_not_increasing", Must, "order", "01-messaging.md:164-166", &[]),
        facts("length_truncated", Must, "bounds", "01-messaging.md:162-168", &[]),
        facts("length_not_minimal", Must, "canonical-form", "01-messaging.md:162-163", &[]),
        facts("value_truncated", Must, "bounds", "01-messaging.md:167-168", &[]),
        facts("unknown_even_type", Must, "unknown-type", "01-messaging.md:175-177", &[]),
        facts("value_wrong_length", Must, "bounds", "01-messaging.md:171-172", &[]),
        facts("value_not_minimal", Must, "canonical-form", "01-messaging.md:173-174", &[]),
        facts("value_invalid", Must, "bounds", "01-messaging.md:169-172,244-248", &[]),
        facts("amt_to_forward_missing", Must, "missing-record", "04-onion-routing.md:329", &[]),
        facts("outgoing_cltv_value_missing", Must, "missing-record", "04-onion-routing.md:329", &[]),
        facts("next_hop_missing", Must, "missing-record", "04-onion-routing.md:330-332", &["400a"]),
        facts("short_channel_id_at_final_node", May, "policy", "04-onion-routing.md:282-283", &["400f"]),
        facts("blinded_path_not_allowed", Must, "blinded-path", "04-onion-routing.md:322,328", &["c018"]),
        facts("keysend_refused", Should, "policy", "blip-0003.md:40-42", &[]),
        facts("preimage_mismatch", Should, "theft", "blip-0003.md:40-42", &[]),
        facts("payment_hash_unknown", Must, "theft", "04-onion-routing.md:1518-1520", &["6003"]),
        facts("payment_secret_missing", Must, "theft", "04-onion-routing.md:1511-1514", &[]),
        facts("payment_secret_mismatch", Must, "theft", "04-onion-routing.md:1511-1514", &[]),
        facts("payment_data_not_allowed", May, "policy", "silent", &["4016"]),
        facts("payment_metadata_not_allowed", May, "policy", "silent", &["4016"]),
        facts("total_msat_not_amount", Must, "theft", "04-onion-routing.md:390-391", &["4016"]),
        facts("total_msat_differs", Should, "state", "04-onion-routing.md:394-395", &["0017"]),
        facts("amount_too_low", Must, "theft", "04-onion-routing.md:1515-1517", &[]),
        facts("amount_too_high", Should, "state", "04-onion-routing.md:1521-1525", &[]),
        facts("hash_already_claimed", May, "policy", "04-onion-routing.md:1508-1510", &[]),
        facts("expiry_too_soon", Must, "theft", "04-onion-routing.md:341,1526-1528", &[]),
        facts("final_incorrect_cltv_expiry", Must, "htlc", "04-onion-routing.md:340,1529-1530", &[]),
        facts("final_incorrect_htlc_amount", Must, "theft", "04-onion-routing.md:339,1531-1532", &[]),
        facts("mpp_timeout", Should, "state", "04-onion-routing.md:401-404", &["400f"]),
    ]
};

/// The recipes of one suite.
pub struct Recipes {
    operation: &'static str,
    cases: Vec<Case>,
    problems: Vec<String>,
}

impl Recipes {
    /// No case yet.
    pub fn new(operation: &'static str) -> Self {
        Self { operation, cases: Vec::new(), problems: Vec::new() }
    }

    /// The cases, and what is wrong with them.
    pub fn finish(self) -> (Vec<Case>, Vec<String>) {
        (self.cases, self.problems)
    }

    /// Begins a case.
    pub fn case<'a>(
        &'a mut self,
        name: impl Into<String>,
        about: impl Into<String>,
        input: &impl Serialize,
    ) -> Draft<'a> {
        Draft {
            name: name.into(),
            about: about.into(),
            input: serde_json::to_value(input).unwrap_or_default(),
            revision: 1,
            level: None,
            flags: Vec::new(),
            spec: Vec::new(),
            also: Vec::new(),
            policy: None,
            steps: Vec::new(),
            recipes: self,
        }
    }
}

/// A case in the making; it ends with [`Draft::accept`] or [`Draft::reject`].
#[must_use]
pub struct Draft<'a> {
    recipes: &'a mut Recipes,
    name: String,
    about: String,
    input: Value,
    revision: u32,
    level: Option<Level>,
    flags: Vec<String>,
    spec: Vec<String>,
    also: Vec<&'static str>,
    policy: Option<&'static str>,
    steps: Vec<Step>,
}

impl Draft<'_> {
    /// The case has changed under its id.
    pub fn revision(mut self, revision: u32) -> Self {
        self.revision = revision;
        self
    }

    /// Sets another level than the reason's.
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Adds a flag.
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.into());
        self
    }

    /// Adds a place in a spec.
    pub fn spec(mut self, spec: &str) -> Self {
        self.spec.push(spec.into());
        self
    }

    /// Allows further failure codes.
    pub fn also(mut self, codes: &[&'static str]) -> Self {
        self.also.extend(codes);
        self
    }

    /// Says that the answer depends on this policy, and on no other.
    pub fn policy(mut self, policy: &'static str) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Adds an intermediate value.
    pub fn step(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.steps.push(Step { name: name.into(), value: hex::encode(value) });
        self
    }

    /// Ends the case: it is accepted (with the policies' defaults).
    pub fn accept(self) {
        self.end("accept", None, None);
    }

    /// Ends the case: it is rejected (with the policies' defaults) for this reason, and differs in one thing from the
    /// accepted case of the name `twin`.
    pub fn reject(self, reason: &'static str, twin: &str) {
        let twin = format!("{}/accept/{twin}", self.recipes.operation);
        self.end("reject", Some(reason), Some(twin));
    }

    fn end(mut self, kind: &str, reason: Option<&'static str>, twin: Option<String>) {
        let operation = self.recipes.operation;
        let id = format!("{operation}/{kind}/{}", self.name);
        let known = reason.and_then(|reason| REASON_FACTS.iter().find(|facts| facts.reason == reason));
        if let Some(known) = known {
            self.flags.push(known.flag.into());
            if self.spec.is_empty() {
                self.spec.push(known.spec.into());
            }
        }
        self.flags.extend(self.policy.map(|_| "policy".to_owned()));
        self.flags.sort();
        self.flags.dedup();
        let wanted = reference::answer(operation, &self.input, Policies::default());
        let verdict = match self.verdict(operation, Policies::default(), &id) {
            Ok(verdict) => verdict,
            Err(problem) => return self.recipes.problems.push(problem),
        };
        let agrees = match (&wanted, reason) {
            (Content::Accept(_), None) => true,
            (Content::Reject(rejection), Some(reason)) => rejection.reason == reason,
            _ => false,
        };
        if !agrees {
            self.recipes.problems.push(format!("{id}: the recipe says {reason:?}, the reference {wanted:?}"));
            return;
        }
        let by_policy = match self.by_policy(operation, &verdict, &id) {
            Ok(by_policy) => by_policy,
            Err(problem) => return self.recipes.problems.push(problem),
        };
        if self.flags.is_empty() || self.spec.is_empty() {
            return self.recipes.problems.push(format!("{id}: it has no flag or no place in a spec"));
        }
        let mut case = Case {
            id,
            revision: self.revision,
            about: self.about,
            level: self.level.or(known.map(|known| known.level)).unwrap_or(Level::Must),
            flags: self.flags,
            spec: self.spec,
            requirements: Vec::new(),
            twin,
            input: self.input,
            expect: by_policy.is_none().then_some(verdict),
            expect_by_policy: by_policy,
            steps: self.steps,
        };
        case.requirements = cite::requirements(&case);
        if case.requirements.is_empty() {
            let problem = "neither its name nor its place in a spec says what it shows; see cite.rs";
            return self.recipes.problems.push(format!("{}: {problem}", case.id));
        }
        self.recipes.cases.push(case);
    }

    /// The answers by policy, if the answer depends on one. Varies one policy after the other, and the named one beside all
    /// others: exactly the policy that the recipe names may matter.
    fn by_policy(&self, operation: &str, default: &Verdict, id: &str) -> Result<Option<ByPolicy>, String> {
        let mut answers = Vec::new();
        for (policy, values) in Policies::ALL {
            for value in *values {
                let mut policies = Policies::default();
                policies.set(policy, value);
                let verdict = self.verdict(operation, policies, id)?;
                if Some(*policy) == self.policy {
                    answers.push(PolicyAnswer { value: (*value).into(), verdict });
                } else if verdict != *default {
                    return Err(format!(
                        "{id}: the answer depends on {policy} = {value}, which the recipe does not say"
                    ));
                }
            }
        }
        let Some(policy) = self.policy else { return Ok(None) };
        if answers.iter().all(|answer| answer.verdict == *default) {
            return Err(format!("{id}: the answer does not depend on {policy}"));
        }
        Ok(Some(ByPolicy { policy: policy.into(), answers }))
    }

    fn verdict(&self, operation: &str, policies: Policies, id: &str) -> Result<Verdict, String> {
        verdict(reference::answer(operation, &self.input, policies), &self.also)
            .map_err(|problem| format!("{id}: {problem}"))
    }
}

/// What must come out where the reference answers so. `also` are failure codes that are allowed beside those of the
/// reason.
///
/// # Errors
/// If the answer is no verdict, or names a reason that is not on the list.
pub fn verdict(answer: Content, also: &[&str]) -> Result<Verdict, String> {
    match answer {
        Content::Accept(output) => Ok(Verdict::Accept(wanted_output(output, also)?)),
        Content::Reject(rejection) => Ok(Verdict::Reject(refusal(&rejection, also)?)),
        other => Err(format!("the reference says {other:?}")),
    }
}

fn refusal(rejection: &Rejection, also: &[&str]) -> Result<Refusal, String> {
    let name = &rejection.reason;
    let reason = reason::find(name).ok_or_else(|| format!("{name} is no reason of the list"))?;
    let facts = REASON_FACTS.iter().find(|facts| facts.reason == name);
    let facts = facts.ok_or_else(|| format!("there are no facts for {name}"))?;
    let mut codes: Vec<String> = rejection.code.iter().cloned().collect();
    if let Some(first) = rejection.code.as_deref() {
        // With a path key there is only one code.
        let also = facts.also.iter().chain(also).filter(|code| first != "c018" && **code != first);
        codes.extend(also.map(|code| (*code).to_owned()));
    }
    let data = rejection.data.clone().filter(|_| !has_free_data(rejection.code.as_deref()));
    Ok(Refusal { layer: reason.layer.name().into(), reason: name.clone(), codes, data })
}

/// The output with each failed HTLC of a sequence written as a refusal.
fn wanted_output(mut output: Value, also: &[&str]) -> Result<Value, String> {
    let entries = output.get_mut("outcomes").and_then(Value::as_array_mut).into_iter().flatten();
    for entry in entries.filter_map(Value::as_array_mut).flatten() {
        if entry["outcome"] != "failed" {
            continue;
        }
        let text = |key: &str| entry[key].as_str().map(str::to_owned);
        let rejection =
            Rejection { reason: text("reason").unwrap_or_default(), code: text("code"), data: text("data") };
        let refusal = serde_json::to_value(refusal(&rejection, also)?).map_err(|error| error.to_string())?;
        let mut wanted = Map::new();
        wanted.insert("htlc".into(), entry["htlc"].clone());
        wanted.insert("outcome".into(), "failed".into());
        wanted.extend(refusal.as_object().cloned().unwrap_or_default());
        *entry = Value::Object(wanted);
    }
    Ok(output)
}
