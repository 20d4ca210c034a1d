//! Tests of writes that failed.

use super::*;
use crate::clients::scenarios;

/// A POST with this body.
fn post(at_ms: u64, body: &str, status: u16) -> Exchange {
    let mut post = get(at_ms, "/api/v1/orders", status, None);
    post.request.method = "POST".to_owned();
    post.request.message.body = body.into();
    post
}

/// A program that sent these requests, and exited with 0.
fn done(exchanges: Vec<Exchange>) -> TrialRecord {
    TrialRecord {
        output: Some(exited(0)),
        ..trial(exchanges)
    }
}

/// The judgement of a program that sends `control` where nothing fails.
fn compared(
    rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
    control: Vec<Exchange>,
    exchanges: Vec<Exchange>,
) -> Judgement {
    let mut trial = done(exchanges);
    trial.scenario = scenarios::find("internal-error-post").unwrap();
    rule(&trial, trials(&[done(control)]))
}

#[test]
fn failed_write_is_repeated_or_reported() {
    let first = || get(0, "/api/v1/orders", 200, None);
    let control = || vec![first(), post(5, "{}", 201)];
    let judged = |later: Vec<Exchange>| {
        let exchanges = [vec![first(), post(5, "{}", 500)], later].concat();
        compared(reports_failed_writes, control(), exchanges)
    };
    assert_eq!(
        judged(vec![]),
        Judgement::Violation(
            "POST /api/v1/orders returned 500, never succeeded, and the program exited with status 0"
                .to_owned()
        )
    );
    for (body, status) in [("{}", 500), ("{}", 429)] {
        assert!(is_broken(&judged(vec![post(9, body, status)])), "{status}");
    }
    // With the same body, or with one that is new in each attempt.
    for body in ["{}", r#"{"reference": 2}"#] {
        assert_eq!(judged(vec![post(9, body, 201)]), Judgement::Pass, "{body}");
    }
    let mut failed = done(vec![first(), post(5, "{}", 500)]);
    failed.output = Some(exited(1));
    assert_eq!(reports_failed_writes(&failed, trials(&[])), Judgement::Pass);
    // Every request is refused.
    let refused = vec![post(5, "{}", 500)];
    let refused = compared(reports_failed_writes, control(), refused);
    assert_eq!(refused, Judgement::NotExercised);
}

