//! Reports from the journal about keys and tiers: unused scopes and quotas, and the effects of other tiers.
//!
//! The recorded requests pass through the limiter again, at their times on the organization's clock. A report
//! covers the requests that the journal keeps, and states how many were dropped.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use schemas::{OperationId, Preset, Scope, ScopeSet, Tier};
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{
    clock::whole_seconds,
    config::Config,
    journal::{CredentialUse, Entry, Filter, Journal},
    keys::{Bucket, Policies},
    tenants::State,
    tokens::AccessToken,
};

/// For every key, its scopes and those that its requests needed, and the smallest sufficient preset and tier.
/// Subjects of tokens in the journal are listed, too: with what a key would need to replace them.
pub(crate) fn least_privilege(config: &Config, state: &State) -> Value {
    let journal = &state.journal;
    let keys = state.keys.iter().enumerate().map(|(index, key)| {
        let definition = &key.definition;
        let requests = requests(journal, &Filter::of_key(index));
        let mut needs = needs(config, definition.scopes, definition.tier, &requests);
        needs["id"] = json!(definition.id);
        needs["key"] = json!(definition.masked);
        needs
    });
    let subjects = last_tokens(journal).into_values().map(|token| {
        let requests = requests(journal, &Filter::of_subject(&token.subject));
        let mut needs = needs(
            config,
            state.grants.scopes_of(token),
            config.token_tier,
            &requests,
        );
        needs["subject"] = json!(token.subject);
        needs
    });
    json!({
        "keys": keys.collect::<Vec<_>>(),
        "subjects": subjects.collect::<Vec<_>>(),
        "forgotten": journal.forgotten(),
    })
}

/// For every key, the scopes that its successful requests needed. It passes over the journal once, however many keys there
/// are: an open page asks every second.
pub(crate) fn used_by_key(state: &State) -> Vec<ScopeSet> {
    let mut used = vec![ScopeSet::default(); state.keys.len()];
    let all = Filter::default();
    for (_, entry) in state.journal.matching(&all, 0) {
        if let Some(CredentialUse::Key { index, .. }) = &entry.credential
            && let Some(used) = used.get_mut(*index)
        {
            *used = used.iter().chain(scopes_used_by(entry)).collect();
        }
    }
    used
}

/// The latest token of each subject.
fn last_tokens(journal: &Journal) -> BTreeMap<&str, &AccessToken> {
    let all = Filter::default();
    let used = journal.matching(&all, 0);
    let tokens = used.filter_map(|(_, entry)| match entry.credential.as_ref()? {
        CredentialUse::Token(token) => Some((&*token.subject, &**token)),
        CredentialUse::Key { .. } => None,
    });
    tokens.collect()
}

/// How the requests in the journal would have fared on every tier.
pub(crate) fn tiers(config: &Config, state: &State) -> Value {
    let keys = (0..state.keys.len()).map(Filter::of_key);
    let subjects = last_tokens(&state.journal).into_keys();
    let keys: Vec<_> = keys
        .chain(subjects.map(Filter::of_subject))
        .map(|filter| arrivals(&requests(&state.journal, &filter)))
        .filter(|arrivals| !arrivals.is_empty())
        .collect();
    let begin = keys.iter().filter_map(|arrivals| arrivals.first()).min();
    let took = |end: Option<SignedDuration>| {
        let took = end
            .zip(begin)
            .map(|(end, begin)| end.saturating_sub(*begin));
        took.unwrap_or_default().as_secs_f64()
    };
    let end = keys.iter().filter_map(|arrivals| arrivals.last()).max();
    let tiers: Vec<_> = Tier::VARIANTS
        .iter()
        .map(|tier| {
            let policies = config.policies(*tier);
            let patient: Vec<_> = keys.iter().map(|key| waiting(policies, key)).collect();
            json!({
                "tier": tier,
                "policies": policies.to_string(),
                "refused": keys.iter().map(|key| refused(policies, key)).sum::<u64>(),
                "waiting": {
                    "refused": patient.iter().map(|key| key.refused).sum::<u64>(),
                    "took_seconds": took(patient.iter().map(|key| key.end).max()),
                },
            })
        })
        .collect();
    json!({
        "requests": keys.iter().map(Vec::len).sum::<usize>(),
        "took_seconds": took(end.copied()),
        "tiers": tiers,
        "forgotten": state.journal.forgotten(),
    })
}

fn needs(config: &Config, held: ScopeSet, tier: Tier, requests: &[&Entry]) -> Value {
    let used = used_scopes(requests);
    let arrivals = arrivals(requests);
    let smallest_tier = Tier::VARIANTS
        .iter()
        .find(|tier| refused(config.policies(**tier), &arrivals) == 0);
    json!({
        "requests": requests.len(),
        "scopes": {"held": held, "used": used, "unused": held.without(used)},
        "smallest_preset": smallest_preset(used),
        "tier": tier,
        "smallest_tier": smallest_tier,
    })
}

/// The scopes that successful requests needed.
fn used_scopes(requests: &[&Entry]) -> ScopeSet {
    let used = requests.iter().flat_map(|entry| scopes_used_by(entry));
    used.collect()
}

