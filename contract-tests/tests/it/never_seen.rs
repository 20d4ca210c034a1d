//! What of the contract a server never shows.

use std::collections::BTreeMap;

use contract_tests::{
    Selection,
    report::{Report, model::Coverage},
};
use http::Method;
use schemas::{ErrorCode, OperationId};
use serde_json::{Value, json};

use crate::target::{Answer, Ask, Bug, FAITHFUL, judge_some, start};

/// Orders that are all completed and have no type; errors that are declared as text.
fn narrow(ask: &Ask, answer: &mut Answer) {
    if ask.is(&Method::GET, "/orders") {
        answer.edit_success(|body| {
            for order in body["orders"].as_array_mut().unwrap() {
                let order = order.as_object_mut().unwrap();
                order.insert("status".to_owned(), json!("COMPLETED"));
                order.remove("order_type");
            }
        });
        if answer.status == 422 {
            answer.set_header("content-type", "text/plain; charset=utf-8");
        }
    }
}

async fn coverage_of_a_narrow_server() -> Vec<Coverage> {
    let address = start(Bug {
        response: narrow,
        ..FAITHFUL
    })
    .await;
    let selection = Selection {
        operations: vec![OperationId::ListOrders.operation()],
        ..Selection::default()
    };
    let (session, run) = judge_some(address, &selection, |_| {}).await;
    Report::new(&session, &run).coverage
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_words_and_media_types_are_told_as_they_were_seen() {
    let coverage = coverage_of_a_narrow_server().await;
    let row = |code: Option<ErrorCode>| {
        let code = code.map(ErrorCode::as_str);
        let mut rows = coverage.iter();
        rows.find(|row| row.operation == "list_orders" && row.code.as_deref() == code)
            .unwrap()
    };
    let success = row(None);
    let never = |name: &str| success.never_seen.iter().any(|never| **never == *name);
    for unseen in ["$.orders[*].status: IN_PROGRESS", "$.orders[*].order_type"] {
        assert!(never(unseen), "{unseen}: {:?}", success.never_seen);
    }
    for seen_or_within in [
        "$.orders[*].status: COMPLETED",
        "$.orders[*].title",
        "$.orders[*].order_type: DISCOVERY",
    ] {
        assert!(!never(seen_or_within), "{:?}", success.never_seen);
    }
    let declared = |row: &Coverage| {
        let names = row.media_types.iter();
        names
            .map(|(name, count)| (name.to_string(), *count))
            .collect::<BTreeMap<_, _>>()
    };
    let only = |name: &str, row: &Coverage| BTreeMap::from([(name.to_owned(), row.seen)]);
    let invalid = row(Some(ErrorCode::ValidationError));
    assert!(success.seen > 0 && invalid.seen > 0);
    assert_eq!(declared(success), only("application/json", success));
    assert_eq!(declared(invalid), only("text/plain", invalid));
    let never_answered = row(Some(ErrorCode::InternalError));
    assert_eq!(json!(never_answered.never_seen), Value::Array(Vec::new()));
}
