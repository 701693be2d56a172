//! A suite in the making. A recipe makes an accepted case of a whole input, and from that case others by one change each:
//! twin, level, flag and place in a spec of a rejected case follow from the case it starts from and from the reason.

use crate::blueprint::label;
use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::vectors::case::{Case, Expectation, Level, Step, Verdict};
use crate::vectors::{open_text, oracle, requirement, rulebook};

/// Something that an input of an operation is built from.
pub trait Subject: Clone {
    /// The input of `operation`.
    fn build(&self, operation: &str) -> Input;
}

/// An accepted case, from which others start.
#[derive(Debug, Clone)]
pub struct Twin<T> {
    id: String,
    subject: T,
}

impl<T> Twin<T> {
    /// What it was built from.
    pub const fn subject(&self) -> &T {
        &self.subject
    }
}

/// The recipes of one suite.
pub struct Suite {
    operation: &'static str,
    section: &'static str,
    cases: Vec<Case>,
    problems: Vec<String>,
}

impl Suite {
    /// No case yet.
    pub const fn new(operation: &'static str) -> Self {
        Self { operation, section: "", cases: Vec::new(), problems: Vec::new() }
    }

    /// The cases, and what is wrong with them.
    pub fn finish(self) -> (Vec<Case>, Vec<String>) {
        (self.cases, self.problems)
    }

    /// The place in a spec that the accepted cases from here on are about.
    pub const fn section(&mut self, spec: &'static str) {
        self.section = spec;
    }

    /// Begins a case of a whole input.
    pub fn case<T: Subject>(
        &mut self,
        name: impl Into<String>,
        about: impl Into<String>,
        subject: T,
    ) -> Draft<'_, T> {
        Draft {
            name: name.into(),
            about: about.into(),
            subject,
            twin: None,
            revision: 1,
            level: None,
            flags: Vec::new(),
            spec: Vec::new(),
            requirements: Vec::new(),
            also: Vec::new(),
            policies: Vec::new(),
            steps: Vec::new(),
            suite: self,
        }
    }

    /// Begins a case that is an accepted one but for what the recipe changes.
    pub fn from<T: Subject>(
        &mut self,
        twin: &Twin<T>,
        name: impl Into<String>,
        about: impl Into<String>,
    ) -> Draft<'_, T> {
        Draft { twin: Some(twin.id.clone()), ..self.case(name, about, twin.subject.clone()) }
    }
}

/// A case in the making; it ends with [`Draft::accepted`] or [`Draft::rejected`].
#[must_use]
pub struct Draft<'a, T> {
    suite: &'a mut Suite,
    name: String,
    about: String,
    subject: T,
    twin: Option<String>,
    revision: u32,
    level: Option<Level>,
    flags: Vec<String>,
    spec: Vec<String>,
    requirements: Vec<&'static str>,
    also: Vec<&'static str>,
    policies: Vec<&'static str>,
    steps: Vec<Step>,
}

