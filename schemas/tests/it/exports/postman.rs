//! The requests as a Postman collection, format 2.1.

use schemas::{Entity, Operation};
use serde_json::{Value, json};

use super::requests;

const DESCRIPTION: &str = "\
Every operation of the OpenProspect API. `base_url` and `api_key` are those of a sandbox on this machine; change them for another server. \
`jwt` is an access token, which only the operations on API keys need. Lists set the variables of ids from their first row.";

pub(super) fn text() -> String {
    let folders: Vec<_> = requests::folders()
        .into_iter()
        .map(|(name, operations)| {
            let items: Vec<_> = operations.into_iter().map(item).collect();
            json!({"name": name, "item": items})
        })
        .collect();
    let ids = requests::ids().map(|id| variable(&id, ""));
    let variables: Vec<_> = [
        variable("base_url", requests::BASE_URL),
        variable("api_key", requests::KEY),
        variable("jwt", ""),
    ]
    .into_iter()
    .chain(ids)
    .collect();
    let collection = json!({
        "info": {
            "name": "OpenProspect API",
            "description": DESCRIPTION,
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": folders,
        "auth": bearer("api_key"),
        "variable": variables,
    });
    format!("{collection:#}\n")
}

fn variable(name: &str, value: &str) -> Value {
    json!({"key": name, "value": value})
}

fn bearer(variable: &str) -> Value {
    let token = json!({"key": "token", "value": format!("{{{{{variable}}}}}"), "type": "string"});
    json!({"type": "bearer", "bearer": [token]})
}

fn item(operation: &Operation) -> Value {
    let mut request = json!({
        "method": operation.method.as_str(),
        "header": [],
        "url": url(operation),
        "description": format!("{} Needs {}.", operation.summary, operation.scopes.join(", ")),
    });
    if requests::credential(operation) == "jwt" {
        request["auth"] = bearer("jwt");
    }
    if let Some(body) = requests::body(operation) {
        request["header"] = json!([{"key": "Content-Type", "value": "application/json"}]);
        request["body"] = json!({"mode": "raw", "raw": format!("{body:#}"), "options": {"raw": {"language": "json"}}});
    }
    let mut item = json!({"name": operation.id.as_str(), "request": request, "response": []});
    if let Some(script) = script(operation) {
        let script = json!({"type": "text/javascript", "exec": script});
        item["event"] = json!([{"listen": "test", "script": script}]);
    }
    item
}

fn url(operation: &Operation) -> Value {
    let raw = requests::url(operation);
    let path: Vec<_> = raw.split('/').skip(1).collect();
    let query: Vec<_> = operation
        .query
        .iter()
        .map(|parameter| {
            let first = parameter.as_str() == "limit";
            json!({
                "key": parameter.as_str(),
                "value": if first { "10" } else { "" },
                "description": parameter.facts().summary,
                "disabled": !first,
            })
        })
        .collect();
    let shown = if operation.is_list() { "?limit=10" } else { "" };
    json!({"raw": format!("{raw}{shown}"), "host": ["{{base_url}}"], "path": path, "query": query})
}

/// Lists set the id of their first row; what creates sets its id where there is none.
fn script(operation: &Operation) -> Option<Vec<String>> {
    let last = operation.path.rsplit('/').next()?;
    let entity = match last {
        "entries" => Entity::BlacklistEntry,
        "blacklists" => Entity::Blacklist,
        _ if operation.has_id() => return None,
        "orders" => Entity::Order,
        "prospect-searches" => Entity::ProspectSearch,
        "companies" => Entity::Company,
        "prospects" => Entity::Prospect,
        "deliveries" => Entity::Delivery,
        "job-searches" => Entity::JobSearch,
        "api-keys" => Entity::ApiKey,
        _ => return None,
    };
    let id = requests::id(entity);
    let set = |value: &str| format!("pm.collectionVariables.set(\"{id}\", {value});");
    if operation.is_list() {
        return Some(vec![
            "const { orders, items = orders } = pm.response.json();".to_owned(),
            format!("if (items?.length) {}", set("items[0].id")),
        ]);
    }
    (operation.method == http::Method::POST && !operation.has_id()).then(|| {
        let known = format!("pm.collectionVariables.get(\"{id}\")");
        vec![
            "const { id } = pm.response.json();".to_owned(),
            format!("if (id && !{known}) {}", set("id")),
        ]
    })
}