/// The scopes that a request needed, if it was successful.
fn scopes_used_by(entry: &Entry) -> impl Iterator<Item = Scope> + use<> {
    let is_success = entry.status.is_some_and(|status| status.is_success());
    let operation = entry.operation.filter(|_| is_success);
    let operation = operation.map(OperationId::operation);
    operation
        .into_iter()
        .flat_map(|operation| operation.scopes.iter())
}

/// The preset with the fewest scopes that contains these. `None` if no scopes are needed, or no preset contains
/// them.
fn smallest_preset(used: ScopeSet) -> Option<Preset> {
    if used == ScopeSet::default() {
        return None;
    }
    let enough = Preset::VARIANTS
        .iter()
        .filter(|preset| preset.scopes().contains_all(used));
    enough
        .min_by_key(|preset| preset.scopes().iter().map(Scope::as_str).count())
        .copied()
}

/// The requests of a key or subject in the journal.
fn requests<'a>(journal: &'a Journal, of: &Filter) -> Vec<&'a Entry> {
    let matching = journal.matching(of, 0);
    matching.map(|(_, entry)| entry).collect()
}

/// When requests reached the limiter, in order, as durations since the epoch: unlike timestamps, they cannot
/// overflow while waiting.
fn arrivals(requests: &[&Entry]) -> Vec<SignedDuration> {
    let asked = requests.iter().filter(|entry| entry.rate.is_some());
    let mut arrivals: Vec<_> = asked.map(|entry| entry.at.as_duration()).collect();
    arrivals.sort_unstable();
    arrivals
}

/// How many requests these policies reject, if the requests arrive at their recorded times.
fn refused(policies: &Policies, arrivals: &[SignedDuration]) -> u64 {
    let mut bucket = Bucket::default();
    let refused = |at: &&SignedDuration| !bucket.take(policies, at.as_secs()).admitted;
    arrivals.iter().filter(refused).count() as u64
}

/// The result for a client that waits for `Retry-After` after every rejection.
#[derive(Debug, PartialEq)]
struct Waiting {
    refused: u64,
    /// When the last request is admitted.
    end: SignedDuration,
}

/// Passes requests through these policies one after the other. Each keeps its interval to the previous one, and is
/// repeated after every `Retry-After`.
fn waiting(policies: &Policies, arrivals: &[SignedDuration]) -> Waiting {
    let mut bucket = Bucket::default();
    let (mut refused, mut late) = (0, SignedDuration::ZERO);
    let mut end = SignedDuration::ZERO;
    for at in arrivals {
        end = at.saturating_add(late);
        loop {
            let decision = bucket.take(policies, end.as_secs());
            if decision.admitted {
                break;
            }
            let rest = SignedDuration::from_secs(decision.reset).saturating_sub(end);
            let wait = SignedDuration::from_secs(whole_seconds(rest));
            (refused, late) = (refused + 1, late.saturating_add(wait));
            end = at.saturating_add(late);
        }
    }
    Waiting { refused, end }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policies(text: &str) -> Policies {
        text.parse().unwrap()
    }

    fn at(milliseconds: &[i64]) -> Vec<SignedDuration> {
        let at = |milliseconds: &i64| SignedDuration::from_millis(*milliseconds);
        milliseconds.iter().map(at).collect()
    }

    #[test]
    fn waiting_caller_is_refused_once_a_window_and_finishes_later() {
        let (two, arrivals) = (policies("2/60s"), at(&[500, 600, 700, 800, 900]));
        assert_eq!(refused(&two, &arrivals), 3);
        // The windows begin at 0 s, 60 s and 120 s: the fifth request comes 100 ms after the fourth.
        let patient = waiting(&two, &arrivals);
        assert_eq!(patient.refused, 2);
        assert_eq!(patient.end.as_secs(), 120);
    }

    #[test]
    fn smallest_preset_has_only_the_required_scopes() {
        let smallest = |scopes: &[Scope]| smallest_preset(ScopeSet::of(scopes));
        assert_eq!(smallest(&[]), None);
        assert_eq!(smallest(&[Scope::OrdersWrite]), Some(Preset::Orders));
        assert_eq!(smallest(&[Scope::CompaniesRead]), Some(Preset::ReadOnly));
        assert_eq!(smallest(&[Scope::CompaniesWrite]), Some(Preset::FullAccess));
        assert_eq!(smallest(&[Scope::AdminWrite]), None);
    }

    proptest! {
        /// A client that waits is rejected at most once per policy and request, and finishes.
        #[test]
        fn waiting_terminates(
            limit in 1..5_u32, window in 1..100_u32, hours in 1..5_u32,
            mut steps in proptest::collection::vec(0..100_000_i64, 1..100),
        ) {
            steps.sort_unstable();
            let policies = policies(&format!("{limit}/{window}s,7/{hours}h"));
            let patient = waiting(&policies, &at(&steps));
            prop_assert!(patient.refused <= 2 * steps.len() as u64);
            prop_assert!(patient.end >= at(&steps)[steps.len() - 1]);
        }
    }
}
