//! Each kind of difference, and the properties that hold for all.

use proptest::{prelude::*, sample::Index};
use schemas::{OperationId, examples};
use serde_json::json;

use super::*;
use crate::traffic::recorded::RecordedMessage;

fn contract() -> &'static Contract {
    static CONTRACT: std::sync::LazyLock<Contract> =
        std::sync::LazyLock::new(|| Contract::load(false).unwrap());
    &CONTRACT
}

fn declared(media_type: &str, body: Option<Vec<u8>>) -> RecordedMessage {
    RecordedMessage {
        headers: Some(vec![("Content-Type".to_owned(), media_type.to_owned())]),
        body,
    }
}

fn answered(status: u16, media_type: &str, body: &Value) -> RecordedExchange {
    RecordedExchange {
        place: format!("entry of {status}"),
        answer: Some(RecordedResponse {
            status,
            code: None,
            message: declared(media_type, Some(body.to_string().into_bytes())),
        }),
        ..RecordedExchange::new("GET", "http://localhost/api/v1/orders".parse().unwrap())
    }
}

fn drift_of(operation: OperationId, exchanges: &[RecordedExchange]) -> Drift {
    let mut sentinel = DriftDetector::default();
    for exchange in exchanges {
        sentinel.note(contract(), operation.operation(), exchange);
    }
    sentinel.end(&Secrets::default(), &KnownDrift::default())
}

/// The differences of a list of orders.
fn of_orders(status: u16, media_type: &str, body: &Value) -> Vec<(Rank, String, String)> {
    let drift = drift_of(
        OperationId::ListOrders,
        &[answered(status, media_type, body)],
    );
    let sentences = drift.differences.into_iter();
    sentences
        .map(|difference| {
            (
                difference.rank,
                difference.at.to_string(),
                difference.sentence(),
            )
        })
        .collect()
}

fn orders(change: impl FnOnce(&mut Value)) -> Value {
    let mut body =
        json!({"orders": [{"id": "1", "title": "t", "status": "COMPLETED"}], "total": 1});
    change(&mut body);
    body
}

#[test]
fn reports_each_kind_with_its_place() {
    let json = "application/json";
    let of = |change: fn(&mut Value)| of_orders(200, json, &orders(change));
    let one = |rank, at: &str, sentences: &str| vec![(rank, at.to_owned(), sentences.to_owned())];
    let breaking = |at, sentences| one(Rank::Breaking, at, sentences);
    assert_eq!(of(|_| {}), []);
    assert_eq!(
        of(|body| drop(body["orders"][0].as_object_mut().unwrap().remove("title"))),
        breaking("$.orders[*].title", "is missing")
    );
    assert_eq!(
        of(|body| body["total"] = Value::Null),
        breaking("$.total", "has an unexpected type: null")
    );
    assert_eq!(
        of(|body| body["orders"][0]["created_at"] = json!("yesterday")),
        breaking(
            "$.orders[*].created_at",
            "is not a valid date-time (assumed)"
        )
    );
    assert_eq!(
        of(|body| body["orders"][0]["id"] = json!("")),
        breaking("$.orders[*].id", "is out of bounds: minLength")
    );
    assert_eq!(
        of(|body| body["orders"][0]["status"] = json!("ARCHIVED")),
        one(
            Rank::NewWord,
            "$.orders[*].status",
            "has the unknown word ARCHIVED"
        )
    );
    assert_eq!(
        of(|body| body["orders"][0]["colour"] = json!({"inner": 1})),
        one(
            Rank::Additive,
            "$.orders[*].colour",
            "is an undocumented field: object"
        )
    );
}