impl<T: Subject> Draft<'_, T> {
    /// Changes what the input is built from.
    pub fn change(mut self, change: impl FnOnce(&mut T)) -> Self {
        change(&mut self.subject);
        self
    }

    /// Says in a sentence what the case is about.
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// Names the accepted case that it is closest to, where the input is not made from that case: a published one.
    pub fn beside(mut self, twin: &str) -> Self {
        self.twin = Some(format!("{}/{twin}", self.suite.operation));
        self
    }

    /// Names the requirements of `vectors/requirements.yaml` that the case shows, the one it turns on first. A rejected case
    /// that names none shows those of its reason.
    pub fn shows(mut self, requirements: impl AsRef<[&'static str]>) -> Self {
        self.requirements.extend(requirements.as_ref());
        self
    }

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

    /// Adds a place in a spec, other than the section's or the reason's.
    pub fn spec(mut self, spec: &str) -> Self {
        self.spec.push(spec.into());
        self
    }

    /// Allows further failure codes.
    pub fn also(mut self, codes: &[&'static str]) -> Self {
        self.also.extend(codes);
        self
    }

    /// Says that the answer depends on this policy. Called again, it names another one.
    pub fn policy(mut self, policy: &'static str) -> Self {
        self.policies.push(policy);
        self
    }

    /// Adds an intermediate value.
    pub fn step(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.steps.push(Step { name: name.into(), value: hex::encode(value) });
        self
    }

    /// Ends the case: it is accepted (with the policies' defaults).
    pub fn accepted(self) -> Twin<T> {
        let twin = Twin { id: self.id(), subject: self.subject.clone() };
        self.end(None);
        twin
    }

    /// Ends the case: it is rejected (with the policies' defaults) for this reason.
    pub fn rejected(self, reason: &'static str) {
        self.end(Some(reason));
    }

    fn id(&self) -> String {
        format!("{}/{}", self.suite.operation, self.name)
    }

    fn end(mut self, reason: Option<&'static str>) {
        let id = self.id();
        let input = self.subject.build(self.suite.operation);
        match self.finish(&id, &input, reason) {
            Ok(case) => self.suite.cases.push(case),
            Err(problem) => self.suite.problems.push(format!("{id}: {problem}")),
        }
    }

    fn finish(&mut self, id: &str, input: &Input, reason: Option<&'static str>) -> Result<Case, String> {
        let rule = match reason {
            Some(reason) => {
                Some(rulebook::find(reason).ok_or_else(|| format!("there is no reason {reason}"))?)
            }
            None => None,
        };
        if self.spec.is_empty() {
            self.spec.push(rule.map_or(self.suite.section, |rule| rule.spec).into());
        }
        self.flags.extend(rule.map(|rule| rule.flag.to_owned()));
        if !self.policies.is_empty() {
            self.flags.push("policy".into());
        }
        self.flags.sort();
        self.flags.dedup();
        if self.flags.is_empty() || self.spec.iter().any(String::is_empty) {
            return Err("it has no flag or no place in a spec".into());
        }
        if reason.is_some() && self.twin.is_none() {
            return Err("it is rejected and starts from no accepted case".into());
        }
        let verdict = oracle::verdict(input, Policies::default(), &self.also)?;
        let agrees = match &verdict {
            Verdict::Accept(_) => reason.is_none(),
            Verdict::Reject(refusal) => reason == Some(&refusal.reason),
        };
        if !agrees {
            return Err(format!("the recipe says {reason:?}, the reference {verdict:?}"));
        }
        let expect = self.expectations(input, Policies::default(), &self.policies)?;
        self.check_policies(&expect)?;
        let mut case = Case {
            id: id.into(),
            revision: self.revision,
            about: std::mem::take(&mut self.about),
            level: self.level.or(rule.map(|rule| rule.level)).unwrap_or(Level::Must),
            code_level: None,
            data_level: None,
            flags: std::mem::take(&mut self.flags),
            spec: std::mem::take(&mut self.spec),
            requirements: Vec::new(),
            twin: self.twin.take().filter(|_| reason.is_some()),
            open_texts: Vec::new(),
            input: serde_json::to_value(input).map_err(|error| error.to_string())?,
            expect,
            steps: std::mem::take(&mut self.steps),
        };
        case.requirements = rulebook::shown(&case, &self.requirements);
        case.level = case.level.max(strongest_level(&case)?);
        (case.code_level, case.data_level) = rulebook::levels_of_failures(&case);
        case.open_texts = open_text::of(&case);
        if case.requirements.is_empty() {
            return Err("nothing says which requirement it shows".into());
        }
        Ok(case)
    }

    /// What must come out for each value of the policies that are left, where the others are chosen. A policy that does not
    /// matter there is not named.
    fn expectations(
        &self,
        input: &Input,
        chosen: Policies,
        left: &[&'static str],
    ) -> Result<Vec<Expectation>, String> {
        let Some((policy, left)) = left.split_first() else {
            let verdict = oracle::verdict(input, chosen, &self.also)?;
            // With other bytes the same policies matter, and it takes most of the time.
            if !label::has_seed() {
                self.depends_on_no_other(input, chosen, &verdict)?;
            }
            return Ok(vec![verdict.into()]);
        };
        let mut branches = Vec::new();
        for value in values(policy) {
            let mut chosen = chosen;
            chosen.set(policy, value);
            branches.push((value, self.expectations(input, chosen, left)?));
        }
        if branches.iter().all(|(_, branch)| *branch == branches[0].1) {
            return Ok(branches.swap_remove(0).1);
        }
        let with_value = |(value, branch): (&&str, Vec<Expectation>)| {
            let entry = ((*policy).to_owned(), (*value).to_owned());
            branch.into_iter().map(move |mut expectation| {
                expectation.when.extend([entry.clone()]);
                expectation
            })
        };
        Ok(branches.into_iter().flat_map(with_value).collect())
    }

    /// Varies each policy that the recipe does not name and that the operation may ask for.
    fn depends_on_no_other(&self, input: &Input, chosen: Policies, verdict: &Verdict) -> Result<(), String> {
        let others = Policies::ALL
            .iter()
            .filter(|(policy, _)| may_ask(self.suite.operation, policy) && !self.policies.contains(policy));
        for (policy, value) in
            others.flat_map(|(policy, values)| values.iter().map(move |value| (policy, value)))
        {
            let mut policies = chosen;
            policies.set(policy, value);
            if oracle::verdict(input, policies, &self.also)? != *verdict {
                return Err(format!(
                    "the answer depends on {policy} = {value}, which the recipe does not say"
                ));
            }
        }
        Ok(())
    }

    fn check_policies(&self, expect: &[Expectation]) -> Result<(), String> {
        let matters =
            |policy: &&&str| !expect.iter().any(|expectation| expectation.when.contains_key(**policy));
        self.policies
            .iter()
            .find(matters)
            .map_or(Ok(()), |policy| Err(format!("the answer does not depend on {policy}")))
    }
}

/// Whether an operation may ask for a policy. (That the others do not matter, `tests/vectors.rs` sees by samples.)
fn may_ask(operation: &str, policy: &str) -> bool {
    let is_payer_s =
        ["attempt_in_flight", "final_failure_without_perm", "keysend_retry_preimage"].contains(&policy);
    let is_of_return_packets = ["short_return_packet", "return_packet_pad"].contains(&policy);
    let is_of_features = ["feature_dependencies", "keysend_not_announced"].contains(&policy);
    match operation {
        "tlv.decode" => policy == "custom_even_records",
        "keysend.receive" | "shared_secret.receive" | "node.sequence" | "amp.sequence" => {
            !is_payer_s && !is_of_return_packets && !is_of_features
        }
        "payer.sequence" => is_payer_s || is_of_return_packets,
        "failure.open" => is_of_return_packets,
        "features.may_pay" => is_of_features,
        _ => false,
    }
}

/// The values of a policy, the default first.
fn values(policy: &str) -> &'static [&'static str] {
    Policies::ALL.iter().find(|(name, _)| *name == policy).map_or(&[], |(_, values)| *values)
}

/// No case is stronger than the text that it turns on, and none that must be claimed is stronger than what asks for it.
fn strongest_level(case: &Case) -> Result<Level, String> {
    let asked = match case.requirements.first() {
        Some(first) => requirement::level(first).ok_or_else(|| format!("there is no requirement {first}"))?,
        None => Level::Must,
    };
    let Some(Verdict::Accept(output)) = case.default_verdict() else { return Ok(asked) };
    let is_claimed = output.get("outcome").is_some_and(|outcome| outcome == "claimed");
    Ok(match (is_claimed, case.operation()) {
        (true, "shared_secret.receive") => Level::Proposal,
        (true, _) => asked.max(Level::Should),
        _ => asked,
    })
}

macro_rules! inputs {
    ($($type:ident => |$input:ident, $operation:ident| $built:expr),+ $(,)?) => {
        $(impl Subject for crate::protocol::operation::$type {
            fn build(&self, $operation: &str) -> Input {
                let $input = self.clone();
                $built
            }
        })+
    };
}

inputs! {
    BigSizeDecode => |input, _operation| Input::BigSizeDecode(input),
    BigSizeEncode => |input, _operation| Input::BigSizeEncode(input),
    TlvDecode => |input, _operation| Input::TlvDecode(input),
    Ecdh => |input, _operation| Input::Ecdh(input),
    Construct => |input, _operation| Input::Construct(input),
    Peel => |input, _operation| Input::Peel(input),
    FailureCreate => |input, _operation| Input::FailureCreate(input),
    FailureOpen => |input, _operation| Input::FailureOpen(input),
    FailureWrap => |input, _operation| Input::FailureWrap(input),
    BlindedCreate => |input, _operation| Input::BlindedCreate(input),
    BlindedUnblind => |input, _operation| Input::BlindedUnblind(input),
    FeaturesMayPay => |input, _operation| Input::FeaturesMayPay(input),
    FeaturesAnnounce => |input, _operation| Input::FeaturesAnnounce(input),
    AmpSplit => |input, _operation| Input::AmpSplit(input),
    AmpClaim => |input, _operation| Input::AmpClaim(input),
    OfflineDerive => |input, _operation| Input::OfflineDerive(input),
    AttributionOpen => |input, _operation| Input::AttributionOpen(input),
    AttributionUpdate => |input, _operation| Input::AttributionUpdate(input),
    Send => |input, operation| {
        if operation == "keysend.send" { Input::KeysendSend(input) } else { Input::SharedSecretSend(input) }
    },
}
