use serde::{Deserialize, de::Error};

/// A struct for each body. serde rejects a field that comes twice, and ignores those that nobody knows: no `deny_unknown_fields`.
#[derive(Deserialize)]
pub struct CreateBlacklist {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
}

pub enum Rejected {
    /// 415 `UNSUPPORTED_MEDIA_TYPE`.
    MediaType,
    /// 400 `INVALID_JSON`.
    NotJson(serde_json::Error),
    /// 422 `VALIDATION_ERROR`: JSON, but not this object.
    Invalid(serde_json::Error),
}

/// Call this for operations that take a body; for a GET, Content-Type says nothing. Limit the size of the body first.
pub fn parse(content_type: Option<&str>, body: &[u8]) -> Result<CreateBlacklist, Rejected> {
    let media_type = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Rejected::MediaType);
    }
    // A struct can also be read from a list; an object begins with a brace.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    // Also rejects what follows the value, and more than 128 levels.
    serde_json::from_slice(body)
        .and_then(|body| {
            if is_object {
                Ok(body)
            } else {
                Err(serde_json::Error::custom("not an object"))
            }
        })
        .map_err(|error| {
            if error.is_data() {
                Rejected::Invalid(error)
            } else {
                Rejected::NotJson(error)
            }
        })
}
