//! Tests of unfinished work.

mod writes;

use std::time::Duration;

use super::*;
use crate::clients::{
    example::{exited, get, took, trial, trials},
    trace::Outcome,
    wiretap::CloseKind,
};

fn judged(
    rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
    exchanges: Vec<Exchange>,
    status: i32,
) -> Judgement {
    let trial = TrialRecord {
        output: Some(exited(status)),
        ..trial(exchanges)
    };
    rule(&trial, trials(&[]))
}

#[test]
fn postponed_request_is_finished_or_reported() {
    let put_off = || vec![get(0, "/a", 429, Some("1")), get(9, "/b", 200, None)];
    let rule = finishes_postponed_requests;
    let broken = judged(rule, put_off(), 0);
    assert_eq!(
        broken,
        Judgement::Violation(
            "GET /a returned 429, never succeeded, and the program exited with status 0".to_owned()
        )
    );
    assert_eq!(judged(rule, put_off(), 1), Judgement::Pass);
    let again = |status| {
        let again = [get(1_010, "/a", status, None)];
        put_off().into_iter().chain(again).collect()
    };
    assert_eq!(judged(rule, again(200), 0), Judgement::Pass);
    assert!(matches!(
        judged(rule, again(503), 0),
        Judgement::Violation(_)
    ));
    let fine = vec![get(0, "/a", 200, None)];
    assert_eq!(judged(rule, fine, 0), Judgement::NotExercised);
}

/// A page of a list of five rows.
fn page(at_ms: u64, offset: u64) -> Exchange {
    let mut page = get(
        at_ms,
        &format!("/orders?limit=2&offset={offset}"),
        200,
        None,
    );
    if let Outcome::Response(response) = &mut page.outcome {
        response.message.body = br#"{"orders": [{}, {}], "total": 5}"#.to_vec();
    }
    page
}

#[test]
fn refused_page_is_read_later_or_reported() {
    let refused = || vec![page(0, 0), get(5, "/orders?limit=2&offset=2", 500, None)];
    let broken = judged(reads_on_after_error, refused(), 0);
    assert_eq!(
        broken,
        Judgement::Violation(
            "GET /orders?limit=2&offset=2 returned 500, was never read, so the list is incomplete, and the program \
             exited with status 0"
                .to_owned()
        )
    );
    assert_eq!(judged(reads_on_after_error, refused(), 1), Judgement::Pass);
    let read = |offset| {
        let read = [page(9, offset)];
        refused().into_iter().chain(read).collect()
    };
    assert_eq!(judged(reads_on_after_error, read(2), 0), Judgement::Pass);
    // With another page size.
    assert_eq!(judged(reads_on_after_error, read(1), 0), Judgement::Pass);
    assert!(matches!(
        judged(reads_on_after_error, read(0), 0),
        Judgement::Violation(_)
    ));
    // The first page does not exercise the rule, and beyond the end there are no rows.
    let first = vec![get(0, "/orders?limit=2&offset=0", 500, None)];
    assert_eq!(
        judged(reads_on_after_error, first, 0),
        Judgement::NotExercised
    );
    let beyond = vec![page(0, 0), get(5, "/orders?limit=2&offset=6", 500, None)];
    assert_eq!(
        judged(reads_on_after_error, beyond, 0),
        Judgement::NotExercised
    );
}

const ORDER: &str = "/api/v1/orders/order_1";

/// A response with this body.
fn with_body(mut exchange: Exchange, body: &str) -> Exchange {
    if let Outcome::Response(response) = &mut exchange.outcome {
        response.message.body = body.into();
    }
    exchange
}

