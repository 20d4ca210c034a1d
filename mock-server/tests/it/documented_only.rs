//! A server that leaves out everything that is only assumed: operations, parameters, fields and headers.

use http::{Method, header};
use schemas::{
    API_PREFIX,
    ErrorCode::{MethodNotAllowed, NotFound, ValidationError},
    Evidence, Operation, OperationId, Parameter, Profile, openapi, operations,
};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, order};

fn documented_only() -> (Organization, Caller) {
    Organization::with("documented_only = true")
}

fn served() -> impl Iterator<Item = &'static Operation> {
    operations::all().filter(|operation| Profile::Documented.serves(operation))
}

#[test]
fn assumed_operations_are_not_served() {
    let (_, caller) = documented_only();
    for operation in operations::all().filter(|row| row.evidence == Evidence::Assumed) {
        let path = operation.path_with("7");
        let elsewhere: Vec<_> = served().filter(|row| row.path == operation.path).collect();
        let answer = caller.call(operation.method.clone(), &path).send();
        if elsewhere.is_empty() {
            answer.refused(NotFound);
            caller.call(Method::OPTIONS, &path).send().refused(NotFound);
        } else {
            let allow = answer.header("allow").unwrap().to_owned();
            answer.refused(MethodNotAllowed);
            assert!(!allow.contains(operation.method.as_str()), "{allow}");
        }
    }
}

#[test]
fn other_operations_succeed_and_show_no_assumed_field() {
    let (organization, caller) = documented_only();
    for operation in served().filter(|row| row.id != OperationId::RevokeApiKey) {
        let answer = organization.sample(operation, &caller).send();
        assert_eq!(answer.status, operation.success, "{}", operation.id);
        if let Some(document) = operation.response {
            let schema = serde_json::from_str(document.committed()).unwrap();
            assert_founded(&answer.json(), &schema, &schema, operation);
        }
    }
}

/// No field of the value is marked as assumed, unless its whole object is.
#[track_caller]
fn assert_founded(value: &Value, schema: &Value, root: &Value, operation: &Operation) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(&reference[1..]).unwrap(),
        None => schema,
    };
    for item in value.as_array().into_iter().flatten() {
        assert_founded(item, &schema["items"], root, operation);
    }
    let whole = schema["x-evidence"] == "assumed";
    for (name, value) in value.as_object().into_iter().flatten() {
        let field = &schema["properties"][name];
        let assumed = field["x-evidence"] == "assumed";
        assert!(whole || !assumed, "{}: {name}", operation.id);
        assert_founded(value, field, root, operation);
    }
}

#[test]
fn order_looks_like_the_documented_one() {
    let (_, caller) = documented_only();
    let id = caller.create(&order(1));
    let shown = caller.get(&format!("/orders/{id}")).ok();
    let expected = json!({"id": id, "title": "Hotels", "status": "RECEIVED"});
    assert_eq!(shown, expected);
    let list = caller.get("/orders?limit=1&offset=5").ok();
    assert_eq!(list, json!({"orders": [expected], "total": 6}));
}

#[test]
fn assumed_parameters_are_unknown_except_offset() {
    let (_, caller) = documented_only();
    let lists = served().filter(|row| row.is_list() && !row.has_id());
    for operation in lists {
        for parameter in operation.query {
            let call = caller.call(Method::GET, operation.path);
            let answer = call.query(&format!("{parameter}=7")).send();
            if matches!(parameter, Parameter::Limit | Parameter::Offset) {
                answer.ok();
            } else {
                let refused = answer.refused(ValidationError);
                let error = &refused["detail"]["validation_errors"][0]["error"];
                assert_eq!(error, "is unknown; use one of limit, offset");
            }
        }
    }
}

#[test]
fn assumed_fields_are_ignored_like_unknown_ones() {
    let (_, caller) = documented_only();
    let mut enrichment = order(1);
    enrichment["quantity"] = json!("many");
    caller.create(&enrichment);
    let discovery = json!({
        "title": "Hotels", "features": ["CONTACTS"], "order_type": "DISCOVERY",
        "prospect_search_id": "nobody's", "blacklist_ids": ["nobody's"],
    });
    caller.create(&discovery);
    enrichment["title"] = json!("");
    caller.post("/orders", &enrichment).refused(ValidationError);
}

#[test]
fn assumed_headers_are_sent_if_requested() {
    let (organization, caller) = documented_only();
    let unknown = |organization: &Organization| organization.app.caller("x").get("/orders");
    assert_eq!(caller.get("/orders").header("x-ratelimit-limit"), None);
    let challenge = header::WWW_AUTHENTICATE.as_str();
    assert_eq!(unknown(&organization).header(challenge), None);
    let free = organization.key(json!({"preset": "orders", "tier": "free"}));
    let answers = std::iter::repeat_with(|| free.get("/orders"));
    let refused = answers.take(101).last().unwrap();
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("3600"));

    let (organization, caller) = Organization::with(
        "documented_only = true\nrate_headers = 'x-ratelimit'\nchallenges = true",
    );
    assert_eq!(
        caller.get("/orders").header("x-ratelimit-limit"),
        Some("10000")
    );
    assert!(unknown(&organization).header(challenge).is_some());
}

#[test]
fn head_has_the_length_of_what_is_shown() {
    let (organization, caller) = documented_only();
    let get = caller.get("/orders");
    let target = format!("{API_PREFIX}/orders");
    let head = organization.app.call(Method::HEAD, &target);
    let head = head
        .header("authorization", format!("Bearer {}", caller.key))
        .send();
    assert_eq!(
        head.header("content-length"),
        Some(&*get.body.len().to_string())
    );
}

#[test]
fn openapi_document_describes_only_what_is_served() {
    let (organization, _) = documented_only();
    let served = organization.app.call(Method::GET, "/openapi.json").send();
    assert_eq!(served.text(), openapi::text(Profile::Documented));
}

#[test]
fn startup_message_mentions_the_restriction() {
    let (organization, _) = documented_only();
    let ready = organization.app.control(Method::GET, "/ready", ());
    assert_eq!(ready.ok()["documented_only"], true);
}
