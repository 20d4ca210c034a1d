//! Whether every attempt of a request carries the same Idempotency-Key, and no other request does.

use std::collections::HashSet;

use super::{
    Judgement, Trials,
    redirects::{redirect_source, redirected},
    retries::{attempts, failed},
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

fn idempotency_key(exchange: &Exchange) -> Option<&str> {
    exchange.request.message.header("idempotency-key")
}

pub(super) fn idempotency_key_rule(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    if trial
        .trace
        .api()
        .all(|exchange| idempotency_key(exchange).is_none())
    {
        return Judgement::NotExercised;
    }
    differ(trial).into()
}

/// What is wrong with the keys, if anything. A redirected request is not another request.
fn differ(trial: &TrialRecord) -> Option<String> {
    let redirected = redirected(trial);
    let changed = |exchange: &Exchange| {
        let from = redirect_source(&redirected, exchange)?;
        let same = idempotency_key(from) == idempotency_key(exchange);
        let is_same_call = exchange.request.method == from.request.method;
        (is_same_call && !same).then(|| "a different Idempotency-Key after a redirect".to_owned())
    };
    if let Some(changed) = trial.trace.api().find_map(changed) {
        return Some(changed);
    }
    let exchanges = attempts(trial);
    let mut seen = HashSet::new();
    exchanges.iter().find_map(|attempts| {
        let retried = attempts
            .windows(2)
            .any(|pair| failed(pair[0]) && idempotency_key(pair[0]) != idempotency_key(pair[1]));
        if retried {
            return Some("a different Idempotency-Key on the next attempt".to_owned());
        }
        let is_redirected = attempts
            .iter()
            .any(|exchange| redirect_source(&redirected, exchange).is_some());
        let keys: HashSet<_> = attempts
            .iter()
            .filter_map(|exchange| idempotency_key(exchange))
            .collect();
        let again = keys
            .into_iter()
            .any(|key| !seen.insert(key) && !is_redirected);
        again.then(|| "the same Idempotency-Key for two different requests".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{get, judged, trial},
        trace::Outcome,
    };

    /// A POST with an Idempotency-Key.
    fn post(at_ms: u64, target: &str, status: u16, key: &str) -> Exchange {
        let mut exchange = get(at_ms, target, status, None);
        exchange.request.method = "POST".to_owned();
        exchange.request.message.body = b"{}".to_vec();
        let header = ("Idempotency-Key".to_owned(), key.as_bytes().to_vec());
        exchange.request.message.headers.push(header);
        exchange
    }

    fn redirected(at_ms: u64, to: &str, key: &str) -> Exchange {
        let mut exchange = post(at_ms, "/a", 307, key);
        if let Outcome::Response(response) = &mut exchange.outcome {
            let header = ("Location".to_owned(), to.as_bytes().to_vec());
            response.message.headers.push(header);
        }
        exchange
    }

    fn verdict(exchanges: Vec<Exchange>) -> Judgement {
        judged(idempotency_key_rule, &trial(exchanges))
    }

    #[test]
    fn redirected_request_keeps_its_idempotency_key() {
        let followed =
            |to: &str, key| verdict(vec![redirected(0, to, "k"), post(1, "/a/", 201, key)]);
        assert_eq!(followed("/a/", "k"), Judgement::Pass);
        assert_eq!(followed("http://127.0.0.1:1/a/", "k"), Judgement::Pass);
        assert!(matches!(followed("/a/", "other"), Judgement::Violation(_)));
        assert!(
            matches!(followed("/elsewhere", "k"), Judgement::Violation(_)),
            "nothing led there"
        );
    }

    #[test]
    fn idempotency_key_is_the_same_for_retries_only() {
        assert_eq!(
            verdict(vec![post(0, "/a", 503, "k"), post(9, "/a", 201, "k")]),
            Judgement::Pass
        );
        let new = vec![post(0, "/a", 503, "k"), post(9, "/a", 201, "l")];
        assert!(matches!(verdict(new), Judgement::Violation(_)));
        let shared = vec![post(0, "/a", 201, "k"), post(9, "/b", 201, "k")];
        assert!(matches!(verdict(shared), Judgement::Violation(_)));
        assert_eq!(
            verdict(vec![get(0, "/a", 200, None)]),
            Judgement::NotExercised
        );
    }
}
