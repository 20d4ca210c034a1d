//! The renewal of a rejected token, in programs that do several things at once.

use super::*;
use crate::clients::example::trials;

/// A request for an order, on a connection of its own.
fn read(at_ms: u64, number: u32, status: u16, order: usize) -> Exchange {
    let mut exchange = call(at_ms, number, status);
    exchange.request.target = format!("/api/v1/orders/{order}");
    exchange.connection = order + 2;
    exchange
}

#[test]
fn old_token_may_be_used_until_its_renewal_ends() {
    let rule = auth::stops_when_revoked;
    let slow = |ms| {
        let mut renewal = refresh(350, 1);
        if let Outcome::Response(response) = &mut renewal.outcome {
            let at = renewal.request.message.head_at + Duration::from_millis(ms);
            (response.message.head_at, response.message.ended_at) = (at, at);
        }
        renewal
    };
    let expired = |renewal: Vec<Exchange>, later: [u64; 2]| {
        let begin = vec![refresh(0, 0), call(20, 1, 200), read(330, 1, 401, 1)];
        let later = later.map(|at_ms| read(at_ms, 1, 401, usize::try_from(at_ms).unwrap()));
        extended(extended(begin, renewal), later)
    };
    expect_pass(rule, expired(vec![slow(300)], [360, 500]));
    expect_violation(rule, expired(vec![slow(300)], [360, 800]));
    expect_violation(rule, expired(vec![], [360, 500]));
    let unavailable = || vec![unavailable(350, 1), slow(300)];
    expect_pass(rule, expired(unavailable(), [360, 500]));
}

/// The judgement of `renews` on a program that failed in this trial, but not in the control scenario.
fn renews_and_fails(exchanges: Vec<Exchange>) -> Judgement {
    let exits = |status, exchanges| TrialRecord {
        output: Some(exited(status)),
        ..signed_in(exchanges)
    };
    refresh::renews(&exits(1, exchanges), trials(&[exits(0, Vec::new())]))
}

#[test]
fn request_that_is_rejected_with_two_tokens_may_be_given_up() {
    let renewed = |again| {
        let first = vec![refresh(0, 0), call(20, 1, 200), read(40, 1, 401, 1)];
        let then = [refresh(60, 1), call(80, 2, 200), read(100, 2, again, 1)];
        renews_and_fails(extended(first, then))
    };
    assert_eq!(renewed(401), Judgement::NotExercised);
    assert!(matches!(renewed(200), Judgement::Violation(_)));
}

#[test]
fn work_may_stop_with_the_session() {
    let expired_twice = |renewal| {
        let first = vec![refresh(0, 0), call(20, 1, 200), call(40, 1, 401)];
        let then = [refresh(60, 1), call(80, 2, 200), call(100, 2, 401), renewal];
        renews_and_fails(extended(first, then))
    };
    assert_eq!(expired_twice(refused(120, 2)), Judgement::NotExercised);
    let without_response = Exchange {
        outcome: Outcome::None,
        ..refresh(120, 2)
    };
    assert_eq!(expired_twice(without_response), Judgement::NotExercised);
    let renewed = expired_twice(refresh(120, 2));
    assert!(matches!(renewed, Judgement::Violation(_)), "{renewed:?}");
}

#[test]
fn token_that_is_rejected_because_the_session_ended_cannot_be_renewed() {
    let rule = refresh::renews;
    let rejected = |then: [Exchange; 2]| {
        let first = vec![refresh(0, 0), call(20, 1, 200), call(40, 1, 401)];
        extended(extended(first, [refresh(60, 1), call(80, 2, 200)]), then)
    };
    let ended_before = || [refused(90, 1), call(120, 2, 401)];
    expect_pass(rule, rejected(ended_before()));
    expect_violation(rule, rejected([call(90, 2, 200), call(120, 2, 401)]));
    // A new session has tokens that can be renewed.
    let new = [refresh(140, 3), call(160, 4, 200), call(180, 4, 401)];
    expect_violation(rule, extended(rejected(ended_before()), new));
}
