//! POSTs that may have been carried out although they failed: whoever repeats one may create something twice.

use super::{
    Judgement, Trials,
    done::{same_operation, whole_control},
    retries::failed,
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

pub(super) fn ambiguous_post(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
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
        let again = later.find(|other| other.at() > exchange.at() && other.repeats(exchange));
        let verdict = match again {
            None => repeated_otherwise(trial, trials, exchange),
            // It may have seen that there was nothing yet.
            Some(again) if has_read_list(trial, exchange, again) => Judgement::NotExercised,
            Some(_) => Judgement::Violation(format!(
                "POST {} was repeated although it may have been carried out",
                exchange.path()
            )),
        };
        match verdict {
            Judgement::Violation(_) => return verdict,
            Judgement::Inconclusive(_) => judgement = verdict,
            Judgement::Pass if judgement == Judgement::NotExercised => judgement = verdict,
            Judgement::Pass | Judgement::NotExercised => {}
        }
    }
    judgement
}

/// Judges a POST that was not repeated with the same body, but perhaps with one that is made anew for each attempt, such as one
/// with the time: only the control scenario shows how many POSTs there are if nothing is repeated.
fn repeated_otherwise(trial: &TrialRecord, trials: Trials<'_>, post: &Exchange) -> Judgement {
    let is_known = |other: &Exchange| {
        let control = trials.control();
        control.is_some_and(|control| control.trace.api().any(|known| known.repeats(other)))
    };
    let ended_at = trial.trace.ended_at(post);
    let fresh = trial.trace.api().filter(|other| {
        ended_at.is_some_and(|ended_at| other.started_at() >= ended_at)
            && !std::ptr::eq(*other, post)
            && same_operation(other, post)
            && !is_known(other)
    });
    let mut fresh = fresh.peekable();
    if fresh.peek().is_none() {
        return Judgement::Pass;
    }
    if fresh.all(|again| has_read_list(trial, post, again)) {
        return Judgement::NotExercised;
    }
    match (whole_control(trials), trials.control()) {
        (Some(control), _) => {
            let [expected, seen] = [control, trial].map(|trial| possible_posts(trial, post));
            (seen > expected)
                .then(|| {
                    format!(
                        "POST {} was repeated with another body although it may have been carried out: {seen} instead of \
                         {expected}, as in the control scenario",
                        post.path()
                    )
                })
                .into()
        }
        (None, Some(_)) => Judgement::Inconclusive(format!(
            "POST {} may have been carried out, and one with another body followed: nobody can tell whether that is a repetition, \
             since the program did not end by itself in the control scenario",
            post.path()
        )),
        // A recording has no such scenario.
        (None, None) => Judgement::NotExercised,
    }
}

/// Number of POSTs of the same operation that may have been carried out.
fn possible_posts(trial: &TrialRecord, post: &Exchange) -> usize {
    let is_possible = |other: &&Exchange| {
        let is_rejected = |status| (400..500).contains(&status) || status == 503;
        same_operation(other, post) && !other.status().is_some_and(is_rejected)
    };
    trial.trace.api().filter(is_possible).count()
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
    use crate::clients::example::{exited, get, judged, trial, trials};

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

    /// These POSTs, each with its body, of a program that exits with 0.
    fn posts(posts: &[(u64, &str, u16)]) -> TrialRecord {
        let posts = posts.iter().map(|(at_ms, body, status)| {
            let mut post = post(*at_ms, *status, None);
            post.request.message.body = body.as_bytes().to_vec();
            post
        });
        TrialRecord {
            output: Some(exited(0)),
            ..trial(posts.collect())
        }
    }

    #[test]
    fn repetition_with_another_body_is_one_post_more_than_where_nothing_fails() {
        let control = posts(&[(0, "1", 201), (5, "2", 201)]);
        let verdict = |all: &[(u64, &str, u16)]| {
            let control = [control.clone()];
            ambiguous_post(&posts(all), trials(&control))
        };
        assert_eq!(
            verdict(&[(0, "1", 500), (5, "3", 201), (9, "4", 201)]),
            Judgement::Violation(
                "POST /orders was repeated with another body although it may have been carried out: 3 instead of 2, as in the \
                 control scenario"
                    .to_owned()
            )
        );
        for fine in [
            &[(0, "3", 500), (5, "4", 201)][..],
            &[(0, "1", 500), (5, "2", 201)],
            // What is rejected is not carried out.
            &[(0, "3", 429), (5, "4", 500), (9, "5", 201)],
            &[(0, "3", 500), (5, "4", 422), (9, "5", 201)],
        ] {
            assert_eq!(verdict(fine), Judgement::Pass, "{fine:?}");
        }
    }

    #[test]
    fn post_with_another_body_may_be_another_one() {
        let all = [(0, "1", 500), (5, "2", 201)];
        assert_eq!(
            judged(ambiguous_post, &posts(&all)),
            Judgement::NotExercised
        );
        let endless = TrialRecord {
            output: None,
            ..posts(&[(0, "3", 201)])
        };
        let unclear = ambiguous_post(&posts(&all), trials(&[endless]));
        assert!(matches!(unclear, Judgement::Inconclusive(_)), "{unclear:?}");
        let mut checked = posts(&all);
        checked
            .trace
            .exchanges
            .insert(1, get(3, "/orders", 200, None));
        assert_eq!(judged(ambiguous_post, &checked), Judgement::NotExercised);
    }
}
