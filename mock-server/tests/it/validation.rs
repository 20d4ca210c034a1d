//! Validation of orders: every error names its place.

use http::Method;
use schemas::ErrorCode::ValidationError;
use serde_json::{Value, json};

use crate::test_app::{Organization, order};

/// The invalid places of a body, each with the value there.
#[track_caller]
fn mistakes(body: &Value) -> Vec<(String, Value)> {
    let (_, caller) = Organization::new();
    let refused = caller.post("/orders", body).refused(ValidationError);
    let errors = refused["detail"]["validation_errors"].as_array().unwrap();
    let place = |error: &Value| {
        let field = error["field"].as_str().unwrap().to_owned();
        (field, error["provided"].clone())
    };
    errors.iter().map(place).collect()
}

/// The order with another value in one place.
fn with(pointer: &str, value: Value) -> Value {
    let mut order = order(2);
    let (parent, place) = pointer.rsplit_once('/').unwrap();
    let parent = order.pointer_mut(parent).unwrap();
    if let Some(items) = parent.as_array_mut() {
        items[place.parse::<usize>().unwrap()] = value;
    } else {
        parent[place] = value;
    }
    order
}

fn without(field: &str) -> Value {
    let mut order = order(2);
    order.as_object_mut().unwrap().remove(field);
    order
}

