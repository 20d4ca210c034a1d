//! Everything that the server accepts appears in valid responses: odd bodies that the schemas allow, and then every read. Each
//! response is checked against its schema, as in all tests.

use http::Method;
use proptest::{collection::vec, prelude::*, sample::Index};
use schemas::{Operation, documents::Document, examples};
use serde_json::{Value, json};

use crate::{
    response::validator,
    test_app::{Caller, Organization, all, open_to_keys},
};

/// Empty and unexpected texts.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\t\r\n",
    "\u{a0}",
    "\u{feff}",
    "\u{0}",
    "a",
    "@",
    "a@b",
    "ß😀e\u{301}",
    "\"\\/",
    "%2F?#",
    "-",
    "www.",
    "https://",
    "http://a b@c:x/",
    "de",
    "GmbH",
    "Hotel & Co. KG",
];

/// Numbers at the limits of ranges.
const NUMBERS: &[u64] = &[0, 1, 10, 100, 10_000, 10_000_000];

/// The places of a body that a caller fills in freely. References must exist, so they are left out.
fn places(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let refers = name == "version" || name.ends_with("_ids") || name.ends_with("_id");
                if !refers || name == "external_id" {
                    self::places(field, &format!("{at}/{name}"), places);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                self::places(item, &format!("{at}/{index}"), places);
            }
        }
        Value::String(_) | Value::Number(_) => places.push(at.to_owned()),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The body with other values in these places, where the schema allows them.
fn odd(document: Document, mut body: Value, choices: &[Index]) -> Value {
    let validator = validator(document);
    let mut free = Vec::new();
    places(&body, "", &mut free);
    for (place, choice) in free.iter().zip(choices.iter().cycle()) {
        let there = body.pointer(place).cloned().unwrap_or_default();
        let other = if there.is_number() {
            json!(choice.get(NUMBERS))
        } else {
            // The last choice is no value.
            TEXTS
                .get(choice.index(TEXTS.len() + 1))
                .map_or(Value::Null, |text| json!(text))
        };
        let Some(field) = body.pointer_mut(place) else {
            continue;
        };
        *field = other;
        if !validator.is_valid(&body) {
            *body.pointer_mut(place).unwrap() = there;
        }
    }
    body
}

/// Sends an odd body to every operation that takes one.
fn write_everything(organization: &Organization, caller: &Caller, choices: &[Index]) {
    for operation in open_to_keys() {
        let Some(document) = operation.request else {
            continue;
        };
        let mut bodies = vec![None];
        if operation.method == Method::POST && !operation.has_id() {
            let shown = examples::all().into_iter();
            let shown = shown.filter(|example| example.document == document);
            let shown = shown.filter(|example| example.body.get("company_id").is_none());
            bodies.extend(shown.map(|example| Some(example.body)));
        }
        for body in bodies {
            let call = organization.sample(operation, caller);
            let body = body.unwrap_or_else(|| serde_json::from_slice(call.request.body()).unwrap());
            let body = odd(document, body, choices);
            let answer = call.without("content-type").json(&body).send();
            assert!(
                answer.status.is_success(),
                "{} {body}\n{answer}",
                operation.id
            );
        }
    }
}

/// Reads every list to its end, and everything about every row.
fn read_everything(caller: &Caller) {
    let reads = || open_to_keys().filter(|operation| operation.method == Method::GET);
    for operation in reads().filter(|operation| !operation.has_id()) {
        if !operation.is_list() {
            caller.get(operation.path).ok();
            continue;
        }
        for row in all(caller, operation.path) {
            let id = row["id"].as_str().unwrap();
            let about = |read: &&Operation| {
                read.path
                    .strip_prefix(operation.path)
                    .is_some_and(|rest| rest.starts_with("/{id}"))
            };
            for read in reads().filter(about) {
                let answer = caller.get(&read.path_with(id));
                // Not every company is registered, and not every order is completed.
                let expected = [200, 404, 409].contains(&answer.status.as_u16());
                assert!(expected, "{} {id}\n{answer}", read.id);
                if answer.status.is_success() && read.is_list() {
                    all(caller, &read.path_with(id));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_accepted_request_gets_a_valid_response_in_every_configuration(choices in vec(any::<Index>(), 1..40)) {
        let (organization, _) = Organization::with("companies = 5\n[tiers]\nenterprise = \"1000000/1h\"");
        let caller = organization.key(json!({"preset": "full_access", "tier": "enterprise"}));
        write_everything(&organization, &caller, &choices);
        organization.advance("1h");
        read_everything(&caller);
    }
}
