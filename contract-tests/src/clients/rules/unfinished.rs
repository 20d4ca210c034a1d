//! Work that stayed undone, by a program that exits as if it were done: a status of 0 says that nothing is missing. Rules differ
//! in what failed, since the remedies differ: a request that was to wait, a page of a list, or anything else that was read.

use percent_encoding::percent_decode_str;
use schemas::operations;
use serde_json::Value;

use super::{Judgement, Trials, http::operation_of, pages, responses::succeeded};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// Exercised if a request was postponed by a 429 or 503 and the program exited by itself.
pub(super) fn finishes_postponed_requests(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let put_off = |exchange: &&Exchange| matches!(exchange.status(), Some(429 | 503));
    ends_well(
        trial,
        trial.trace.api().filter(put_off),
        |exchange| !is_done_later(trial, exchange),
        "never succeeded",
    )
}

/// Exercised if a page other than the first could not be read and the program exited by itself.
pub(super) fn reads_on_after_error(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    ends_well(
        trial,
        pages::refused(trial),
        |page| !pages::is_read_after(trial, page),
        "was never read, so the list is incomplete",
    )
}

/// Exercised if something else could not be read, although not every request was refused, and the program exited by itself.
pub(super) fn reports_failed_reads(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let is_refused = |exchange: &Exchange| exchange.status().is_some_and(|status| status >= 400);
    if trial.trace.api().all(is_refused) {
        return Judgement::NotExercised;
    }
    ends_well(
        trial,
        trial.trace.api().filter(|read| is_failed_read(trial, read)),
        |read| !is_done_later(trial, read),
        "never succeeded",
    )
}

/// Whether something that exists could not be read, and no rule about pages or postponed requests judges it.
fn is_failed_read(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let has_failed = match exchange.status() {
        // It may be meant for other keys, or not be ready yet.
        Some(403 | 409 | 429 | 503) => false,
        Some(404 | 410) => must_exist(trial, exchange),
        Some(status) => status >= 400,
        // A program that ends while a request is in flight, or that has read enough, has not seen it fail.
        None => trial.trace.connection_of(exchange).is_ended_by_server(),
    };
    exchange.request.method == "GET" && has_failed && !pages::is_later_page(exchange)
}

/// Whether an object exists although it was not found: an earlier response has named its id, and nobody can delete it.
fn must_exist(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let Some(operation) = operation_of(exchange) else {
        return false;
    };
    let path = exchange.path().trim_end_matches('/');
    let id = path.rsplit('/').next().unwrap_or_default();
    let id = percent_decode_str(id).decode_utf8_lossy();
    let mut earlier = trial
        .trace
        .api()
        .take_while(|earlier| earlier.at() < exchange.at());
    let is_deletable = operations::all()
        .any(|other| other.path == operation.path && other.method == http::Method::DELETE);
    !is_deletable
        && earlier.any(|earlier| {
            let success = earlier.status().is_some_and(|status| status < 300);
            let response = earlier.response().filter(|_| success);
            let body = response.and_then(|response| response.message.json());
            body.is_some_and(|body| names(&body, &id))
        })
}

/// Whether a body has an object with this id.
fn names(body: &Value, id: &str) -> bool {
    match body {
        Value::Object(fields) => fields.iter().any(|(name, value)| match value {
            Value::String(text) => name == "id" && text == id,
            Value::Number(number) => name == "id" && number.to_string() == id,
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => names(value, id),
        }),
        Value::Array(values) => values.iter().any(|value| names(value, id)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether another request with the same method and path succeeded: a later one, or one that was under way at the same time, as of
/// a client that sends a second request when the first takes long.
fn is_done_later(trial: &TrialRecord, exchange: &Exchange) -> bool {
    trial.trace.api().any(|other| {
        let ends_later = other.completed_at().is_some_and(|end| end > exchange.at());
        ends_later
            && other.request.method == exchange.request.method
            && other.path() == exchange.path()
            && other.status().is_some_and(|status| status < 400)
    })
}

/// Judges whether a program reports unfinished work: by an exit status other than 0.
fn ends_well<'a>(
    trial: &TrialRecord,
    failed: impl Iterator<Item = &'a Exchange>,
    is_undone: impl Fn(&Exchange) -> bool,
    what: &str,
) -> Judgement {
    let Some(is_success) = succeeded(trial) else {
        return Judgement::NotExercised;
    };
    let mut failed = failed.peekable();
    match (failed.peek(), is_success) {
        (None, _) => Judgement::NotExercised,
        (Some(_), false) => Judgement::Pass,
        (Some(_), true) => {
            let undone = failed.find(|exchange| is_undone(exchange));
            let said = undone.map(|exchange| {
                let how = outcome(exchange);
                let (method, target) = (&exchange.request.method, &exchange.request.target);
                format!("{method} {target} {how}, {what}, and the program exited with status 0")
            });
            said.into()
        }
    }
}

/// How a request failed.
fn outcome(exchange: &Exchange) -> String {
    match (exchange.status(), exchange.response()) {
        (Some(status), _) => format!("returned {status}"),
        (None, Some(response)) => format!("returned an incomplete {}", response.status),
        (None, None) => "received no response".to_owned(),
    }
}

#[cfg(test)]
mod tests {
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
                "GET /a returned 429, never succeeded, and the program exited with status 0"
                    .to_owned()
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
            let seen = format!(
                "GET {ORDER} {seen}, never succeeded, and the program exited with status 0"
            );
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
}
