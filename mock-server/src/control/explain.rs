//! Explains the response to a request: the whole decision, rebuilt from its journal entry.
//!
//! An entry stores only what cannot be computed later. The rest is derived on request from the tables, the
//! configuration and the key's definition.

use jiff::Timestamp;
use schemas::{API_PREFIX, Operation, ScopeSet, Tier};
use serde_json::{Value, json};

use crate::{
    app::{App, near_miss},
    clock::rfc3339,
    contract::echo,
    journal::{
        Captured, CredentialRejection, CredentialUse, Entry, Journal, JournalPosition, RequestId,
        Step,
    },
    keys::{Decision, Key},
    tenants::State,
    tokens::AccessToken,
};

/// Why a request cannot be explained.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unexplained {
    /// No response of this server has this id.
    #[error("no request has the id {0}; use the X-Request-Id of a response")]
    NoId(String),
    /// Its organization was deleted.
    #[error("organization {0} was deleted, and its journal with it")]
    Gone(String),
    /// It is in another journal.
    #[error("request {0} is not in this journal")]
    Elsewhere(String),
    /// It is not in the journal, or no longer.
    #[error(
        "request {sequence} is not in the journal, which keeps the last {kept} (`--max-journal`)"
    )]
    Forgotten {
        /// Its sequence number.
        sequence: u64,
        /// Number of requests that the journal keeps.
        kept: usize,
    },
}

impl Unexplained {
    /// The journal does not have the request with this sequence number.
    pub(crate) fn forgotten(sequence: u64, journal: &Journal) -> Self {
        let kept = journal.max();
        Self::Forgotten { sequence, kept }
    }
}

/// Explains the request with this id.
pub(crate) fn request(app: &App, id: &str) -> Result<Value, Unexplained> {
    found(app, id).map(|(explained, ..)| explained)
}

/// Explains the request with this id, and adds its headers and bodies.
pub(crate) fn in_full(app: &App, id: &str) -> Result<Value, Unexplained> {
    let (mut explained, id, captured) = found(app, id)?;
    explained["capture"] = captured.state().into();
    if let Captured::Kept(capture) = captured {
        capture.describe(id, &mut explained);
    }
    Ok(explained)
}

/// An explanation, the id of its request, and what is kept of it.
type Found = (Value, RequestId, Captured);

fn found(app: &App, id: &str) -> Result<Found, Unexplained> {
    let place = RequestId::place(app.config.seed, id).ok_or_else(|| Unexplained::NoId(echo(id)))?;
    let Some(name) = &place.organization else {
        return explained(app, &place, &app.unclaimed(), None);
    };
    let organization = app.tenants.organization(name, app.machine_now());
    let organization = organization.ok_or_else(|| Unexplained::Gone(name.clone()))?;
    let state = organization.state();
    explained(app, &place, &state.journal, Some(&state))
}

fn explained(
    app: &App,
    place: &JournalPosition,
    journal: &Journal,
    state: Option<&State>,
) -> Result<Found, Unexplained> {
    let (id, entry) = journal
        .entry(place.sequence)
        .ok_or_else(|| Unexplained::forgotten(place.sequence, journal))?;
    let operation = entry.operation.map(schemas::OperationId::operation);
    let credential = entry.credential.as_ref();
    let (key, token) = match credential {
        Some(CredentialUse::Key { index, .. }) => {
            (state.and_then(|state| state.keys.get(*index)), None)
        }
        Some(CredentialUse::Token(token)) => (None, Some(&**token)),
        None => (None, None),
    };
    let tier = key.map(|key| key.definition.tier);
    let tier = tier.or(token.map(|_| app.config.token_tier));
    let held = key.map(|key| key.definition.scopes);
    let scopes_of = |token| state.map(|state| state.grants.scopes_of(token));
    let held = held.or_else(|| token.and_then(scopes_of));
    let rejection = entry.rejection.as_deref();
    let mut explained = json!({
        "id": id.to_string(),
        "organization": place.organization,
        "sequence": place.sequence,
        "at": rfc3339(entry.at),
        "request": {
            "method": entry.method,
            "target": entry.target,
            "operation": operation.map(|operation| operation.id.as_str()),
        },
        "credential": credential.map(CredentialUse::kind),
        "key": key.map(|key| describe_key(entry, key)),
        "token": token.map(|token| describe_token(entry, token, tier)),
        "scopes": describe_scopes(operation, held),
        "rate_limit": tier.and_then(|tier| describe_rate(app, entry, tier)),
        "faults": describe_faults(app, entry),
        "near_misses": near_misses(app, entry),
        "validation_errors": rejection.map_or(&[][..], |rejection| &rejection.errors),
        "validation_errors_total": rejection.map_or(0, |rejection| rejection.broken),
        "steps": entry.steps(),
        "answer": {
            "status": entry.status(),
            "aborted": entry.aborted,
            "cut": entry.is_cut,
            "code": entry.code,
            "reason": rejection.map(|rejection| &rejection.reason),
            "duration_us": entry.duration_us,
        },
    });
    if let Some(endpoint) = entry.endpoint {
        explained["request"]["endpoint"] = json!(endpoint);
    }
    Ok((explained, id, entry.capture.clone()))
}

