//! One request for each operation, with variables for what depends on a server.

use http::Method;
use schemas::{Entity, Operation, Scope, examples, operations};
use serde_json::{Value, json};
use strum::VariantArray;

/// The base URL of a sandbox on this machine.
pub(super) const BASE_URL: &str = "http://127.0.0.1:8000/api/v1";
/// A key that any sandbox accepts.
pub(super) const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
/// The folder of what deletes. It is the last one, so that a run of all requests works on what is there.
pub(super) const DELETIONS: &str = "deletions";

/// The folders, in the order of the table, with their operations.
pub(super) fn folders() -> Vec<(&'static str, Vec<&'static Operation>)> {
    let mut folders: Vec<(&str, Vec<_>)> = Vec::new();
    let mut deletions = Vec::new();
    for operation in operations::all() {
        if operation.method == Method::DELETE {
            deletions.push(operation);
            continue;
        }
        let resource = operation.path.split('/').nth(1).unwrap();
        match folders.iter_mut().find(|(name, _)| *name == resource) {
            Some((_, operations)) => operations.push(operation),
            None => folders.push((resource, vec![operation])),
        }
    }
    // What is inside of an object before the object.
    deletions.sort_by_key(|operation| std::cmp::Reverse(operation.path.matches('/').count()));
    folders.push((DELETIONS, deletions));
    folders
}

/// The variables for ids.
pub(super) fn ids() -> impl Iterator<Item = String> {
    let in_paths = |entity: &&Entity| {
        operations::all().any(|operation| operation.entity() == Some(**entity))
            || **entity == Entity::BlacklistEntry
    };
    Entity::VARIANTS.iter().filter(in_paths).copied().map(id)
}

/// The variable for the id of such an object.
pub(super) fn id(entity: Entity) -> String {
    format!("{entity}_id")
}

/// The URL, without a query.
pub(super) fn url(operation: &Operation) -> String {
    let id = operation.entity().map(id).unwrap_or_default();
    let path = operation.path.replace("{id}", &format!("{{{{{id}}}}}"));
    format!("{{{{base_url}}}}{path}")
}

/// The variable for its credential: no API key has the scopes of administrators.
pub(super) fn credential(operation: &Operation) -> &'static str {
    let admin = |scope| matches!(scope, Scope::AdminRead | Scope::AdminWrite);
    if operation.scopes.iter().any(admin) {
        "jwt"
    } else {
        "api_key"
    }
}

/// The body of the first example, with variables for ids.
pub(super) fn body(operation: &Operation) -> Option<Value> {
    let mut body = examples::body(operation.request?);
    for (name, value) in body.as_object_mut()? {
        match &**name {
            "company_id" => *value = json!("{{company_id}}"),
            "blacklist_ids" => *value = json!(["{{blacklist_id}}"]),
            "entry_ids" => *value = json!(["{{blacklist_entry_id}}"]),
            "expires_at" => *value = json!("2036-04-15T09:00:00Z"),
            _ => {}
        }
    }
    Some(body)
}
