//! Rules about OAuth, on requests with known flaws.

mod renewals;

use std::time::Duration;

use serde_json::json;

use super::{
    super::{Judgement, Trials, auth},
    example::*,
    refresh, sign_in, tokens,
};
use crate::clients::{
    example::{exited, judged},
    trace::{Exchange, Origin, Outcome},
    trial_record::TrialRecord,
};

type Rule = fn(&TrialRecord, Trials<'_>) -> Judgement;

/// The judgement of a rule about these requests.
fn verdict(rule: Rule, exchanges: Vec<Exchange>) -> Judgement {
    judged(rule, &signed_in(exchanges))
}

#[track_caller]
fn expect_violation(rule: Rule, exchanges: Vec<Exchange>) {
    let judgement = verdict(rule, exchanges);
    assert!(
        matches!(judgement, Judgement::Violation(_)),
        "{judgement:?}"
    );
}

#[track_caller]
fn expect_pass(rule: Rule, exchanges: Vec<Exchange>) {
    assert_eq!(verdict(rule, exchanges), Judgement::Pass);
}

#[track_caller]
fn expect_not_exercised(rule: Rule, exchanges: Vec<Exchange>) {
    assert_eq!(verdict(rule, exchanges), Judgement::NotExercised);
}

/// Two requests that were rejected at about the same time, and an earlier one that was accepted.
fn two_rejected() -> Vec<Exchange> {
    vec![
        refresh(0, 0),
        call(20, 1, 200),
        call(40, 1, 401),
        call(45, 1, 401),
    ]
}

fn extended(
    mut exchanges: Vec<Exchange>,
    more: impl IntoIterator<Item = Exchange>,
) -> Vec<Exchange> {
    exchanges.extend(more);
    exchanges
}

#[test]
fn one_refresh_serves_all_requests_rejected_with_the_same_token() {
    let rule = refresh::one_at_a_time;
    expect_pass(
        rule,
        extended(two_rejected(), [refresh(70, 1), call(90, 2, 200)]),
    );
    expect_violation(
        rule,
        extended(two_rejected(), [refresh(70, 1), refresh(75, 1)]),
    );
    expect_violation(
        rule,
        extended(two_rejected(), [refresh(70, 1), refresh(95, 2)]),
    );
    // It comes too late: the refresh token is already used.
    expect_violation(
        rule,
        extended(two_rejected(), [refresh(70, 1), refused(95, 1)]),
    );
    // The second refresh is for another token that has stopped being valid.
    expect_pass(
        rule,
        extended(
            two_rejected(),
            [refresh(70, 1), call(90, 2, 401), refresh(110, 2)],
        ),
    );
    // A refresh without a response may be retried.
    let lost = Exchange {
        outcome: Outcome::None,
        ..refresh(70, 1)
    };
    let mut trial = signed_in(extended(two_rejected(), [lost, refresh(90, 1)]));
    let end = Duration::from_millis(80);
    trial.trace.connections[1].server_end = Some((end, crate::clients::wiretap::CloseKind::Reset));
    assert_eq!(judged(rule, &trial), Judgement::Pass);
    expect_not_exercised(rule, vec![refresh(0, 0), call(20, 1, 401), refresh(40, 1)]);
}

#[test]
fn rejection_of_a_new_token_is_final() {
    let rule = refresh::rejection_of_a_new_token_is_final;
    let rejected = || {
        vec![
            refresh(0, 0),
            call(20, 1, 200),
            call(40, 1, 401),
            refresh(60, 1),
        ]
    };
    expect_not_exercised(rule, rejected());
    expect_pass(rule, extended(rejected(), [call(80, 2, 401)]));
    expect_violation(
        rule,
        extended(rejected(), [call(80, 2, 401), refresh(100, 2)]),
    );
    // The token was accepted, then expired.
    expect_not_exercised(
        rule,
        extended(
            rejected(),
            [call(80, 2, 200), call(100, 2, 401), refresh(120, 2)],
        ),
    );
}

#[test]
fn rotated_refresh_tokens_are_not_reused() {
    let rule = refresh::uses_the_new_refresh_token;
    expect_not_exercised(rule, vec![refresh(0, 0), call(20, 1, 200)]);
    expect_pass(rule, vec![refresh(0, 0), refresh(20, 1), refresh(40, 2)]);
    expect_violation(rule, vec![refresh(0, 0), refused(20, 0)]);
    expect_violation(rule, vec![refresh(0, 0), refresh(20, 1), refused(40, 0)]);
    // A server without rotation returns the same refresh token.
    let same = |at_ms| {
        let issued = json!({"access_token": token(1), "refresh_token": refresh_token(0)});
        refreshes(at_ms, 0, 200, &issued)
    };
    expect_not_exercised(rule, vec![same(0), same(20)]);
}

#[test]
fn invalid_grant_ends_the_session() {
    let rule = refresh::stops_on_invalid_grant;
    let ended = || {
        vec![
            refresh(0, 0),
            call(20, 1, 200),
            call(40, 1, 401),
            refused(60, 1),
        ]
    };
    expect_not_exercised(rule, vec![refresh(0, 0), unavailable(20, 1)]);
    expect_pass(rule, ended());
    expect_violation(rule, extended(ended(), [refused(400, 1)]));
    expect_pass(rule, extended(ended(), [call(100, 1, 401)]));
    expect_violation(rule, extended(ended(), [call(400, 1, 401)]));
    // The user has signed in again.
    let code = [
        ("grant_type", "authorization_code"),
        ("code", "oac_another_code_demo01"),
    ];
    let issued = json!({"access_token": token(7), "refresh_token": refresh_token(7)});
    expect_pass(
        rule,
        extended(
            ended(),
            [token_exchange(300, &code, 200, &issued), call(400, 7, 200)],
        ),
    );
    expect_violation(
        rule,
        extended(
            ended(),
            [token_exchange(300, &code, 200, &issued), call(400, 1, 401)],
        ),
    );
}

#[test]
fn retries_a_failing_token_endpoint_a_few_times_with_pauses() {
    let rule = refresh::backs_off;
    let ended = |exchanges: Vec<Exchange>| {
        let mut trial = signed_in(exchanges);
        trial.output = Some(exited(1));
        judged(rule, &trial)
    };
    expect_not_exercised(rule, vec![refresh(0, 0)]);
    let attempts = |times: &[u64]| {
        times
            .iter()
            .map(|at| unavailable(*at, 0))
            .collect::<Vec<_>>()
    };
    assert_eq!(ended(attempts(&[0, 500, 1_500, 3_500])), Judgement::Pass);
    expect_violation(rule, attempts(&[0, 500, 520]));
    expect_violation(rule, attempts(&[0, 500, 1_000, 1_500, 2_000, 2_500]));
    // The server worked in between.
    let recovered = extended(
        attempts(&[0, 500]),
        [
            refresh(1_000, 0),
            unavailable(5_000, 1),
            unavailable(5_500, 1),
        ],
    );
    assert_eq!(ended(recovered), Judgement::Pass);
}

#[test]
fn renews_rejected_tokens() {
    let rule = refresh::renews;
    let rejected = || vec![refresh(0, 0), call(20, 1, 200), call(40, 1, 401)];
    expect_violation(rule, rejected());
    expect_pass(
        rule,
        extended(rejected(), [refresh(60, 1), call(80, 2, 200)]),
    );
    expect_not_exercised(rule, extended(rejected(), [refused(60, 1)]));
    expect_not_exercised(
        rule,
        extended(rejected(), [refresh(60, 1), call(80, 2, 401)]),
    );
    expect_not_exercised(rule, vec![refresh(0, 0), call(20, 1, 401)]);
}

/// The redirect with a code and further parameters.
fn redirect(more: &str) -> String {
    format!("http://127.0.0.1:7000/callback?code=oac_the_code_of_demo01&{more}")
}

fn redemption(verifier: &str) -> Exchange {
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", "oac_the_code_of_demo01"),
        ("code_verifier", verifier),
    ];
    token_exchange(50, &parameters, 200, &json!({"access_token": token(1)}))
}

