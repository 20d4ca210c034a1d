use super::*;
use crate::clients::example::{self, get, took, trial};

fn judged(
    rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
    exchanges: Vec<Exchange>,
    lateness_ms: Option<u64>,
) -> Judgement {
    let trial = TrialRecord {
        lateness: lateness_ms.map(Duration::from_millis),
        ..trial(exchanges)
    };
    example::judged(rule, &trial)
}

/// Requests that fail at first, and are retried after these waits.
fn waited(waits: impl IntoIterator<Item = u64>) -> Vec<Exchange> {
    let exchanges = (0..).zip(waits).flat_map(|(number, wait)| {
        let (at, target) = (number * 7_000, format!("/{number}"));
        [
            get(at, &target, 503, None),
            get(at + wait, &target, 200, None),
        ]
    });
    exchanges.collect()
}

#[test]
fn varying_waits_are_random_and_scheduling_noise_is_not() {
    let drawn = |lateness| {
        judged(
            randomizes_waits,
            waited((1..=10).map(|n| 400 + n * 40)),
            lateness,
        )
    };
    assert_eq!(drawn(Some(5)), Judgement::Pass);
    assert!(matches!(drawn(Some(120)), Judgement::Inconclusive(_)));
    assert!(matches!(drawn(None), Judgement::Inconclusive(_)));
    let fixed = |lateness| {
        judged(
            randomizes_waits,
            waited((1..=10).map(|n| 1_000 + n)),
            lateness,
        )
    };
    assert!(matches!(fixed(Some(1)), Judgement::Violation(_)));
    assert!(matches!(fixed(Some(120)), Judgement::Violation(_)));
    let none = judged(randomizes_waits, waited(1..=10), Some(0));
    assert!(matches!(none, Judgement::Violation(_)));
}

#[test]
fn few_waits_and_waits_named_by_the_server_are_not_exercised() {
    let few = judged(randomizes_waits, waited([500; 7]), Some(0));
    assert_eq!(few, Judgement::NotExercised);
    let mut named = waited([1_000; 10]);
    for exchange in &mut named {
        let refusal = get(0, "", 503, Some("1"));
        if exchange.status() == Some(503) {
            let at = exchange.at();
            exchange.outcome = refusal.outcome;
            if let Outcome::Response(response) = &mut exchange.outcome {
                response.message.ended_at = at;
            }
        }
    }
    assert_eq!(
        judged(randomizes_waits, named, Some(0)),
        Judgement::NotExercised
    );
}

/// Four workers, one of which is told to wait for a second, and requests at these times.
fn storm(later: &[u64]) -> Judgement {
    let later = later.iter().map(|at| took(100, *at, "/x", 200, None));
    stormed(later)
}

/// The same, with each request on its own connection.
fn stormed(later: impl IntoIterator<Item = Exchange>) -> Judgement {
    let mut exchanges = vec![took(5, 5, "/a", 429, Some("1"))];
    exchanges.extend(["/b", "/c", "/d"].map(|target| took(200, 5, target, 200, None)));
    exchanges.extend(later);
    for (number, exchange) in exchanges.iter_mut().enumerate() {
        exchange.connection = number;
    }
    judged(shares_pauses, exchanges, None)
}

#[test]
fn pause_applies_to_all_requests_that_are_not_under_way() {
    assert_eq!(storm(&[]), Judgement::Pass);
    assert_eq!(storm(&[960, 1_010, 1_010, 1_010]), Judgement::Pass);
    let hits = storm(&[210, 210, 210, 320]);
    assert!(matches!(hits, Judgement::Violation(_)), "{hits:?}");
}

#[test]
fn worker_that_received_the_429_does_not_continue_on_its_connection() {
    let slow = took(200, 0, "/a", 429, Some("1"));
    let busy = ["/b", "/c", "/d"].map(|target| took(900, 0, target, 200, None));
    let next = [201, 212, 223, 234].map(|at| took(5, at, &format!("/{at}"), 429, None));
    let with_own = (0..).zip([slow].into_iter().chain(busy));
    let with_own = with_own.map(|(connection, exchange)| Exchange {
        connection,
        ..exchange
    });
    let hits = judged(shares_pauses, with_own.chain(next).collect(), None);
    assert!(matches!(hits, Judgement::Violation(_)), "{hits:?}");
}

#[test]
fn requests_of_a_burst_do_not_ignore_a_pause_that_begins_meanwhile() {
    let burst = (1..4).map(|number: u64| Exchange {
        connection: usize::try_from(number).unwrap(),
        ..get(number, &format!("/{number}"), 200, None)
    });
    let first = [get(0, "/a", 429, Some("1"))];
    let exchanges = first.into_iter().chain(burst);
    let again = [get(1_010, "/a", 200, None)];
    let exchanges = exchanges.chain(again).collect();
    assert_eq!(
        judged(shares_pauses, exchanges, None),
        Judgement::NotExercised
    );
}

#[test]
fn pause_is_kept_if_all_requests_within_it_may_have_been_under_way() {
    assert_eq!(storm(&[50, 60, 70, 109]), Judgement::NotExercised);
    let one_more_of_each = storm(&[210, 210, 210]);
    assert_eq!(one_more_of_each, Judgement::NotExercised);
}

#[test]
fn sequential_client_must_delay_its_next_request_too() {
    let at_once = |next_ms| {
        let next = [get(next_ms, "/b", 200, None)];
        let refused = [get(0, "/", 200, None), get(10, "/a", 429, Some("1"))];
        judged(
            shares_pauses,
            refused.into_iter().chain(next).collect(),
            None,
        )
    };
    for early in [11, 200, 950] {
        let early = at_once(early);
        assert!(matches!(early, Judgement::Violation(_)), "{early:?}");
    }
    assert_eq!(at_once(1_010), Judgement::Pass);
}

#[test]
fn sequential_client_does_not_exercise_sharing() {
    let exchanges = vec![
        get(0, "/a", 200, None),
        get(10, "/b", 429, Some("1")),
        get(200, "/b", 429, Some("1")),
        get(400, "/b", 200, None),
    ];
    assert_eq!(
        judged(shares_pauses, exchanges, None),
        Judgement::NotExercised
    );
}

#[test]
fn at_most_half_of_the_requests_are_retried_in_an_outage() {
    let outage = |calls: u64, again: u64| {
        let first = (0..calls).map(|number| get(number, &format!("/{number}"), 503, None));
        let later = (0..again).map(|number| get(900, &format!("/{number}"), 503, None));
        judged(shares_tries, first.chain(later).collect(), None)
    };
    assert_eq!(outage(19, 19), Judgement::NotExercised);
    assert_eq!(outage(20, 10), Judgement::Pass);
    assert!(matches!(outage(20, 11), Judgement::Violation(_)));
}
