//! Redirects that a client follows: how often, and with which method.

use super::{Judgement, Trials, retries::NO_WAIT};
use crate::{
    clients::{trace::Exchange, trial_record::TrialRecord},
    finding::count,
};

/// Maximum number of hops of a redirect.
const MAX_HOPS: usize = 20;

/// The `Location` of a redirect response.
fn location(exchange: &Exchange) -> Option<&str> {
    let is_redirect = matches!(exchange.status(), Some(301..=308));
    exchange
        .response()
        .filter(|_| is_redirect)?
        .message
        .header("location")
}

/// The redirected requests, in order.
pub(super) fn redirected(trial: &TrialRecord) -> Vec<&Exchange> {
    let exchanges = trial.trace.api();
    exchanges
        .filter(|exchange| location(exchange).is_some())
        .collect()
}

/// The last of these whose redirect led to a request.
pub(super) fn redirect_source<'a>(
    redirected: &[&'a Exchange],
    exchange: &Exchange,
) -> Option<&'a Exchange> {
    let mut before = redirected.iter().copied().rev();
    before.find(|other| {
        let leads_here = location(other).is_some_and(|to| to.ends_with(&exchange.request.target));
        leads_here && !std::ptr::eq(*other, exchange) && other.completed_at() <= Some(exchange.at())
    })
}

/// Hops belong to one request as long as each follows immediately; a hop after a wait is a new attempt.
pub(super) fn redirect_loops_end(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut hops: Vec<(&Exchange, usize)> = Vec::new();
    for exchange in redirected(trial) {
        let goes_on = |(before, _): &&mut (&Exchange, usize)| {
            let leads_here =
                location(before).is_some_and(|to| to.ends_with(&exchange.request.target));
            let answered = before
                .completed_at()
                .filter(|at| leads_here && *at <= exchange.at());
            answered.is_some_and(|at| exchange.at().saturating_sub(at) < NO_WAIT)
        };
        match hops.iter_mut().rev().find(goes_on) {
            Some(known) => *known = (exchange, known.1 + 1),
            None => hops.push((exchange, 1)),
        }
    }
    match hops.iter().map(|(_, hops)| *hops).max() {
        None => Judgement::NotExercised,
        Some(hops) if hops > 2 * MAX_HOPS => {
            Judgement::Violation(format!("{hops} redirects in a row were followed"))
        }
        Some(_) => Judgement::Pass,
    }
}

pub(super) fn redirects_keep_their_meaning(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let followed = trial.trace.api().filter_map(|exchange| {
        let status = exchange.status()?;
        let to = exchange.response()?.message.header("location")?;
        let mut later = trial
            .trace
            .api()
            .filter(|other| Some(other.at()) >= exchange.completed_at());
        let next = later.find(|other| to.ends_with(&other.request.target))?;
        (exchange.request.method == "POST").then_some((status, exchange, next))
    });
    let mut followed = followed
        .filter(|(status, ..)| matches!(status, 303 | 307 | 308))
        .peekable();
    if followed.peek().is_none() {
        return Judgement::NotExercised;
    }
    let wrong = followed.find(|(status, exchange, next)| {
        let (from, to) = (&exchange.request, &next.request);
        if *status == 303 {
            to.method == "POST"
        } else {
            to.method != from.method || to.message.body != from.message.body
        }
    });
    wrong
        .map(|(status, _, next)| {
            let method = &next.request.method;
            let bytes = count(next.request.message.body.len(), "byte");
            format!("a POST redirected with {status} became {method} with a body of {bytes}")
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{get, judged, trial},
        trace::Outcome,
    };

    /// Attempts of a request that is redirected to itself, with this many hops each, and a wait between them.
    fn attempts(attempts: u64, hops: u64, wait_ms: u64) -> Judgement {
        let tries = (0..attempts).flat_map(|number| (0..hops).map(move |hop| (number, hop)));
        let exchanges = tries.map(|(number, hop)| {
            let mut exchange = get(number * (wait_ms + hops) + hop, "/a", 302, None);
            if let Outcome::Response(response) = &mut exchange.outcome {
                let header = ("Location".to_owned(), b"http://h/a".to_vec());
                response.message.headers.push(header);
            }
            exchange
        });
        judged(redirect_loops_end, &trial(exchanges.collect()))
    }

    #[test]
    fn does_not_add_up_redirects_of_several_attempts() {
        assert_eq!(attempts(5, 20, 500), Judgement::Pass);
        assert!(matches!(attempts(1, 60, 0), Judgement::Violation(_)));
        assert!(matches!(attempts(2, 41, 500), Judgement::Violation(_)));
        assert_eq!(attempts(0, 0, 0), Judgement::NotExercised);
    }
}
