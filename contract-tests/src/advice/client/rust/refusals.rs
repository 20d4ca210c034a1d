use reqwest::StatusCode;
use serde_json::Value;

/// Call this with each response, before anything is retried. No retry helps: let the error end the program, which prints it.
pub fn check(status: StatusCode, body: &Value) -> Result<(), String> {
    match status {
        StatusCode::UNAUTHORIZED => {
            Err("the API key is invalid, expired or revoked: check OPENPROSPECT_API_KEY".to_owned())
        }
        StatusCode::FORBIDDEN => {
            let scopes = required_scopes(body).unwrap_or(&body["message"]);
            Err(format!("the API key lacks a scope; required: {scopes}"))
        }
        _ => Ok(()),
    }
}

/// They may be in the body, in `detail` or `details`, and all of that in `error`.
fn required_scopes(place: &Value) -> Option<&Value> {
    let inner = ["detail", "details", "error"].map(|name| &place[name]);
    let found = place.get("required_scopes");
    found.or_else(|| {
        inner
            .into_iter()
            .filter(|value| !value.is_null())
            .find_map(required_scopes)
    })
}
