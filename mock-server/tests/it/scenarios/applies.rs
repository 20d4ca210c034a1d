//! Each fault on each operation: the response is as the fault specifies, or as without the fault.

use http::{Method, StatusCode, Version};
use jiff::Timestamp;
use scenarios::{
    Applies, Context, Fault, FaultResponse, Protocol,
    faults::{self, FaultFacts},
    schema_text,
};
use schemas::{ErrorCode::InvalidRequest, Operation};
use serde_json::{Map, Value, json};

use crate::{
    response::Response,
    test_app::{Call, Caller, Organization, open_to_keys},
};

/// Small parameters for a fault in a request.
fn parameters(fault: FaultFacts) -> Value {
    let ask = fault.asks().next().unwrap();
    let fault = Fault::from_header(&ask).unwrap().remove(0);
    let mut parameters = serde_json::to_value(&fault).unwrap()[fault.id()].take();
    let fields = parameters.as_object_mut().unwrap();
    fields.retain(|_, value| !value.is_null());
    if let Some(mib) = fields.get_mut("mib") {
        *mib = json!(1);
    }
    parameters
}

/// Every fault whose response ends, with each of its enum values, in the form of a rule.
fn all_faults() -> Vec<(&'static str, Vec<Value>)> {
    let schema: Value = serde_json::from_str(&schema_text()).unwrap();
    let resolved = |value: &Value| match value["$ref"].as_str() {
        Some(to) => schema.pointer(to.trim_start_matches('#')).unwrap().clone(),
        None => value.clone(),
    };
    let of_one = |fault: FaultFacts| {
        let id = fault.id;
        let variants = schema["$defs"]["Fault"]["oneOf"].as_array().unwrap();
        let mut variants = variants.iter().filter_map(|one| one["properties"].get(id));
        let fields = resolved(variants.next().unwrap())["properties"].take();
        let with = |more: Option<(&String, Value)>| {
            let mut all = parameters(fault);
            if let Some((name, word)) = more {
                all[name] = word;
            }
            json!({id: all})
        };
        let mut asked = Vec::new();
        for (name, field) in fields.as_object().into_iter().flatten() {
            let field = resolved(field);
            let words = field["oneOf"].as_array().into_iter().flatten();
            let words = words.map(|one| one["const"].clone());
            let words = words.chain(field["enum"].as_array().cloned().unwrap_or_default());
            asked.extend(words.map(|word| with(Some((name, word)))));
        }
        if asked.is_empty() {
            asked.push(with(None));
        }
        (id, asked)
    };
    // The others never end here, or are cut off.
    let endless = ["hang", "stream_stall", "stream_reset"];
    let ending = faults::all().filter(|fault| !endless.contains(&fault.id));
    ending.map(of_one).collect()
}

/// The fault in the form of a request header.
fn asked_for(fault: &Value) -> String {
    let (id, parameters) = fault.as_object().unwrap().iter().next().unwrap();
    let parameters: &Map<_, _> = parameters.as_object().unwrap();
    let parameters = parameters
        .iter()
        .map(|(name, value)| format!(";{name}={value}"));
    parameters.fold(id.clone(), |ask, parameter| ask + &parameter)
}

/// The status that a fault gives to a success, if any.
fn given_status(fault: &Fault, operation: &Operation) -> Option<StatusCode> {
    let context = Context {
        now: Timestamp::UNIX_EPOCH,
        host: "127.0.0.1:8000",
        target: operation.path,
        endpoint: None,
        about: None,
        response: operation.response,
        first: None,
    };
    if let Some(response) = fault.respond(context) {
        return Some(response.status);
    }
    let mut response = FaultResponse::json(operation.success, &json!({"a": 1}));
    fault.edit(&mut response, context);
    (response.status != operation.success).then_some(response.status)
}

/// A request that succeeds, over the HTTP version of the fault.
fn call(
    organization: &Organization,
    operation: &Operation,
    caller: &Caller,
    protocol: Protocol,
) -> Call {
    let mut call = organization.sample(operation, caller);
    if protocol == Protocol::Http2 {
        *call.request.version_mut() = Version::HTTP_2;
    }
    call
}

/// Checks that a response is as the fault specifies.
#[track_caller]
fn hold(response: &Response, fault: &Fault, operation: &Operation, asked: &str) {
    let shown = format!("{asked} on {}\n{response}", operation.id);
    if !fault.applies().to(operation) {
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{shown}");
        assert_eq!(response.code(), Some(InvalidRequest), "{shown}");
        let message = response.json()["message"].take();
        let message = message.as_str().unwrap();
        assert!(message.contains(" applies to "), "{shown}");
        return;
    }
    let expected = given_status(fault, operation).unwrap_or(operation.success);
    assert_eq!(response.status, expected, "{shown}");
    if operation.success == StatusCode::NO_CONTENT && given_status(fault, operation).is_none() {
        assert!(response.body.is_empty(), "{shown}");
    }
}

#[test]
fn requested_fault_takes_effect_or_is_rejected_with_where_it_applies() {
    let (organization, caller) = Organization::with("tiers.enterprise = '1000000/1h'");
    let memory = json!({"scenario": {"name": "a", "summary": "b", "rules": [
        {"when": {"path": "/nowhere"}, "do": [{"stale": {}}]},
    ]}});
    organization.control(Method::POST, "/scenario", memory).ok();
    for (_, words) in all_faults() {
        for (number, operation) in open_to_keys().enumerate() {
            let asked = &words[number % words.len()];
            let fault: Fault = serde_json::from_value(asked.clone()).unwrap();
            let asked = asked_for(asked);
            let call = || {
                let call = call(&organization, operation, &caller, fault.protocol());
                call.header("x-mock-fault", &asked)
            };
            hold(&call().spoiled(), &fault, operation, &asked);
            if operation.method == Method::GET {
                let mut head = call();
                *head.request.method_mut() = Method::HEAD;
                let response = head.spoiled();
                assert!(response.body.is_empty(), "{asked} on HEAD {}", operation.id);
            }
        }
    }
}

#[test]
fn rule_applies_only_where_its_fault_does() {
    let (organization, caller) = Organization::with("tiers.enterprise = '1000000/1h'");
    for (id, words) in all_faults() {
        let fault: Fault = serde_json::from_value(words[0].clone()).unwrap();
        let none = !open_to_keys().any(|one| fault.applies().to(one));
        if fault.applies() == Applies::Everywhere || none {
            continue;
        }
        let scenario = json!({"name": "a", "summary": "b", "rules": [{"do": [words[0]]}]});
        let mut samples = Vec::new();
        organization.control(Method::DELETE, "/scenario", ());
        for operation in open_to_keys().filter(|one| !fault.applies().to(one)) {
            samples.push((operation, organization.sample(operation, &caller)));
        }
        let scenario = json!({"scenario": scenario});
        organization
            .control(Method::POST, "/scenario", scenario)
            .ok();
        for (operation, sample) in samples {
            // The response must follow the contract, and the operation must succeed.
            let response = sample.send();
            assert_eq!(response.status, operation.success, "{id}: {response}");
        }
        let armed = organization.control(Method::GET, "/scenario", ()).ok();
        assert_eq!(armed["rules"][0]["looked_at"], 0, "{id}");
    }
}
