//! The parts of the contract that a server never shows, and its behaviour where the documents contradict one another.

use std::collections::BTreeMap;

use contract_tests::{
    provider::{Selection, checks},
    report::{Report, model::Coverage},
};
use http::Method;
use schemas::{ErrorCode, OperationId};
use serde_json::{Value, json};

use crate::target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, judge_some, start};

/// Orders that are all completed and have no type, with a negative total; errors that are declared as text.
fn narrow(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.is(&Method::GET, "/orders") {
        response.edit_success(|body| {
            body["total"] = json!(-1);
            for order in body["orders"].as_array_mut().unwrap() {
                let order = order.as_object_mut().unwrap();
                order.insert("status".to_owned(), json!("COMPLETED"));
                order.remove("order_type");
            }
        });
        if response.status == 422 {
            response.set_header("content-type", "text/plain; charset=utf-8");
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
async fn reports_fields_values_and_media_types_as_seen() {
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
    let keywords = success.keywords.as_ref().unwrap();
    assert!(keywords.valid < keywords.seen && keywords.seen < keywords.of);
    let all = json!({"$.total minimum": {"seen": success.seen, "invalid": success.seen}});
    assert_eq!(json!(keywords.broken), all);
    assert_eq!(invalid.keywords, None, "what is no JSON has no schema");
    let never_answered = row(Some(ErrorCode::InternalError));
    assert_eq!(json!(never_answered.never_seen), Value::Array(Vec::new()));
}

/// Some codes and names from pages other than the authority's.
fn of_another_page(request: &PatchedRequest, response: &mut PatchedResponse) {
    if response.is_error("AUTHENTICATION_ERROR") {
        response.edit(|body| body["code"] = json!("UNAUTHORIZED"));
    }
    if request.is(&Method::GET, "/orders") {
        response.edit_success(|body| body["items"] = body["orders"].take());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_the_reading_that_a_server_follows() {
    let address = start(Bug {
        response: of_another_page,
        ..FAITHFUL
    })
    .await;
    let judges = ["PRV-SUCCESS", "PRV-401-MISSING", "PRV-VALIDATION-QUERY"];
    let selection = Selection {
        operations: vec![OperationId::ListOrders.operation()],
        checks: judges.iter().filter_map(|id| checks::find(id)).collect(),
        ..Selection::default()
    };
    let (session, run) = judge_some(address, &selection, |_| {}).await;
    let report = Report::new(&session, &run);
    let followed: Vec<_> = report
        .readings
        .iter()
        .map(|reading| (&*reading.about, &*reading.reading))
        .collect();
    let expected = [
        ("shape of an error", "flat, `code` and `message`"),
        ("code of a 401", "`UNAUTHORIZED`"),
        ("details of an error", "in `detail`, in the body of a 403"),
        ("code of a validation error", "`VALIDATION_ERROR`"),
        ("status of a validation error", "422"),
        ("rows of a list", "in `items`"),
        ("statuses of an order", "five"),
    ];
    assert_eq!(followed, expected);
}
