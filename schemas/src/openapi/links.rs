//! Links to the operations that can follow, using an id from the response or from the path.

use http::Method;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::Operation;

/// The links of an operation's success, named after the operations they lead to.
pub(super) fn from(operation: &Operation, schemas: &Schemas) -> Map<String, Value> {
    schemas
        .profile
        .operations()
        .filter(|next| next.id != operation.id)
        .filter_map(|next| Some((next.id.as_str().to_owned(), link(operation, next, schemas)?)))
        .collect()
}

fn link(operation: &Operation, next: &Operation, schemas: &Schemas) -> Option<Value> {
    if names_objects(next, schemas) {
        return None;
    }
    Some(json!({
        "operationId": next.id.as_str(),
        "parameters": {"path.id": id_for(operation, next, schemas)?},
    }))
}

/// Where to find the id that the next operation needs, as a runtime expression.
fn id_for(operation: &Operation, next: &Operation, schemas: &Schemas) -> Option<String> {
    let entity = next.entity()?;
    if operation.entity() == Some(entity) {
        // A deleted object is not available to other operations.
        let stays = operation.method != Method::DELETE;
        return stays.then(|| "$request.path.id".to_owned());
    }
    let body = schemas.get(operation.response?);
    let field = if Some(operation.path) == collection(next) {
        "id".to_owned()
    } else {
        format!("{entity}_id")
    };
    let pointer = pointer_to(&field, body, schemas)?;
    Some(format!("$response.body#{pointer}"))
}

/// Whether the request body of an operation contains ids of other objects, such as `entry_ids`. A link would have to state
/// where they come from, and generators accept only expressions that are a whole request body, not parts of one.
fn names_objects(operation: &Operation, schemas: &Schemas) -> bool {
    let body = operation.request.map(|request| schemas.get(request));
    let fields = body.and_then(|body| body["properties"].as_object());
    let mut names = fields.into_iter().flat_map(Map::keys);
    names.any(|name| name.ends_with("_ids"))
}

/// The path of the list that contains an operation's object.
fn collection(operation: &Operation) -> Option<&'static str> {
    let (collection, _) = operation.path.split_once("/{id}")?;
    Some(collection)
}

/// JSON Pointer to a field of a body: at its top level, or in the first row of a list.
fn pointer_to(field: &str, body: &Value, schemas: &Schemas) -> Option<String> {
    let has = |schema: &Value| schema["properties"].get(field).is_some();
    if has(body) {
        return Some(format!("/{field}"));
    }
    let fields = body["properties"].as_object()?;
    fields
        .iter()
        .find(|(_, schema)| has(schemas.resolve(&schema["items"])))
        .map(|(list, _)| format!("/{list}/0/{field}"))
}
