//! How near the sandbox comes to the vendor's API, as data: what it does beyond the operation table,
//! what it lacks, and where the vendor's documents contradict one another.
//!
//! The README's tables and the control API's report are made from it.

mod behaviours;
mod contradictions;
mod tables;

use serde::Serialize;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{API_PREFIX, ErrorCode, Evidence, Parameter, Profile, operations};

pub use self::{behaviours::BEHAVIOURS, contradictions::CONTRADICTIONS, tables::Table};

/// Something that a client meets, and that no row of the operation table says.
#[derive(Debug, Serialize)]
pub struct Behaviour {
    /// What it is about, such as `orders`.
    pub topic: &'static str,
    /// What the sandbox does; where that is nothing, what the vendor does.
    pub statement: &'static str,
    /// How near that is.
    #[serde(flatten)]
    pub nearness: Nearness,
    /// How well it is founded that the vendor does so.
    pub evidence: Evidence,
    /// The page that says so.
    pub source: &'static str,
}

/// How near a behaviour comes to what the vendor's documents say.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "nearness", content = "note", rename_all = "lowercase")]
pub enum Nearness {
    /// As documented.
    Exact,
    /// Nearly, or as far as the documents go: what differs, or what is not known.
    Approximate(&'static str),
    /// Not at all: what there is instead, or why there is nothing.
    Absent(&'static str),
}

/// Something that the vendor's documents say in several ways.
#[derive(Debug, Serialize)]
pub struct Contradiction {
    /// What it is about.
    pub about: &'static str,
    /// What they say, at least two things.
    pub readings: &'static [Reading],
    /// Which of them the sandbox obeys.
    pub side: &'static str,
}

/// What a page says.
#[derive(Debug, Serialize)]
pub struct Reading {
    /// What.
    pub says: &'static str,
    /// The page.
    pub source: &'static str,
}

/// Everything that is known of how faithful the sandbox is, with the ground for each statement, and of
/// operations and parameters whether a server of this profile has them.
pub fn report(profile: Profile) -> Value {
    let operations = operations::all().map(|operation| {
        json!({
            "id": operation.id.as_str(),
            "method": operation.method.as_str(),
            "path": format!("{API_PREFIX}{}", operation.path),
            "summary": operation.summary,
            "scopes": operation.scopes,
            "evidence": operation.evidence,
            "source": operation.source,
            "served": profile.serves(operation),
        })
    });
    let parameters = Parameter::VARIANTS.iter().map(|parameter| {
        let facts = parameter.facts();
        json!({
            "name": parameter.as_str(),
            "summary": facts.summary,
            "evidence": facts.evidence,
            "source": facts.source,
            "served": profile.knows(*parameter),
        })
    });
    let errors = ErrorCode::VARIANTS.iter().map(|code| {
        let facts = code.facts();
        json!({
            "code": code,
            "status": facts.status,
            "evidence": facts.evidence,
            "source": facts.source,
        })
    });
    json!({
        "documented_only": profile == Profile::Documented,
        "operations": operations.collect::<Vec<_>>(),
        "parameters": parameters.collect::<Vec<_>>(),
        "errors": errors.collect::<Vec<_>>(),
        "behaviours": BEHAVIOURS,
        "contradictions": CONTRADICTIONS,
    })
}

#[cfg(test)]
mod tests;
