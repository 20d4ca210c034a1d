use proptest::prelude::*;

use super::*;

fn ambiguity(about: &str) -> &'static Ambiguity {
    let mut ambiguities = AMBIGUITIES.iter();
    ambiguities
        .find(|ambiguity| ambiguity.about == about)
        .unwrap()
}

fn response(status: u16, body: &mut Value) -> ResponseView<'_> {
    ResponseView {
        operation: Some(OperationId::ListOrders),
        status,
        requested_id: "7",
        body,
    }
}

/// The reading of one ambiguity, by its index.
fn read(about: &str, status: u16, body: &Value) -> Option<usize> {
    (ambiguity(about).detect)(&response(status, &mut body.clone()))
}

fn code(code: &str) -> Value {
    json!({"code": code})
}

/// For each ambiguity whose readings are not equal, the same response in each reading.
#[rustfmt::skip]
fn readings() -> [(&'static str, u16, Vec<Value>); 9] {
    let scopes = json!({"required_scopes": ["a"], "user_scopes": ["b"]});
    let error = json!({"code": "A", "message": "m"});
    let not_found = json!({"code": "ENTITY_NOT_FOUND", "entity_type": "order", "identifier": "7"});
    let message = |begin: &str| json!({"message": format!("{begin}a, b")});
    let status = |status: &str| json!({"orders": [{"status": status}]});
    let invalid = |code: &str| json!({"code": code, "detail": {"validation_errors": []}});
    [
        ("shape of an error", 500, vec![error.clone(), json!({"error": error}), json!({"error": "A", "message": "m"})]),
        ("code of a 401", 401, ["AUTHENTICATION_ERROR", "UNAUTHORIZED"].map(code).into()),
        ("details of an error", 403, vec![json!({"detail": scopes}), scopes.clone(), json!({"details": scopes})]),
        ("message of a 403", 403, MISSING_SCOPES.map(message).into()),
        ("code of a 429", 429, ["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED"].map(code).into()),
        ("code of a 404", 404, vec![not_found, code("ORDER_NOT_FOUND")]),
        ("code of a validation error", 400, ["VALIDATION_ERROR", "MISSING_FIELD"].map(invalid).into()),
        ("rows of a list", 200, vec![json!({"orders": [1]}), json!({"items": [1]})]),
        ("statuses of an order", 200, ["CANCELLED", "REJECTED"].map(status).into()),
    ]
}

#[test]
fn error_alone_follows_no_page() {
    let words = json!({"error": "Not Found", "path": "/orders"});
    assert_eq!(read("shape of an error", 404, &words), None);
}

#[test]
fn code_that_names_an_unknown_path_is_not_about_an_object() {
    let read = |of: &str| read("code of a 404", 404, &code(of));
    assert_eq!(read("COMPANY_NOT_FOUND"), Some(1));
    for name in ROUTES {
        assert_eq!(read(&format!("{name}_NOT_FOUND")), None);
    }
}

#[test]
fn distinguishes_all_readings_of_each_contradiction() {
    for (about, status, responses) in readings() {
        let ambiguity = ambiguity(about);
        assert_eq!(
            ambiguity.contradiction().readings.len(),
            responses.len(),
            "{about}"
        );
        for (place, body) in responses.iter().enumerate() {
            assert_eq!(read(about, status, body), Some(place), "{about}: {body}");
            let elsewhere = read(about, 418, body).is_some();
            assert_eq!(elsewhere, about == "shape of an error");
        }
        assert_eq!(read(about, status, &json!({})), None, "{about}");
    }
    let invalid = code("VALIDATION_ERROR");
    let status = |status| read("status of a validation error", status, &invalid);
    assert_eq!([400, 422, 500].map(status), [Some(0), Some(1), None]);
}

#[test]
fn normalizes_each_reading_to_the_authoritative_one() {
    for (about, status, responses) in readings() {
        let normalize = ambiguity(about).normalize.unwrap();
        for body in &responses[1..] {
            let mut put = body.clone();
            normalize(&mut response(status, &mut put));
            assert_eq!(put, responses[0], "{about}: {body}");
        }
    }
}

/// A page of a list that is not the list of orders.
fn normalized_page(mut body: Value) -> (Option<usize>, Value) {
    let end = ambiguity("end of a list in `items`");
    let mut page = ResponseView {
        operation: Some(OperationId::ListBlacklists),
        ..response(200, &mut body)
    };
    let reading = (end.detect)(&page);
    if reading == Some(1) {
        end.normalize.unwrap()(&mut page);
    }
    (reading, body)
}

#[test]
fn adds_what_a_list_without_has_more_says_by_its_total() {
    for (offset, has_more) in [(0, true), (7, true), (8, false), (9, false)] {
        let without = json!({"items": [1, 2], "total": 10, "offset": offset});
        let mut with = without.clone();
        with["has_more"] = json!(has_more);
        assert_eq!(normalized_page(without), (Some(1), with.clone()));
        assert_eq!(normalized_page(with.clone()), (Some(0), with));
    }
    for other in [
        json!({"items": [1]}),
        json!({"items": [1], "total": 1, "has_more": "no"}),
        json!({"orders": [1], "total": 1}),
    ] {
        assert_eq!(normalized_page(other.clone()), (None, other));
    }
}

#[test]
fn reads_only_errors_about_fields_as_validation_errors() {
    let about = "code of a validation error";
    let plain = code("INVALID_REQUEST");
    assert_eq!(read(about, 400, &plain), None, "the contract has it, too");
    let mut invalid = code("INVALID_FORMAT");
    assert_eq!(read(about, 400, &invalid), Some(1));
    ambiguity(about).normalize.unwrap()(&mut response(400, &mut invalid));
    assert_eq!(invalid, plain, "the error that needs no list of fields");
    let fields = json!({"validation_errors": [{"field": "limit"}]});
    let nested = json!({"code": "INVALID_REQUEST", "details": fields});
    assert_eq!(read("details of an error", 400, &nested), Some(2));
}

#[test]
fn nested_error_without_code_matches_no_reading() {
    let body = json!({"error": {"error": "UNAUTHORIZED"}});
    assert_eq!(read("shape of an error", 401, &body), None);
}

#[test]
fn moves_top_level_scopes_whatever_else_is_there() {
    let scopes = json!({"required_scopes": ["a"]});
    for details in [json!({}), scopes.clone(), json!(7)] {
        let mut body = json!({"required_scopes": ["a"], "details": details});
        let normalize = ambiguity("details of an error").normalize.unwrap();
        normalize(&mut response(403, &mut body));
        assert_eq!(body, json!({"detail": scopes, "details": details}));
    }
}

/// Strings that ambiguities look for, and others.
const WORDS: &[&str] = &[
    "",
    "AUTHENTICATION_ERROR",
    "ENTITY_NOT_FOUND",
    "INVALID_REQUEST",
    "MISSING_FIELD",
    "Missing required scopes: a",
    "ORDER_NOT_FOUND",
    "RATE_LIMIT_EXCEEDED",
    "REJECTED",
    "UNAUTHORIZED",
    "VALIDATION_ERROR",
    "_NOT_FOUND",
];

/// Bodies with the field names that ambiguities look at, and arbitrary values.
fn bodies() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!(7)),
        prop::sample::select(WORDS).prop_map(Value::from),
    ];
    let names = [
        "code",
        "message",
        "error",
        "detail",
        "details",
        "required_scopes",
        "validation_errors",
        "orders",
        "items",
        "total",
        "has_more",
        "status",
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let name = prop::sample::select(names.to_vec()).prop_map(str::to_owned);
        let object = prop::collection::btree_map(name, inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

proptest! {
    // Bodies in which two ambiguities interfere are rare.
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn reads_any_body_without_panic_and_normalizes_once(
        mut body in bodies(),
        status in prop::sample::select(&[200_u16, 201, 400, 401, 403, 404, 422, 429, 500][..]),
        operation in prop::sample::select(&[OperationId::ListOrders, OperationId::GetOrder, OperationId::ListBlacklists][..]),
    ) {
        let mut response = ResponseView { operation: Some(operation), status, requested_id: "7", body: &mut body };
        for ambiguity in AMBIGUITIES {
            let other = (ambiguity.detect)(&response).filter(|reading| *reading != 0);
            if let (Some(_), Some(normalize)) = (other, ambiguity.normalize) {
                normalize(&mut response);
                let now = (ambiguity.detect)(&response);
                prop_assert!(now.is_none_or(|now| now == 0), "{}: {:?}", ambiguity.about, response.body);
            }
        }
    }
}
