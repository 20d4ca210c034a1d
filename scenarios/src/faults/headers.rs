//! Changed headers.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// Maximum size of a header, in bytes.
const MAX_HUGE: usize = 100_000;
/// Maximum number of added headers.
const MAX_MANY: usize = 1_000;

/// Headers are set, added or removed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Headers {
    /// Headers to set, in place of existing ones. `{other_host}` stands for the same port of another host, such as
    /// `127.0.0.2:8000`, and `{other_port}` for the next port of the same host.
    pub set: BTreeMap<String, String>,
    /// Headers to add, also beside existing ones of the same name. `{other_host}` and `{other_port}` work as in `set`.
    pub add: BTreeMap<String, String>,
    /// Headers to remove.
    pub remove: Vec<String>,
    /// Adds a header `X-Huge` with a value of N bytes, at most 100,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huge: Option<usize>,
    /// Whether to add a header `X-Latin1` with the value `Zürich` in ISO 8859-1, as HTTP once allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub latin1: bool,
    /// Adds N headers `X-Many`, at most 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub many: Option<usize>,
}

impl Behaviour for Headers {
    const KIND: FaultKind = FaultKind::Edit;
    const EXAMPLES: &[&str] = &["huge=100000", "many=150", "latin1=true"];

    fn check(&self) -> Result<(), String> {
        for (name, value) in self.set.iter().chain(&self.add) {
            header(name, value)?;
        }
        if self.huge > Some(MAX_HUGE) || self.many > Some(MAX_MANY) {
            return Err(format!(
                "huge must be at most {MAX_HUGE}, and many at most {MAX_MANY}"
            ));
        }
        self.remove
            .iter()
            .try_for_each(|name| header(name, "").map(drop))
    }

    /// Headers beyond the capacity of the map are left out.
    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        let filled = |(name, value): (&String, &String)| {
            header(name, &responses::with_places(value, context.host)).ok()
        };
        let headers = &mut response.headers;
        for name in &self.remove {
            headers.remove(name);
        }
        for (name, value) in self.set.iter().filter_map(filled) {
            let _ = headers.try_insert(name, value);
        }
        for (name, value) in self.add.iter().filter_map(filled) {
            let _ = headers.try_append(name, value);
        }
        if let Some(Ok(value)) = self
            .huge
            .map(|bytes| HeaderValue::try_from("x".repeat(bytes)))
        {
            let _ = headers.try_insert(HeaderName::from_static("x-huge"), value);
        }
        if self.latin1
            && let Ok(value) = HeaderValue::from_bytes(b"Z\xfcrich")
        {
            let _ = headers.try_insert(HeaderName::from_static("x-latin1"), value);
        }
        for number in 0..self.many.unwrap_or_default() {
            let _ = headers.try_append(HeaderName::from_static("x-many"), number.into());
        }
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let known = HeaderName::try_from(name).map_err(|_| format!("`{name}` is not a header name"))?;
    let value = HeaderValue::try_from(value)
        .map_err(|_| format!("`{value}` is not a value that {name} can have"))?;
    Ok((known, value))
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::{Value, json};

    use super::{super::example, *};

    fn edited(faults: &[Value]) -> FaultResponse {
        let mut response = FaultResponse::json(StatusCode::OK, &json!({}));
        let context = example::CONTEXT;
        for fault in faults {
            let fault: Headers = serde_json::from_value(fault.clone()).unwrap();
            fault.check().unwrap();
            fault.edit(&mut response, context);
        }
        response
    }

    #[test]
    fn sets_adds_and_removes_headers() {
        let fault = json!({"set": {"x-a": "1"}, "add": {"x-a": "2"}, "remove": ["content-type"], "huge": 9, "latin1": true, "many": 3});
        let headers = edited(&[fault]).headers;
        assert_eq!(
            headers.get_all("x-a").iter().collect::<Vec<_>>(),
            ["1", "2"]
        );
        assert!(!headers.contains_key("content-type"));
        assert_eq!(headers["x-huge"], "xxxxxxxxx");
        assert_eq!(headers["x-latin1"].as_bytes(), b"Z\xfcrich");
        assert_eq!(headers.get_all("x-many").iter().count(), 3);
    }

    #[test]
    fn fills_placeholders_in_values() {
        let next = r#"<http://{other_host}/a>; rel="next""#;
        let fault = json!({"set": {"link": next}, "add": {"x-port": "{other_port}"}});
        let headers = edited(&[fault]).headers;
        assert_eq!(headers["link"], r#"<http://127.0.0.2:8000/a>; rel="next""#);
        assert_eq!(headers["x-port"], "127.0.0.1:8001");
    }

    #[test]
    fn limits_the_number_of_headers() {
        let many = edited(&vec![json!({"many": MAX_MANY}); 50]).headers;
        assert!(many.len() > 10_000);
        for wrong in [
            json!({"many": MAX_MANY + 1}),
            json!({"huge": MAX_HUGE + 1}),
            json!({"set": {"a b": ""}}),
        ] {
            let fault: Headers = serde_json::from_value(wrong).unwrap();
            assert!(fault.check().is_err());
        }
    }
}
