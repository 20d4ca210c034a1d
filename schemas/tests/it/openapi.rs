//! The document matches the tables, and every reference in it resolves.

use std::collections::BTreeSet;

use http::Method;
use schemas::{
    Operation, Profile, Scope,
    control::{CALLS, CONTROL_PREFIX},
    examples,
    oauth::{Callers, ENDPOINT_CALLS, FORM},
    openapi, operations,
};
use serde_json::{Value, json};
use strum::VariantArray;

fn document() -> Value {
    openapi::generate(Profile::Everything)
}

/// The Operation Object of a row of the table.
fn object(document: &Value, operation: &Operation) -> Value {
    document["paths"][operation.path][operation.method.as_str().to_lowercase()].clone()
}

/// The target of a reference, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let at = value["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    at.map_or(value, |at| document.pointer(at).unwrap())
}

/// Every object in the document.
fn visit(value: &Value, see: &mut impl FnMut(&Value)) {
    see(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|field| visit(field, see)),
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_resolves() {
    for document in [document(), openapi::generate(Profile::Documented)] {
        let mut count = 0;
        visit(&document, &mut |value| {
            if let Some(at) = value.get("$ref").and_then(Value::as_str) {
                let found = document.pointer(at.strip_prefix('#').unwrap());
                assert!(found.is_some(), "{at} leads nowhere");
                count += 1;
            }
        });
        assert!(count > 100, "only {count} references were found");
    }
}

#[test]
fn every_component_is_used_except_responses_outside_operations() {
    for document in [document(), openapi::generate(Profile::Documented)] {
        let mut used = BTreeSet::new();
        visit(&document, &mut |value| {
            let at = value.get("$ref").and_then(Value::as_str);
            used.extend(at.map(ToOwned::to_owned));
        });
        let components = document["components"].as_object().unwrap();
        let kinds = components
            .iter()
            .filter(|(kind, _)| *kind != "securitySchemes");
        let all = kinds.flat_map(|(kind, components)| {
            let names = components.as_object().unwrap().keys();
            names.map(move |name| format!("#/components/{kind}/{name}"))
        });
        let unused: Vec<_> = all.filter(|at| !used.contains(at)).collect();
        let unrouted = ["MethodNotAllowed", "NotFound"];
        assert_eq!(
            unused,
            unrouted.map(|name| format!("#/components/responses/{name}"))
        );
    }
}

#[test]
fn every_tag_is_described_and_used() {
    for document in [document(), openapi::generate(Profile::Documented)] {
        let operations = document["paths"].as_object().unwrap().values();
        let operations = operations.flat_map(|path| path.as_object().unwrap().values());
        let used: BTreeSet<_> = operations
            .filter_map(|one| one["tags"][0].as_str())
            .collect();
        let tags = document["tags"].as_array().unwrap().iter();
        let described = tags.filter(|tag| tag["description"].is_string());
        let described: BTreeSet<_> = described.filter_map(|tag| tag["name"].as_str()).collect();
        assert_eq!(described, used);
    }
}

#[test]
fn documented_profile_has_only_what_is_served() {
    let document = openapi::generate(Profile::Documented);
    for operation in operations::all() {
        let object = object(&document, operation);
        assert_eq!(object.is_object(), Profile::Documented.serves(operation));
        let parameters = object["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|one| one["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            assert!(["limit", "offset"].contains(&name), "{name}");
        }
    }
    visit(&document["components"]["schemas"], &mut |schema| {
        let whole = schema["x-evidence"] == "assumed";
        let fields = schema["properties"].as_object().into_iter().flatten();
        for (name, field) in fields {
            assert!(whole || field["x-evidence"] != "assumed", "{name}");
        }
    });
    let text = document.to_string();
    assert!(!text.contains("X-RateLimit") && !text.contains("WWW-Authenticate"));
}

#[test]
fn contains_exactly_the_operations() {
    let document = document();
    let mut count = 0;
    for operation in operations::all() {
        let object = object(&document, operation);
        assert_eq!(object["operationId"], operation.id.as_str());
        assert_eq!(object["summary"], operation.summary);
        assert_eq!(object["x-evidence"], json!(operation.evidence));
        let (_, scopes) = object["security"][0]
            .as_object()
            .unwrap()
            .iter()
            .next()
            .unwrap();
        assert_eq!(*scopes, json!(operation.scopes));
        count += 1;
    }
    let paths = document["paths"].as_object().unwrap().iter();
    let described: usize = paths
        .filter(|(_, path)| path.get("servers").is_none())
        .map(|(_, path)| path.as_object().unwrap().len())
        .sum();
    assert_eq!(described, count);
}

#[test]
fn control_api_has_its_own_tag_and_servers() {
    let document = document();
    let mut ids = BTreeSet::new();
    for call in CALLS {
        let path = &document["paths"][format!("{CONTROL_PREFIX}{}", call.path)];
        assert_eq!(path["servers"][0]["url"], "/");
        let object = &path[call.method.as_str().to_lowercase()];
        assert_eq!(object["tags"], json!(["sandbox"]));
        assert_eq!(object["x-evidence"], "assumed");
        assert_eq!(object["security"], json!([{}, {"controlToken": []}]));
        assert!(object["responses"][call.success.as_str()].is_object());
        let in_path = object["parameters"].as_array().unwrap().iter();
        let in_path = in_path.filter(|one| one["in"] == "path");
        assert_eq!(in_path.count(), call.path.matches('{').count());
        if let Some(body) = call.body() {
            jsonschema::meta::validate(&body).unwrap();
        }
        assert!(ids.insert(call.id), "{} is there twice", call.id);
    }
    assert!(operations::all().all(|operation| !ids.contains(operation.id.as_str())));
    let documented = openapi::generate(Profile::Documented).to_string();
    assert!(!documented.contains(CONTROL_PREFIX) && !documented.contains("sandbox\""));
}

#[test]
fn authorization_server_has_its_own_tag_and_servers() {
    let document = document();
    let mut ids: BTreeSet<_> = CALLS.iter().map(|call| call.id).collect();
    for call in ENDPOINT_CALLS {
        let path = &document["paths"][call.path];
        assert_eq!(path["servers"][0]["url"], "/");
        let object = &path[call.method.as_str().to_lowercase()];
        assert_eq!(object["tags"], json!(["oauth"]));
        assert_eq!(object["x-evidence"], "assumed");
        let alternatives = object["security"].as_array().unwrap();
        assert_eq!(alternatives.is_empty(), call.callers == Callers::All);
        for name in alternatives
            .iter()
            .flat_map(|one| one.as_object().unwrap().keys())
        {
            assert!(
                document["components"]["securitySchemes"][name].is_object(),
                "{name}"
            );
        }
        let names: Vec<_> = call.takes.iter().map(|field| field.name).collect();
        if call.method == Method::POST {
            let form = &object["requestBody"]["content"][FORM]["schema"];
            jsonschema::meta::validate(form).unwrap();
            let properties: BTreeSet<_> = form["properties"].as_object().unwrap().keys().collect();
            assert_eq!(properties.len(), names.len());
        } else {
            let parameters = object["parameters"].as_array().unwrap().iter();
            let described: Vec<_> = parameters
                .map(|one| one["name"].as_str().unwrap())
                .collect();
            assert_eq!(described, names);
        }
        assert!(ids.insert(call.id), "{} is there twice", call.id);
    }
    assert!(operations::all().all(|operation| !ids.contains(operation.id.as_str())));
    let documented = openapi::generate(Profile::Documented).to_string();
    for left_out in ["/oauth/", ".well-known", "oauth2", "oauthClient"] {
        assert!(!documented.contains(left_out), "{left_out}");
    }
}

#[test]
fn security_scheme_has_the_token_url_and_all_scopes() {
    let document = document();
    let scheme = &document["components"]["securitySchemes"]["accessToken"];
    assert_eq!(scheme["type"], "oauth2");
    let flow = &scheme["flows"]["authorizationCode"];
    for (field, id) in [
        ("authorizationUrl", "authorize"),
        ("tokenUrl", "issue_tokens"),
        ("refreshUrl", "issue_tokens"),
    ] {
        let call = ENDPOINT_CALLS.iter().find(|call| call.id == id);
        assert_eq!(flow[field], call.unwrap().path);
    }
    let scopes: BTreeSet<_> = flow["scopes"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let all: BTreeSet<_> = Scope::VARIANTS.iter().map(Scope::to_string).collect();
    assert_eq!(scopes, all);
    for operation in operations::all() {
        let needed = object(&document, operation)["security"]
            .as_array()
            .unwrap()
            .clone();
        assert!(
            needed.contains(&json!({"accessToken": operation.scopes})),
            "{}",
            operation.id
        );
    }
}

#[test]
fn every_operation_has_its_parameters() {
    let document = document();
    for operation in operations::all() {
        let object = object(&document, operation);
        let described: Vec<_> = object["parameters"].as_array().unwrap().iter().collect();
        let id = operation.has_id().then_some(json!("id"));
        let query = operation.query.iter().map(|known| json!(known.as_str()));
        let expected: Vec<_> = id.into_iter().chain(query).collect();
        let names: Vec<_> = described.iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, expected, "{}", operation.id);
        for parameter in described {
            jsonschema::meta::validate(&parameter["schema"]).unwrap();
        }
    }
}

#[test]
fn every_operation_has_its_errors_with_examples() {
    let document = document();
    for operation in operations::all() {
        let object = object(&document, operation);
        for code in operation.all_errors() {
            let response = &object["responses"][code.status().as_str()];
            let response = resolved(&document, response);
            let examples = response["content"]["application/json"]["examples"].as_object();
            let shown = examples
                .unwrap()
                .values()
                .any(|example| resolved(&document, example)["value"]["code"] == code.as_str());
            assert!(shown, "{} does not show {code}", operation.id);
        }
    }
}

/// Every example in a message, each validated against the schema of the message.
fn shown_examples(document: &Value) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    visit(document, &mut |value| {
        let (Some(schema), Some(examples)) = (value.get("schema"), value.get("examples")) else {
            return;
        };
        let mut schema = schema.clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for (name, example) in examples.as_object().unwrap() {
            let body = &resolved(document, example)["value"];
            assert!(validator.is_valid(body), "{name} is refused");
            shown.insert(name.clone());
        }
        assert_ne!(examples, &json!({}));
    });
    shown
}

