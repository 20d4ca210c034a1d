use serde_json::Value;

/// The vendor's pages call the rows of a list `orders` and `items`.
pub fn rows(page: &Value) -> Option<&Vec<Value>> {
    page["orders"]
        .as_array()
        .or_else(|| page["items"].as_array())
}

/// The status decides: pages differ in the code of a 401, a 404 and a 429, and in the status of a validation error.
pub fn kind(status: u16) -> &'static str {
    match status {
        200..300 => "ok",
        400 | 422 => "invalid",
        401 => "key rejected",
        403 => "scope missing",
        404 => "not found",
        429 | 500.. => "try later",
        _ => "refused",
    }
}

/// The details of an error, which may be nested in `error`, and are called `detail` or `details`.
pub fn details(body: &Value) -> Option<&Value> {
    let error = body.get("error").filter(|error| error.is_object());
    let error = error.unwrap_or(body);
    error.get("detail").or_else(|| error.get("details"))
}