#[test]
fn validation_error_names_the_place_and_the_rule() {
    let (_, caller) = Organization::new();
    let body = json!({"title": 7, "features": [], "companies": [{"company_name": "A"}, {"external_id": 7}]});
    let refused = caller.post("/orders", &body).refused(ValidationError);
    insta::assert_json_snapshot!(refused, @r#"
    {
      "code": "VALIDATION_ERROR",
      "detail": {
        "validation_errors": [
          {
            "error": "is required",
            "field": "companies[1].company_name",
            "provided": null
          },
          {
            "error": "value is not of types \"null\", \"string\"",
            "field": "companies[1].external_id",
            "provided": 7
          },
          {
            "error": "value has less than 1 item",
            "field": "features",
            "provided": []
          },
          {
            "error": "value is not of type \"string\"",
            "field": "title",
            "provided": 7
          }
        ]
      },
      "message": "4 parts of the request are invalid"
    }
    "#);
}

#[test]
fn names_the_place_of_an_invalid_value() {
    for (pointer, value, field) in [
        ("/title", json!(7), "title"),
        ("/title", json!(null), "title"),
        ("/title", json!(" \t"), "title"),
        ("/features", json!([]), "features"),
        ("/features", json!("CONTACTS"), "features"),
        ("/features/0", json!("contacts"), "features[0]"),
        ("/order_type", json!(null), "order_type"),
        ("/order_type", json!("OTHER"), "order_type"),
        ("/profile_name", json!(""), "profile_name"),
        ("/companies", json!([]), "companies"),
        ("/companies", json!({}), "companies"),
        ("/companies", json!(null), "companies"),
        ("/companies/1", json!("Hotel"), "companies[1]"),
        (
            "/companies/0/company_name",
            json!(" "),
            "companies[0].company_name",
        ),
        (
            "/companies/1/external_id",
            json!(1),
            "companies[1].external_id",
        ),
        ("/companies/1/city", json!([]), "companies[1].city"),
    ] {
        let body = with(pointer, value.clone());
        assert_eq!(mistakes(&body), [(field.to_owned(), value)]);
    }
}

#[test]
fn names_the_place_of_a_missing_field() {
    for (body, field) in [
        (without("title"), "title"),
        (without("features"), "features"),
        (without("companies"), "companies"),
        (with("/companies/1", json!({})), "companies[1].company_name"),
    ] {
        assert_eq!(mistakes(&body), [(field.to_owned(), Value::Null)]);
    }
}

#[test]
fn echoes_long_values_truncated() {
    let long = "x".repeat(201);
    let shown = json!(format!("{}…", &long[..200]));
    for (pointer, field) in [
        ("/title", "title"),
        ("/profile_name", "profile_name"),
        ("/companies/0/company_name", "companies[0].company_name"),
        ("/companies/0/external_id", "companies[0].external_id"),
        ("/companies/0/country", "companies[0].country"),
    ] {
        let body = with(pointer, json!(long));
        assert_eq!(mistakes(&body), [(field.to_owned(), shown.clone())]);
    }
}

#[test]
fn rejects_a_discovery_order_with_companies() {
    let mut body = order(1);
    body["order_type"] = "DISCOVERY".into();
    assert_eq!(
        mistakes(&body),
        [("companies".to_owned(), order(1)["companies"].clone())]
    );
}

#[test]
fn enrichment_order_may_have_a_null_prospect_search() {
    let (_, caller) = Organization::new();
    let mut body = order(1);
    body["prospect_search_id"] = Value::Null;
    caller.create(&body);
    body["prospect_search_id"] = "7".into();
    let refused = caller.post("/orders", &body).refused(ValidationError);
    let error = &refused["detail"]["validation_errors"][0];
    assert_eq!(
        (&error["field"], &error["error"]),
        (&json!("prospect_search_id"), &json!("is not allowed here"))
    );
}

#[test]
fn fills_in_missing_company_data() {
    let (organization, caller) = Organization::new();
    for blank in ["", " ", "\t", "\u{a0}"] {
        let mut body = order(1);
        body["features"] = json!(["COMPANY_DATA"]);
        for field in ["website_url", "city", "country"] {
            body["companies"][0][field] = blank.into();
        }
        body["companies"][0]["company_name"] = format!("Hotel {blank:?} GmbH").into();
        let id = caller.create(&body);
        organization.advance("1h");
        let results = caller.get(&format!("/orders/{id}/results")).ok();
        let company = &results["results"][0]["company"];
        for field in ["website", "city", "country"] {
            let text = company[field].as_str().unwrap();
            assert!(!text.trim().is_empty(), "{field} of {blank:?}");
        }
    }
}

#[test]
fn rejects_a_body_that_is_not_an_object() {
    for body in [
        json!([]),
        json!("order"),
        json!(7),
        json!(true),
        json!(null),
    ] {
        assert_eq!(mistakes(&body), [(String::new(), body)]);
    }
}

#[test]
fn optional_fields_may_be_null_or_absent() {
    let (_, caller) = Organization::new();
    let mut body = order(1);
    body["profile_name"] = Value::Null;
    body["companies"] = json!([
        {"company_name": "A", "external_id": null, "website_url": null, "city": null, "country": null},
        {"company_name": "B"},
    ]);
    caller.create(&body);
    let longest = with("/title", json!("ä".repeat(200)));
    caller.create(&longest);
}

#[test]
fn order_has_at_most_10_000_companies() {
    let (_, caller) = Organization::new();
    assert_eq!(
        caller.post("/orders", &order(10_000)).ok()["company_count"],
        10_000
    );
    let refused = caller
        .post("/orders", &order(10_001))
        .refused(ValidationError);
    let errors = refused["detail"]["validation_errors"].as_array().unwrap();
    assert_eq!(
        (errors.len(), &errors[0]["field"]),
        (1, &json!("companies"))
    );
}

#[test]
fn order_has_at_most_50_features() {
    let features = |count| with("/features", json!(vec!["CONTACTS"; count]));
    let (_, caller) = Organization::new();
    caller.post("/orders", &features(50)).ok();
    let refused = mistakes(&features(51));
    assert_eq!((refused.len(), refused[0].0.as_str()), (1, "features"));
}

#[test]
fn lists_the_first_hundred_errors() {
    let mut body = order(250);
    for company in body["companies"].as_array_mut().unwrap() {
        company["city"] = 7.into();
    }
    let (_, caller) = Organization::new();
    let refused = caller.post("/orders", &body).refused(ValidationError);
    let errors = refused["detail"]["validation_errors"].as_array().unwrap();
    assert_eq!(errors.len(), 100);
    assert_eq!(
        refused["message"],
        "more than 100 parts of the request are invalid; the first 100 are listed"
    );
}

#[test]
fn validation_status_can_be_400() {
    let (_, caller) = Organization::with("validation_status = 400");
    for answer in [
        caller.post("/orders", &json!({})),
        caller.get("/orders?limit=0"),
    ] {
        assert_eq!(answer.status.as_u16(), 400);
        answer.refused(ValidationError);
    }
}

#[test]
fn refused_order_is_not_stored() {
    let (_, caller) = Organization::new();
    let before = caller.get("/orders").text().to_owned();
    caller
        .post("/orders", &without("title"))
        .refused(ValidationError);
    caller
        .post("/orders?x=1", &order(1))
        .refused(ValidationError);
    assert_eq!(caller.get("/orders").text(), before);
}

#[test]
fn integer_may_be_written_as_a_float() {
    let (_, caller) = Organization::new();
    let company = caller.first("/companies");
    let call = caller.call(Method::PATCH, &format!("/companies/{company}"));
    let changed = call.json(&json!({"employee_count": 12.0})).send().ok();
    assert_eq!(changed["employee_count"], json!(12));
}