#[test]
fn does_not_redeem_a_code_with_a_wrong_state() {
    let rule = sign_in::checks_state;
    let wrong = || authorizes(0, "state=a%20b", &redirect("state=other"));
    let right = authorizes(0, "state=a%20b", &redirect("state=a+b"));
    expect_not_exercised(rule, vec![right, redemption("")]);
    expect_pass(rule, vec![wrong()]);
    expect_violation(rule, vec![wrong(), redemption("")]);
    expect_violation(
        rule,
        vec![authorizes(0, "state=a", &redirect("")), redemption("")],
    );
    expect_not_exercised(
        rule,
        vec![authorizes(0, "", &redirect("state=other")), redemption("")],
    );
}

#[test]
fn does_not_redeem_a_code_of_another_issuer() {
    let rule = sign_in::checks_issuer;
    let from = |issuer: &str| authorizes(0, "", &redirect(&format!("iss={issuer}")));
    expect_not_exercised(rule, vec![from(ISSUER), redemption("")]);
    expect_pass(rule, vec![from("http://127.0.0.2:8000")]);
    expect_violation(rule, vec![from("http://127.0.0.2:8000"), redemption("")]);
    expect_violation(rule, vec![from("http://127.0.0.1:8000/"), redemption("")]);
}

#[test]
fn verifier_is_long_enough_and_matches_its_challenge() {
    let rule = sign_in::proves_possession;
    // RFC 7636, appendix B.
    let (verifier, challenge) = (
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
    let asks = |parameters: &str| authorizes(0, parameters, &redirect(""));
    let s256 = format!("code_challenge={challenge}&code_challenge_method=S256");
    expect_pass(rule, vec![asks(&s256)]);
    expect_pass(rule, vec![asks(&s256), redemption(verifier)]);
    expect_violation(
        rule,
        vec![asks(&s256), redemption(&verifier.replace('X', "x"))],
    );
    expect_violation(rule, vec![asks(&s256), redemption("short")]);
    expect_violation(rule, vec![asks(&s256), redemption("")]);
    for wrong in [
        String::new(),
        format!("code_challenge={challenge}"),
        format!("code_challenge={verifier}&code_challenge_method=plain"),
        "code_challenge=short&code_challenge_method=S256".to_owned(),
    ] {
        expect_violation(rule, vec![asks(&wrong)]);
    }
}

#[test]
fn each_sign_in_has_its_own_verifier() {
    let verdict = |challenges: [&str; 2]| {
        let trials = challenges.map(|challenge| {
            let parameters = format!("code_challenge={challenge}&code_challenge_method=S256");
            signed_in(vec![authorizes(0, &parameters, &redirect(""))])
        });
        let options = crate::clients::Options::default();
        sign_in::another_verifier_each_time(Trials {
            all: &trials,
            elsewhere: &[],
            limits: options.limits,
            max_attempts: options.max_attempts,
            max_memory: options.max_memory,
        })
    };
    assert_eq!(verdict(["one", "other"]), Judgement::Pass);
    assert!(matches!(verdict(["one", "one"]), Judgement::Violation(_)));
}

/// The request with an additional header.
fn with_header(mut exchange: Exchange, value: &str) -> Exchange {
    let header = ("X-Token".to_owned(), value.as_bytes().to_vec());
    exchange.request.message.headers.push(header);
    exchange
}

#[test]
fn sends_secrets_to_the_authorization_server_only() {
    let rule = tokens::only_to_the_authorization_server;
    expect_not_exercised(rule, vec![refresh(0, 0)]);
    expect_pass(rule, vec![refresh(0, 0), call(20, 1, 200)]);
    let leak = || with_header(call(20, 1, 200), &refresh_token(1));
    expect_violation(rule, vec![refresh(0, 0), leak()]);
    let elsewhere = Exchange {
        origin: Origin::OtherHost,
        ..refresh(20, 0)
    };
    expect_violation(rule, vec![elsewhere]);
}

#[test]
fn puts_no_secrets_into_urls_or_output() {
    let rule = tokens::shown_nowhere;
    expect_pass(rule, vec![refresh(0, 0)]);
    let mut in_url = refresh(0, 0);
    in_url.request.target = format!("/oauth/token?refresh_token={}", refresh_token(0));
    expect_violation(rule, vec![in_url]);
    let printed = |text: String| {
        let mut trial = signed_in(vec![refresh(0, 0)]);
        let mut output = exited(0);
        output.stderr = text.into_bytes();
        trial.output = Some(output);
        judged(rule, &trial)
    };
    assert_eq!(printed("signed in".to_owned()), Judgement::Pass);
    let leak = printed(format!("debug: {}", refresh_token(1)));
    assert!(matches!(leak, Judgement::Violation(_)), "{leak:?}");
}

#[test]
fn key_rules_distinguish_access_tokens() {
    let expired = || {
        vec![
            refresh(0, 0),
            call(20, 1, 200),
            call(40, 1, 401),
            refresh(60, 1),
        ]
    };
    expect_pass(auth::one_bearer, extended(expired(), [call(80, 2, 200)]));
    expect_violation(auth::one_bearer, extended(expired(), [call(80, 9, 401)]));
    expect_pass(
        auth::unauthorized_is_final,
        extended(expired(), [call(80, 2, 200)]),
    );
    expect_violation(
        auth::unauthorized_is_final,
        extended(expired(), [call(80, 1, 401)]),
    );
    expect_pass(
        auth::stops_when_revoked,
        extended(expired(), [call(80, 2, 200)]),
    );
    let twice = || extended(expired(), [call(80, 2, 200), call(100, 2, 401)]);
    expect_pass(auth::stops_when_revoked, twice());
    expect_violation(
        auth::stops_when_revoked,
        extended(twice(), [call(300, 2, 401)]),
    );
}
