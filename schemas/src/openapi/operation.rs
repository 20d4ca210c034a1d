//! An operation: what it accepts and what it returns.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{links, reference, responses, schemas::Schemas, security, tag};
use crate::{Evidence, Operation, Parameter, Profile, documents::Document, source};

/// The Operation Object of a row of the table.
pub(super) fn object(operation: &Operation, schemas: &Schemas) -> Value {
    let mut object = json!({
        "operationId": operation.id.as_str(),
        "summary": operation.summary,
        "tags": [tag(operation)],
        "parameters": parameters(operation, schemas.profile),
        "responses": all_responses(operation, schemas),
        "security": security::requirement(operation),
        "x-evidence": operation.evidence,
        "x-source": operation.source,
    });
    if let Some(document) = operation.request {
        object["requestBody"] = json!({
            "required": true,
            "content": schemas.content(document),
        });
    }
    object
}

fn parameters(operation: &Operation, profile: Profile) -> Value {
    let id = operation.entity().map(|entity| {
        json!({
            "name": "id",
            "in": "path",
            "required": true,
            "description": format!("The id of the {}.", entity.as_str().replace('_', " ")),
            "schema": {"type": "string", "minLength": 1},
            "x-evidence": operation.evidence,
            "x-source": operation.source,
        })
    });
    let query = operation.query.iter().copied();
    let known = query.filter(|parameter| profile.knows(*parameter));
    id.into_iter().chain(known.map(query_parameter)).collect()
}

fn query_parameter(parameter: Parameter) -> Value {
    let facts = parameter.facts();
    json!({
        "name": parameter.as_str(),
        "in": "query",
        "description": facts.summary,
        "schema": facts.rule.schema(),
        "x-evidence": facts.evidence,
        "x-source": facts.source,
    })
}

/// The response of success, and one for each status of its errors.
fn all_responses(operation: &Operation, schemas: &Schemas) -> Value {
    let mut all: Map<_, _> = responses::error_groups(operation)
        .into_iter()
        .map(|(status, codes)| {
            let name = responses::component_name(&codes);
            (status.to_string(), reference("responses", &name))
        })
        .collect();
    all.insert(
        operation.success.as_str().to_owned(),
        success(operation, schemas),
    );
    all.into()
}

fn success(operation: &Operation, schemas: &Schemas) -> Value {
    let mut headers: Map<_, _> = responses::sent_rate_headers(schemas.profile)
        .map(|header| (header.name.to_owned(), reference("headers", header.name)))
        .collect();
    if has_location(operation, schemas.profile) {
        headers.insert("Location".into(), location());
    }
    let mut response = json!({
        "description": description(operation.response, schemas),
        "headers": headers,
        "x-evidence": operation.evidence,
        "x-source": operation.source,
    });
    if let Some(document) = operation.response {
        response["content"] = schemas.content(document);
    }
    let links = links::from(operation, schemas);
    if !links.is_empty() {
        response["links"] = links.into();
    }
    response
}

/// The first line of a body's description.
fn description(document: Option<Document>, schemas: &Schemas) -> String {
    let text = document.and_then(|document| schemas.get(document)["description"].as_str());
    let text = text.unwrap_or("Done; the response has no body.");
    text.lines().next().unwrap_or_default().to_owned()
}

/// Whether it creates something that can be read, by its id or in a list.
fn has_location(operation: &Operation, profile: Profile) -> bool {
    let one = format!("{}/{{id}}", operation.path);
    let reads = |other: &Operation| {
        other.method == Method::GET && (other.path == one || other.path == operation.path)
    };
    operation.success == StatusCode::CREATED && profile.operations().any(reads)
}

fn location() -> Value {
    json!({
        "description": "The path of the new object.",
        "required": true,
        "schema": {"type": "string", "format": "uri-reference"},
        "x-evidence": Evidence::Assumed,
        "x-source": source::HTTP,
    })
}