#[test]
fn responses_differ_in_status_media_type_and_code_too() {
    let one = |rank, at: &str, sentences: &str| vec![(rank, at.to_owned(), sentences.to_owned())];
    let json = "application/json; charset=utf-8";
    let right = orders(|_| {});
    let error = |code: &str| json!({"code": code, "message": "m", "request_id": "r"});
    assert_eq!(
        of_orders(502, "text/html", &right),
        one(Rank::Breaking, "status", "is not in the contract (assumed)")
    );
    assert_eq!(
        of_orders(203, json, &right),
        one(Rank::Additive, "status", "is another success status")
    );
    assert_eq!(
        of_orders(200, "text/html", &right),
        one(Rank::Breaking, "header content-type", "is text/html")
    );
    assert_eq!(
        of_orders(401, json, &json!({"error": "no"})),
        one(Rank::Breaking, "$.code", "is missing")
    );
    assert_eq!(
        of_orders(401, json, &error("EXPIRED")),
        one(Rank::NewWord, "$.code", "has the unknown word EXPIRED")
    );
    assert_eq!(
        of_orders(401, json, &error("AUTHORIZATION_ERROR")),
        one(
            Rank::Breaking,
            "$.code",
            "is AUTHORIZATION_ERROR, which belongs to another status"
        )
    );
}

