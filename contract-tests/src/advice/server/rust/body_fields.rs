use serde_json::{Value, json};

const FEATURES: [&str; 3] = ["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"];
const MAX_COMPANIES: usize = 10_000;

/// The `detail.validation_errors` of a 422. Every rule of the schema, and nothing else, is checked before anything is stored. No value
/// is converted, cut or replaced.
pub fn errors_of_order(body: &Value) -> Vec<Value> {
    let mut errors = Vec::new();
    let mut reject = |field: &str, error: &str| {
        errors.push(json!({"field": field, "error": error, "provided": body[field]}));
    };
    // Characters, not bytes.
    let characters = body["title"]
        .as_str()
        .map_or(0, |title| title.chars().count());
    if !(1..=255).contains(&characters) {
        reject("title", "must be a text of 1 to 255 characters");
    }
    let is_feature = |item: &Value| item.as_str().is_some_and(|item| FEATURES.contains(&item));
    if !body["features"]
        .as_array()
        .is_some_and(|items| items.iter().all(is_feature))
    {
        reject(
            "features",
            &format!("must be a list of {}", FEATURES.join(", ")),
        );
    }
    let companies = body["companies"].as_array().map_or(0, Vec::len);
    if body["order_type"] == "DISCOVERY" {
        if body.get("companies").is_some() {
            reject("companies", "a discovery order finds its companies itself");
        }
    } else if !(1..=MAX_COMPANIES).contains(&companies) {
        reject(
            "companies",
            &format!("must have 1 to {MAX_COMPANIES} companies"),
        );
    }
    errors
}