#[test]
fn every_message_has_a_valid_example() {
    let expected: BTreeSet<_> = examples::all()
        .iter()
        .map(|example| example.name().to_owned())
        .collect();
    assert_eq!(shown_examples(&document()), expected);
    let documented = openapi::generate(Profile::Documented);
    let listed = documented["components"]["examples"].as_object().unwrap();
    let listed: BTreeSet<_> = listed.keys().cloned().collect();
    assert_eq!(shown_examples(&documented), listed);
}

/// Whether the body of an operation names objects.
fn names_objects(operation: &Operation) -> bool {
    let body = operation.request.map_or(Value::Null, examples::body);
    let mut names = body.as_object().into_iter().flat_map(|body| body.keys());
    names.any(|name| name.ends_with("_ids"))
}

#[test]
fn created_and_listed_objects_link_to_their_operations() {
    let document = document();
    for next in operations::all().filter(|next| next.has_id() && !names_objects(next)) {
        let (list, _) = next.path.split_once("/{id}").unwrap();
        let before = operations::all().filter(|before| before.path == list);
        for (before, shown) in before.filter_map(|before| Some((before, before.response?))) {
            let response = &object(&document, before)["responses"][before.success.as_str()];
            let id = &response["links"][next.id.as_str()]["parameters"]["path.id"];
            let pointer = id
                .as_str()
                .unwrap()
                .strip_prefix("$response.body#")
                .unwrap();
            let body = examples::body(shown);
            assert!(body.pointer(pointer).is_some(), "{}: {pointer}", before.id);
        }
    }
}

#[test]
fn no_link_uses_an_expression_within_a_body() {
    let mut links = 0;
    visit(&document(), &mut |value| {
        for (name, link) in value["links"].as_object().into_iter().flatten() {
            links += 1;
            assert!(link.get("requestBody").is_none(), "{name}: {link}");
        }
    });
    assert!(links > 50, "only {links} links were found");
}

#[test]
fn deletions_have_no_links() {
    let document = document();
    for operation in operations::all().filter(|operation| operation.method == Method::DELETE) {
        let response = &object(&document, operation)["responses"][operation.success.as_str()];
        assert!(response.get("links").is_none(), "{}", operation.id);
    }
}