#[test]
fn compares_requests_and_journals_without_bodies_by_status_and_code() {
    let mut exchange = answered(201, "application/json", &Value::Null);
    exchange.answer = None;
    exchange.request = declared(
        "application/json",
        Some(br#"{"titel": "t", "features": ["CONTACTS"]}"#.to_vec()),
    );
    let drift = drift_of(OperationId::CreateOrder, &[exchange]);
    let sentences = drift.differences.iter();
    let sentences: Vec<_> = sentences
        .map(|difference| (difference.side, difference.status, &*difference.at))
        .collect();
    assert!(
        sentences.contains(&(Side::Client, None, "$.titel")),
        "{sentences:?}"
    );
    let bare = |code: &str| {
        let mut exchange = answered(403, "", &Value::Null);
        let response = exchange.answer.as_mut().unwrap();
        response.message = RecordedMessage::default();
        response.code = Some(code.to_owned());
        drift_of(OperationId::ListOrders, &[exchange])
    };
    assert_eq!(bare("AUTHORIZATION_ERROR").differences.len(), 0);
    assert_eq!(bare("FORBIDDEN").new_words, 1);
}

#[test]
fn map_is_one_difference_and_children_of_a_new_field_are_none() {
    let many = orders(|body| {
        for number in 0..100 {
            body["orders"][0][format!("key{}", "x".repeat(number))] = json!(number);
        }
        body["by_id"] = json!({"7": {"a": 1}, "8": {"b": 2}});
        body["ord_123456"] = json!(true);
    });
    let drift = drift_of(
        OperationId::ListOrders,
        &[answered(200, "application/json", &many)],
    );
    let at: Vec<_> = drift
        .differences
        .iter()
        .map(|difference| &*difference.at)
        .collect();
    assert_eq!(at, ["$.*", "$.by_id", "$.orders[*].*"]);
}

#[test]
fn keys_of_a_map_are_not_fields() {
    let schema = json!({"type": "object", "properties": {
        "free": {"type": "object"},
        "counts": {"additionalProperties": {"properties": {"n": {}}}},
    }});
    let body = json!({"free": {"a": 1}, "counts": {"x": {"n": 1}, "y": {"n": 1, "m": 2}}});
    let differences = body::fields(&schema, &body);
    let at: Vec<_> = differences
        .iter()
        .map(|difference| &*difference.at)
        .collect();
    assert_eq!(at, ["$.counts.*.m"]);
}

#[test]
fn fingerprints_are_stable() {
    let body = orders(|body| body["orders"][0]["status"] = json!("ARCHIVED"));
    let other = orders(|body| {
        body["orders"][0]["id"] = json!("another");
        body["orders"] = json!([body["orders"][0], body["orders"][0]]);
        body["orders"][1]["status"] = json!("ARCHIVED");
    });
    let drift = |body: &Value| {
        drift_of(
            OperationId::ListOrders,
            &[answered(200, "application/json", body)],
        )
    };
    let (one, two) = (drift(&body), drift(&other));
    assert_eq!(one.differences[0].fingerprint, "f80a8029b704");
    assert_eq!(
        one.differences[0].fingerprint,
        two.differences[0].fingerprint
    );
    assert_eq!(two.differences[0].count, 1, "an answer counts once");
}

#[test]
fn keeps_a_bounded_number_of_differences_independent_of_order() {
    let bodies: Vec<_> = (0..MAX_DIFFERENCES + 50)
        .map(|number| {
            let name = format!("f{}", "x".repeat(number % 50)) + &"y".repeat(number / 50);
            let body = orders(|body| body[name] = json!(1));
            answered(200, "application/json", &body)
        })
        .collect();
    let drift = |exchanges: &mut dyn Iterator<Item = &RecordedExchange>| {
        let mut sentinel = DriftDetector::default();
        for exchange in exchanges {
            sentinel.note(contract(), OperationId::ListOrders.operation(), exchange);
        }
        sentinel.end(&Secrets::default(), &KnownDrift::default())
    };
    let (there, parsed) = (drift(&mut bodies.iter()), drift(&mut bodies.iter().rev()));
    assert_eq!(
        (there.differences.len(), there.left_out),
        (MAX_DIFFERENCES, 50)
    );
    assert_eq!(fingerprints(&there), fingerprints(&parsed));
    assert_eq!(there.left_out, parsed.left_out);
}

fn fingerprints(drift: &Drift) -> Vec<(&str, usize)> {
    let differences = drift.differences.iter();
    differences
        .map(|difference| (&*difference.fingerprint, difference.count))
        .collect()
}

/// An example with a random value replaced by another.
fn modified_examples() -> impl Strategy<Value = (Document, Value)> {
    let other = prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(-7)),
        Just(json!("")),
        Just(json!("COMPLETED")),
        Just(json!("2026-02-01T10:00:00Z")),
        Just(json!([])),
        Just(json!({"colour": "red"})),
    ];
    let example = proptest::sample::select(examples::all());
    (
        example,
        any::<Index>(),
        prop::option::of(other),
        any::<bool>(),
    )
        .prop_map(|(example, place, other, more)| {
            let mut body = example.body;
            let mut places = Vec::new();
            pointers(&body, "", &mut places);
            let place = body
                .pointer_mut(&places[place.index(places.len())])
                .unwrap();
            match (other, place) {
                (Some(other), place) => *place = other,
                (None, Value::Object(fields)) if more => {
                    fields.insert("more".to_owned(), json!(1));
                }
                (None, Value::Object(fields)) => {
                    let first = fields.keys().next().cloned();
                    first.and_then(|name| fields.remove(&name));
                }
                (None, _) => {}
            }
            (example.document, body)
        })
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                pointers(field, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #[test]
    fn only_invalid_bodies_break_the_contract((document, body) in modified_examples()) {
        let differences = body::differences(contract(), document, &body);
        let breaks = differences.iter().any(|difference| difference.kind.rank() != Rank::Additive);
        let valid = contract().violation(document, &body).is_none();
        prop_assert_eq!(breaks, !valid, "{:?}", differences);
    }

    #[test]
    fn fingerprints_do_not_depend_on_the_order_of_exchanges(
        bodies in prop::collection::vec(modified_examples(), 1..6).prop_shuffle(),
        start in any::<Index>(),
    ) {
        let exchanges: Vec<_> = bodies.iter().map(|(_, body)| answered(200, "application/json", body)).collect();
        let there = drift_of(OperationId::ListOrders, &exchanges);
        let mut turned = exchanges;
        let middle = start.index(turned.len());
        turned.rotate_left(middle);
        turned.reverse();
        let parsed = drift_of(OperationId::ListOrders, &turned);
        prop_assert_eq!(fingerprints(&there), fingerprints(&parsed));
    }
}
