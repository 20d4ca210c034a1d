//! POSTs that may have been carried out although they failed: whoever repeats one may create something twice.

use super::{Judgement, Trials, retries::failed};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

pub(super) fn ambiguous_post(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let unknown = |exchange: &&Exchange| {
        exchange.request.method == "POST"
            && exchange.request.message.whole
            && failed(exchange)
            && !matches!(exchange.status(), Some(429 | 503))
    };
    let posts = trial.trace.api().filter(unknown);
    let mut judgement = Judgement::NotExercised;
    for exchange in posts {
        let mut later = trial.trace.api();
        // No page says that an operation knows an Idempotency-Key, so a repetition with one may be carried out as well.
        match later.find(|other| other.at() > exchange.at() && other.repeats(exchange)) {
            None => judgement = Judgement::Pass,
            // It may have seen that there was nothing yet.
            Some(again) if has_read_list(trial, exchange, again) => {}
            Some(_) => {
                return Judgement::Violation(format!(
                    "POST {} was repeated although it may have been carried out",
                    exchange.path()
                ));
            }
        }
    }
    judgement
}

/// Whether the list to which a POST adds was read between two attempts.
fn has_read_list(trial: &TrialRecord, post: &Exchange, again: &Exchange) -> bool {
    trial.trace.api().any(|list| {
        list.request.method == "GET"
            && list.path() == post.path()
            && list.status() == Some(200)
            && trial.trace.ended_at(post) <= Some(list.started_at())
            && list.completed_at() <= Some(again.started_at())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{get, judged, trial};

    fn post(at_ms: u64, status: u16, key: Option<&str>) -> Exchange {
        let mut exchange = get(at_ms, "/orders", status, None);
        exchange.request.method = "POST".to_owned();
        exchange.request.message.body = b"{}".to_vec();
        let header = key.map(|key| ("Idempotency-Key".to_owned(), key.as_bytes().to_vec()));
        exchange.request.message.headers.extend(header);
        exchange
    }

    fn verdict(exchanges: Vec<Exchange>) -> Judgement {
        judged(ambiguous_post, &trial(exchanges))
    }

    #[test]
    fn repeated_post_may_create_a_second_object_despite_an_idempotency_key() {
        for key in [None, Some("k")] {
            assert_eq!(verdict(vec![post(0, 500, key)]), Judgement::Pass);
            let repeated = verdict(vec![post(0, 500, key), post(9, 201, key)]);
            assert!(matches!(repeated, Judgement::Violation(_)), "{key:?}");
        }
        let admitted = vec![post(0, 429, None), post(9, 201, None)];
        assert_eq!(verdict(admitted), Judgement::NotExercised);
    }

    #[test]
    fn post_repeated_after_the_list_was_read_may_be_right() {
        let read = |at_ms, path, status| {
            let list = get(at_ms, path, status, None);
            verdict(vec![post(1, 500, None), list, post(9, 201, None)])
        };
        assert_eq!(read(5, "/orders?limit=2", 200), Judgement::NotExercised);
        for (at_ms, path, status) in [
            (0, "/orders", 200),
            (5, "/orders", 503),
            (5, "/companies", 200),
        ] {
            let unchecked = read(at_ms, path, status);
            assert!(
                matches!(unchecked, Judgement::Violation(_)),
                "{path} {status}"
            );
        }
        let mut another = post(5, 200, None);
        another.request.message.body = b"[]".to_vec();
        let unchecked = verdict(vec![post(1, 500, None), another, post(9, 201, None)]);
        assert!(
            matches!(unchecked, Judgement::Violation(_)),
            "{unchecked:?}"
        );
    }
}