#[test]
fn other_writes_do_not_make_up_for_a_failed_one() {
    let names = [r#""A""#, r#""B""#, r#""C""#];
    let control = || names.map(|name| post(5, name, 201)).to_vec();
    let with = |failed: u16, later: &[&str]| {
        let others = later.iter().map(|name| post(9, name, 201));
        [post(5, names[0], failed)]
            .into_iter()
            .chain(others)
            .collect()
    };
    for (rule, status) in [
        (
            reports_failed_writes as fn(&TrialRecord, Trials<'_>) -> Judgement,
            500,
        ),
        (finishes_postponed_requests, 429),
    ] {
        let judged = |later: &[&str]| compared(rule, control(), with(status, later));
        assert!(is_broken(&judged(&names[1..])), "{status}");
        assert_eq!(judged(&[names[1], names[2], names[0]]), Judgement::Pass);
        // A second A does not make up for a lost one of three.
        let three = [names[0]; 3];
        let control = || three.map(|name| post(5, name, 201)).to_vec();
        let lost = compared(rule, control(), with(status, &three[1..]));
        assert!(is_broken(&lost), "{lost:?}");
        assert_eq!(
            compared(rule, control(), with(status, &three)),
            Judgement::Pass
        );
        // Bodies with the time: only their number counts.
        let later = ["1", "2"];
        let lost = compared(rule, control(), with(status, &later));
        assert!(is_broken(&lost), "{lost:?}");
        let done = compared(rule, control(), with(status, &["1", "2", "3"]));
        assert_eq!(done, Judgement::Pass);
        // Where nothing fails, it sends none, or nobody knows how many.
        let unknown = compared(rule, vec![], with(status, &["1"]));
        assert!(matches!(unknown, Judgement::Inconclusive(_)), "{unknown:?}");
        let unknown = judged_alone(rule, with(status, &["1"]));
        assert!(matches!(unknown, Judgement::Inconclusive(_)), "{unknown:?}");
        let repeated = judged_alone(rule, with(status, &names[..1]));
        assert_eq!(repeated, Judgement::Pass);
    }
}

/// The judgement of a program without a control trial.
fn judged_alone(
    rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
    exchanges: Vec<Exchange>,
) -> Judgement {
    rule(&done(exchanges), trials(&[]))
}

/// A list with these orders.
fn list_of(at_ms: u64, ids: &[&str]) -> Exchange {
    let rows: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
    let body = serde_json::json!({"orders": rows, "total": rows.len()});
    with_body(
        get(at_ms, "/api/v1/orders?limit=9", 200, None),
        &body.to_string(),
    )
}

#[test]
fn list_that_shows_a_new_object_proves_that_it_was_written() {
    let judged = |before: &[&str], after: &[&str]| {
        let exchanges = vec![list_of(0, before), post(5, "{}", 500), list_of(9, after)];
        compared(reports_failed_writes, vec![post(5, "{}", 201)], exchanges)
    };
    assert_eq!(judged(&["a"], &["b", "a"]), Judgement::Pass);
    assert!(is_broken(&judged(&["a"], &["a"])));
    // Another request has created it.
    let other = with_body(post(6, "[]", 201), r#"{"id": "b"}"#);
    let exchanges = vec![
        list_of(0, &["a"]),
        post(5, "{}", 500),
        other,
        list_of(9, &["a", "b"]),
    ];
    let control = vec![post(5, "{}", 201), post(6, "[]", 201)];
    let lost = compared(reports_failed_writes, control, exchanges);
    assert!(is_broken(&lost), "{lost:?}");
}

#[test]
fn change_or_deletion_that_shows_was_carried_out() {
    let one = "/api/v1/blacklists/7";
    let judged = |method: &str, status: u16, shown: Exchange| {
        let mut write = post(5, r#"{"name": "B"}"#, status);
        (write.request.method, write.request.target) = (method.to_owned(), one.to_owned());
        let known = with_body(get(0, "/api/v1/blacklists", 200, None), r#"[{"id": 7}]"#);
        compared(reports_failed_writes, vec![], vec![known, write, shown])
    };
    let shows = |name: &str| {
        let body = serde_json::json!({"id": 7, "name": name});
        with_body(get(9, one, 200, None), &body.to_string())
    };
    let gone = || get(9, one, 404, None);
    for (method, status, shown, is_done) in [
        ("PATCH", 500, shows("B"), true),
        ("PATCH", 500, shows("A"), false),
        ("DELETE", 502, gone(), true),
        ("DELETE", 502, shows("A"), false),
    ] {
        let verdict = judged(method, status, shown);
        assert_eq!(is_broken(&verdict), !is_done, "{method} {verdict:?}");
    }
    // It is gone already.
    assert_eq!(judged("DELETE", 404, gone()), Judgement::NotExercised);
}

#[test]
fn request_that_is_refused_where_nothing_fails_is_not_lost() {
    let refused = |control: u16, status: u16| {
        let first = get(0, "/api/v1/orders", 200, None);
        let exchanges = vec![first, post(5, "{}", status)];
        compared(
            reports_failed_writes,
            vec![post(5, "{}", control)],
            exchanges,
        )
    };
    for status in [400, 409, 422] {
        assert_eq!(refused(status, status), Judgement::NotExercised);
        assert!(is_broken(&refused(201, status)), "{status}");
    }
    for status in [403, 404, 429, 503] {
        assert_eq!(refused(201, status), Judgement::NotExercised, "{status}");
    }
}