/// The faults that applied to the request, and the inputs of their random choices.
fn describe_faults(app: &App, entry: &Entry) -> Vec<Value> {
    let faults = entry.faults.iter().flat_map(|faults| faults.iter());
    faults
        .map(|fault| {
            json!({
                "id": fault.id,
                "asked_by_request": fault.rule.is_none(),
                "scenario": fault.scenario,
                "rule": fault.rule,
                "count": fault.count,
                "seed": app.config.seed,
            })
        })
        .collect()
}

/// The key, and its state at the time of the request.
fn describe_key(entry: &Entry, key: &Key) -> Value {
    let definition = &key.definition;
    let mut described = describe_validity(entry);
    described["id"] = json!(definition.id);
    described["key"] = json!(definition.masked);
    described["name"] = json!(definition.name);
    described["tier"] = json!(definition.tier);
    described
}

/// The token's claims, and its state at the time of the request.
fn describe_token(entry: &Entry, token: &AccessToken, tier: Option<Tier>) -> Value {
    let mut described = describe_validity(entry);
    described["id"] = json!(token.id.to_string());
    described["subject"] = json!(token.subject);
    described["client_id"] = json!(token.client_id);
    described["tier"] = json!(tier);
    described["expires_at"] = json!(rfc3339(token.expires_at));
    described
}

/// The state of a credential: `unchecked` if the request did not reach that step.
fn describe_validity(entry: &Entry) -> Value {
    let invalid = entry.invalid();
    let state = match invalid {
        Some(rejection) => rejection.state(),
        None if entry.reached > Step::Authentication => "active",
        None => "unchecked",
    };
    json!({
        "state": state,
        "since": invalid.and_then(CredentialRejection::since).map(rfc3339),
        "reason": invalid.map(|rejection| rejection.to_string()),
    })
}

fn describe_scopes(operation: Option<&Operation>, held: Option<ScopeSet>) -> Value {
    let needed = operation.map_or(ScopeSet::default(), |operation| operation.scopes);
    json!({
        "needed": needed,
        "held": held,
        "missing": held.map(|held| needed.without(held)),
    })
}

/// Every policy of the tier, before and after the request; `None` if the request did not reach the rate limiter.
fn describe_rate(app: &App, entry: &Entry, tier: Tier) -> Option<Value> {
    let closest = entry.rate?;
    let policies = app.config.policies(tier).as_slice();
    let decisions = entry.policies.as_deref().unwrap_or(entry.rate.as_slice());
    let described: Vec<_> = decisions
        .iter()
        .map(|decision| {
            json!({
                "limit": decision.limit,
                "window_seconds": policies[decision.policy].window,
                "before": {
                    "remaining": decision.remaining_before(),
                    "reset": began_before(decision).then(|| reset(decision)),
                },
                "after": {"remaining": decision.remaining, "reset": reset(decision)},
                "speaks": decision.policy == closest.policy,
            })
        })
        .collect();
    Some(json!({"tier": tier, "admitted": closest.admitted, "policies": described}))
}

/// Whether the window began before the request. Otherwise, the request began it.
fn began_before(decision: &Decision) -> bool {
    decision.remaining_before() < decision.limit
}

fn reset(decision: &Decision) -> Option<String> {
    Timestamp::from_second(decision.reset).ok().map(rfc3339)
}

/// An operation, with its method and path.
fn named(operation: &Operation) -> Value {
    json!({
        "operation": operation.id.as_str(),
        "method": operation.method.as_str(),
        "path": format!("{API_PREFIX}{}", operation.path),
    })
}

/// Suggestions for a request whose path or method no operation has.
fn near_misses(app: &App, entry: &Entry) -> Vec<Value> {
    let refused = entry.rejection.is_some() && entry.operation.is_none();
    if entry.reached == Step::Route && refused {
        let near = near_miss::find(app.config.profile, &entry.method, entry.path());
        near.into_iter().map(named).collect()
    } else {
        Vec::new()
    }
}