/// A list with the order, and a read of it with this status.
fn read(status: u16) -> Vec<Exchange> {
    let list = get(0, "/api/v1/orders", 200, None);
    let list = with_body(list, r#"{"orders": [{"id": "order_1"}], "total": 1}"#);
    vec![list, get(5, ORDER, status, None)]
}

fn of_reads(exchanges: Vec<Exchange>, status: i32) -> Judgement {
    judged(reports_failed_reads, exchanges, status)
}

#[test]
fn failed_read_is_repeated_or_reported() {
    for status in [400, 401, 404, 410, 422, 500, 502] {
        assert_eq!(
            of_reads(read(status), 0),
            Judgement::Violation(format!(
                "GET {ORDER} returned {status}, never succeeded, and the program exited with status 0"
            ))
        );
        assert_eq!(of_reads(read(status), 1), Judgement::Pass, "{status}");
        let again = |status| [get(9, ORDER, status, None)];
        let with = |again| read(status).into_iter().chain(again).collect();
        assert_eq!(of_reads(with(again(200)), 0), Judgement::Pass, "{status}");
        let broken = of_reads(with(again(status)), 0);
        assert!(matches!(broken, Judgement::Violation(_)), "{broken:?}");
    }
    // Nothing was to be read there, or another rule judges it.
    for status in [200, 302, 403, 409, 429, 503] {
        assert_eq!(
            of_reads(read(status), 0),
            Judgement::NotExercised,
            "{status}"
        );
    }
    let all_refused = vec![get(0, "/a", 401, None), get(5, "/b", 500, None)];
    assert_eq!(of_reads(all_refused, 0), Judgement::NotExercised);
    let mut written = read(500);
    written[1].request.method = "POST".to_owned();
    assert_eq!(of_reads(written, 0), Judgement::NotExercised);
}

/// A client may send a request twice, and use the first response that is good.
#[test]
fn read_that_succeeded_at_the_same_time_was_not_in_vain() {
    let hedged = |began_ms, took_ms| {
        let mut all = read(200);
        all[1] = took(took_ms, began_ms, ORDER, 200, None);
        all.push(get(100, ORDER, 500, None));
        of_reads(all, 0)
    };
    assert_eq!(hedged(50, 100), Judgement::Pass);
    let over = hedged(5, 10);
    assert!(matches!(over, Judgement::Violation(_)), "{over:?}");
}

#[test]
fn incomplete_read_has_failed_if_the_server_ended_it() {
    let judged = |outcome: Outcome, ends: [Option<u64>; 2]| {
        let mut exchanges = read(200);
        (exchanges[1].outcome, exchanges[1].connection) = (outcome, 1);
        let mut trial = TrialRecord {
            output: Some(exited(0)),
            ..trial(exchanges)
        };
        let ends = ends.map(|at| at.map(|at| (Duration::from_millis(at), CloseKind::Closed)));
        let connection = &mut trial.trace.connections[1];
        [connection.server_end, connection.client_end] = ends;
        reports_failed_reads(&trial, trials(&[]))
    };
    let mut cut = get(5, ORDER, 200, None).outcome;
    if let Outcome::Response(response) = &mut cut {
        response.message.whole = false;
    }
    for (outcome, seen) in [
        (cut, "returned an incomplete 200"),
        (Outcome::None, "received no response"),
    ] {
        let seen =
            format!("GET {ORDER} {seen}, never succeeded, and the program exited with status 0");
        assert_eq!(
            judged(outcome.clone(), [Some(8), None]),
            Judgement::Violation(seen)
        );
        assert_eq!(judged(outcome, [None, Some(8)]), Judgement::NotExercised);
    }
}

#[test]
fn missing_object_may_never_have_existed_or_be_deleted() {
    let missing = |list: &str, path: &str, body: &str| {
        let list = with_body(get(0, list, 200, None), body);
        of_reads(vec![list, get(5, path, 404, None)], 0)
    };
    let (orders, one) = ("/api/v1/orders", r#"[{"id": "a/b"}, {"id": 7}]"#);
    for known in ["/api/v1/orders/a%2Fb", "/api/v1/orders/7/"] {
        assert!(
            matches!(missing(orders, known, one), Judgement::Violation(_)),
            "{known}"
        );
    }
    for (list, path, body) in [
        (orders, "/api/v1/orders/8", one),
        (orders, "/api/v1/orders/7", r#"{"total": 7, "title": "7"}"#),
        // It may have none.
        (
            "/api/v1/companies",
            "/api/v1/companies/7/webtech-intel",
            one,
        ),
        ("/api/v1/blacklists", "/api/v1/blacklists/7", one),
        (orders, "/api/v2/orders/7", one),
    ] {
        assert_eq!(missing(list, path, body), Judgement::NotExercised, "{path}");
    }
}

#[test]
fn read_of_other_rows_does_not_make_up_for_a_failed_one() {
    let read = |failed: &str, later: &str| {
        let first = get(0, "/api/v1/orders", 200, None);
        of_reads(
            vec![first, get(5, failed, 500, None), get(9, later, 200, None)],
            0,
        )
    };
    let of = |query: &str| format!("/api/v1/companies{query}");
    for (failed, later) in [
        ("?search=A", "?search=B"),
        ("?search=A&limit=2", "?limit=2&search=B"),
        ("", "?search=B"),
    ] {
        assert!(
            is_broken(&read(&of(failed), &of(later))),
            "{failed} {later}"
        );
    }
    for (failed, later) in [
        ("?search=A&limit=2", "?limit=1&search=A"),
        ("?search=A%20B", "?search=A+B"),
        // Filtered by the program itself.
        ("?search=A", ""),
    ] {
        assert_eq!(
            read(&of(failed), &of(later)),
            Judgement::Pass,
            "{failed} {later}"
        );
    }
}

fn is_broken(judgement: &Judgement) -> bool {
    matches!(judgement, Judgement::Violation(_))
}
