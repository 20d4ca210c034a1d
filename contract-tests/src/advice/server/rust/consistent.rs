use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The only clock of the server, `Clock(Timestamp::now)`, in UTC. A time that is not known is null, and not a default such as 1970.
pub struct Clock(pub fn() -> Timestamp);

impl Clock {
    fn now(&self) -> String {
        (self.0)().to_string()
    }
}

/// `order` is the request as it was parsed and stored: what the response says of it is counted, and not kept beside it.
pub fn created(clock: &Clock, id: &str, order: &Value) -> Value {
    let time = clock.now(); // Read once: two readings would differ.
    json!({
        "id": id,
        "title": order["title"],
        "company_count": order["companies"].as_array().map_or(0, Vec::len),
        "created_at": time,
        "updated_at": time,
    })
}

/// The only way to change what is stored, so that each change sets the time.
pub fn changed(
    clock: &Clock,
    order: &mut Map<String, Value>,
    change: impl FnOnce(&mut Map<String, Value>),
) {
    change(order);
    order.insert("updated_at".to_owned(), clock.now().into());
}

/// `company` was found by the id in the path, so everything in the response is about it.
pub fn jobs_of(company: &Value) -> Value {
    let mut items = company["jobs"].clone();
    for job in items.as_array_mut().into_iter().flatten() {
        job["company_id"] = company["id"].clone();
    }
    json!({ "items": items })
}

/// Quotes the value from the parsed body, where it still is as it was sent: not trimmed, in lower case, or converted.
pub fn rejected(body: &Value, field: &str, error: &str) -> Value {
    json!({"field": field, "error": error, "provided": body[field]})
}
