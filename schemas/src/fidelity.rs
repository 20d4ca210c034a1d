//! How close the sandbox is to the vendor's API, as data: what it does beyond the operation table, what it lacks, and where the
//! vendor's documents contradict one another.
//!
//! The book's tables and the control API's report are generated from it.

mod behaviours;
mod contradictions;
mod tables;

use serde::Serialize;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{API_PREFIX, ErrorCode, Evidence, Parameter, Profile, operations};

pub use self::{behaviours::BEHAVIOURS, contradictions::CONTRADICTIONS, tables::Table};

/// A behaviour that clients observe and that the operation table does not describe.
#[derive(Debug, Serialize)]
pub struct Behaviour {
    /// Its topic, such as `orders`.
    pub topic: &'static str,
    /// What the sandbox does; for absent behaviours, what the vendor does.
    pub statement: &'static str,
    /// How close that is to the vendor's documents.
    #[serde(flatten)]
    pub nearness: Nearness,
    /// How well the vendor's documents support that the vendor does so.
    pub evidence: Evidence,
    /// The page that documents it.
    pub source: &'static str,
}

/// How close a behaviour is to the vendor's documents.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "nearness", content = "note", rename_all = "lowercase")]
pub enum Nearness {
    /// As documented.
    Exact,
    /// Close, or as far as the documents go: what differs, or what is unknown.
    Approximate(&'static str),
    /// Not implemented: what happens instead, or why nothing does.
    Absent(&'static str),
}

/// A point on which the vendor's documents contradict one another.
#[derive(Debug, Serialize)]
pub struct Contradiction {
    /// What it is about.
    pub about: &'static str,
    /// What the documents state: at least two readings.
    pub readings: &'static [Reading],
    /// The reading that the sandbox implements.
    pub side: &'static str,
}

/// One side of a contradiction.
#[derive(Debug, Serialize)]
pub struct Reading {
    /// The statement.
    pub says: &'static str,
    /// The page that makes it.
    pub source: &'static str,
}

/// Everything known about the sandbox's fidelity, with the source of each statement. Operations and parameters also show
/// whether a server of this profile serves them.
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
