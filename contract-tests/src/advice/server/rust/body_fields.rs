use serde_json::{Value, json};

const FEATURES: [&str; 3] = ["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"];
const MAX_FEATURES: usize = 50;
const MAX_COMPANIES: usize = 10_000;

/// The `detail.validation_errors` of a 422. The rules of four fields; check those of all others, such as of each company, before anything is
/// stored, too. No value is converted, cut or replaced.
pub fn errors_of_order(body: &Value) -> Vec<Value> {
    let mut errors = Vec::new();
    let mut reject = |field: &str, error: &str| {
        errors.push(json!({"field": field, "error": error, "provided": body[field]}));
    };
    // Characters, not bytes.
    let title = body["title"].as_str().unwrap_or_default();
    if title.trim().is_empty() || title.chars().count() > 200 {
        reject(
            "title",
            "must be a text of 1 to 200 characters, and not blank",
        );
    }
    let is_feature = |item: &Value| item.as_str().is_some_and(|item| FEATURES.contains(&item));
    let are_features = body["features"].as_array().is_some_and(|items| {
        (1..=MAX_FEATURES).contains(&items.len()) && items.iter().all(is_feature)
    });
    if !are_features {
        let known = FEATURES.join(", ");
        reject(
            "features",
            &format!("must be a list of 1 to {MAX_FEATURES} of {known}"),
        );
    }
    let companies = body["companies"].as_array().map_or(0, Vec::len);
    let order_type = body
        .get("order_type")
        .map_or(Some("ENRICHMENT"), Value::as_str);
    if !matches!(order_type, Some("ENRICHMENT" | "DISCOVERY")) {
        reject("order_type", "must be ENRICHMENT or DISCOVERY");
    } else if order_type == Some("DISCOVERY") {
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
