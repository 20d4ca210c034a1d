use std::collections::HashMap;

use serde_json::{Value, json};

/// Each POST is an order of its own, also if its body is that of another one; `id` is new, such as `uuid::Uuid::new_v4()`. The order is
/// stored before the response, a 201 with this `Location` and body, begins.
pub fn create(
    orders: &mut HashMap<String, Value>,
    id: &str,
    body: &Value,
    now: &str,
) -> (String, Value) {
    let order = json!({
        "id": id,
        "status": "RECEIVED",
        "title": body["title"],
        "order_type": body["order_type"].as_str().unwrap_or("ENRICHMENT"),
        "features": body["features"],
        "company_count": body["companies"].as_array().map_or(0, Vec::len),
        "created_at": now,
    });
    orders.insert(id.to_owned(), order.clone());
    (format!("/api/v1/orders/{id}"), order)
}
