//! A badge: the JSON of an endpoint that shields.io draws (<https://shields.io/badges/endpoint-badge>).

use serde_json::json;

use super::result::RunResult;

/// The file.
pub fn render(result: &RunResult) -> String {
    let counts = result.counts;
    let (message, color) = match result.exit {
        0 if counts.known > 0 => {
            (format!("{} passed, {} known to fail", counts.passed, counts.known), "yellow")
        }
        0 => (format!("{} passed", counts.passed), "brightgreen"),
        _ if result.interrupted.is_some() => ("interrupted".into(), "lightgrey"),
        _ if result.broken.is_some() => ("broken".into(), "red"),
        _ => {
            let failed = result.failures().count();
            (format!("{failed} of {} failed", result.results.len()), "red")
        }
    };
    let mut parts = vec![message];
    if result.exit == 0 {
        let not_run = (counts.not_run > 0).then(|| format!("{} not run", counts.not_run));
        let unchecked = result.unchecked().into_iter().map(|unchecked| unchecked.short.to_owned());
        parts.extend(not_run.into_iter().chain(unchecked).filter(|part| !part.is_empty()));
    }
    badge(&parts.join(", "), color)
}

/// The file of a run that did not begin.
pub fn not_started(_why: &str) -> String {
    badge("not started", "red")
}

fn badge(message: &str, color: &str) -> String {
    let badge = json!({"schemaVersion": 1, "label": "spontan", "message": message, "color": color});
    format!("{badge}\n")
}
