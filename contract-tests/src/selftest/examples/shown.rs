//! An exchange as an example shows it: without secrets, and without what differs between two runs.

use serde_json::{Value, json};

use super::stable::{on_one_line, stable};
use crate::{finding::Exchange, provider::session::Session};

/// Headers that differ between any two responses.
const VOLATILE: [&str; 3] = ["date", "x-request-id", "content-length"];

/// A request and its response.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The request line, the headers that the judge sets, and the body.
    request: Vec<String>,
    status: u16,
    /// Names and values, in the order of their names.
    headers: Vec<(String, String)>,
    /// A text if it is not JSON.
    body: Value,
}

impl Shown {
    pub(crate) fn new(session: &Session, exchange: &Exchange) -> Self {
        let received = exchange.headers.iter();
        let mut headers: Vec<_> = received
            .map(|(name, value)| (name.as_str().to_owned(), clean(session, value.as_bytes())))
            .collect();
        headers.sort();
        Self {
            request: request(session, exchange),
            status: exchange.status.as_u16(),
            headers,
            body: body(session, &exchange.body),
        }
    }

    /// Whether an exchange, perhaps of another run, has the same request.
    pub(crate) fn has_request_of(&self, session: &Session, exchange: &Exchange) -> bool {
        self.request == request(session, exchange)
    }

    pub(crate) fn request_lines(&self) -> impl Iterator<Item = String> {
        self.request.iter().map(|text| line('>', text))
    }

    /// The status and the body of the response, in which the field of the path `at` is first.
    pub(crate) fn response(&self, at: &str) -> Vec<String> {
        self.parts([], Some(excerpt(&self.body, &Value::Null, field_of(at))))
    }

    /// What of the response differs from another one: its status and body, or else headers. `at` is where the response with the
    /// bug differs from the contract; if that is in the body, its field is first, and headers do not matter.
    pub(crate) fn difference(&self, other: &Self, at: &str) -> Vec<String> {
        let named = at.strip_prefix("header ");
        let is_shown = |(name, value): &&(String, String)| match named {
            Some(named) => named.eq_ignore_ascii_case(name),
            None if at.starts_with('$') => false,
            None => {
                let has = |header: &(String, String)| (&header.0, &header.1) == (name, value);
                !VOLATILE.contains(&name.as_str()) && !other.headers.iter().any(has)
            }
        };
        let headers = self.headers.iter().filter(is_shown);
        let body =
            (self.body != other.body).then(|| excerpt(&self.body, &other.body, field_of(at)));
        let is_explained = self.status != other.status || body.is_some();
        let headers = headers.filter(|_| named.is_some() || !is_explained);
        self.parts(headers, body)
    }

    fn parts<'a>(
        &self,
        headers: impl IntoIterator<Item = &'a (String, String)>,
        body: Option<String>,
    ) -> Vec<String> {
        let headers = headers.into_iter();
        let headers = headers.map(|(name, value)| format!("{name}: {value}"));
        let body = body.filter(|body| !body.is_empty());
        let all = [self.status.to_string()].into_iter().chain(headers);
        all.chain(body).collect()
    }
}

/// The request line, the headers that the judge sets, and the body.
fn request(session: &Session, exchange: &Exchange) -> Vec<String> {
    let origin = session.target().origin().ascii_serialization();
    let url = exchange.url.strip_prefix(&origin).unwrap_or(&exchange.url);
    let url = clean(session, url.as_bytes());
    let headers = exchange.request.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = session.secrets.with_variable(&value);
        format!("{name}: {}", stable(&value, session.target()))
    });
    let line = [format!("{} {url}", exchange.method())].into_iter();
    let body = exchange.request.body.as_deref();
    line.chain(headers)
        .chain(body.map(|body| clean(session, body)))
        .collect()
}

/// The JSON of a body, or its text if it is not JSON.
fn body(session: &Session, bytes: &[u8]) -> Value {
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else {
        return Value::String(clean(session, bytes));
    };
    // Each text of its own: redaction cuts a long one.
    let text = session.secrets.redact_value(&json).to_string();
    let text = stable(&text, session.target());
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

fn clean(session: &Session, bytes: &[u8]) -> String {
    let text = session.secrets.redact(&String::from_utf8_lossy(bytes));
    stable(&text, session.target())
}

/// The lines of a response, or of what differs in it.
pub(crate) fn received(parts: &[String]) -> impl Iterator<Item = String> {
    parts.iter().map(|text| line('<', text))
}

/// A line of an exchange.
fn line(direction: char, text: &str) -> String {
    format!("    {direction} {}", on_one_line(text))
}

/// The last field of a JSON path; empty for other places.
fn field_of(at: &str) -> &str {
    let path = at.strip_prefix("$.").unwrap_or_default();
    path.rsplit('.').next().unwrap_or_default()
}

/// A body as text, with an ellipsis in place of what it has in common with another. In each object, the field `first` is first:
/// the end of a long line is cut.
fn excerpt(body: &Value, other: &Value, first: &str) -> String {
    match (body, other) {
        (Value::Object(fields), _) => {
            let differing = fields.iter();
            let differing = differing.filter(|(name, value)| other.get(*name) != Some(value));
            let mut differing: Vec<_> = differing.collect();
            differing.sort_by_key(|(name, _)| *name != first);
            let shown = differing.into_iter().map(|(name, value)| {
                let of_other = other.get(name).unwrap_or(&Value::Null);
                format!("{}:{}", json!(name), part(value, of_other, first))
            });
            enclosed('{', shown.collect(), fields.len(), '}')
        }
        (Value::Array(items), Value::Array(others)) => {
            let pairs = items.iter().enumerate();
            let pairs = pairs.map(|(index, item)| (item, others.get(index)));
            let differing = pairs.filter(|(item, other)| *other != Some(*item));
            let shown =
                differing.map(|(item, other)| part(item, other.unwrap_or(&Value::Null), first));
            enclosed('[', shown.collect(), items.len(), ']')
        }
        (Value::String(text), _) => text.clone(),
        (body, _) => body.to_string(),
    }
}

/// The same of a value in a body.
fn part(value: &Value, other: &Value, first: &str) -> String {
    if value.is_string() {
        value.to_string()
    } else {
        excerpt(value, other, first)
    }
}

/// The shown parts of a JSON object or list with a given number of parts.
fn enclosed(open: char, mut shown: Vec<String>, of: usize, close: char) -> String {
    if shown.len() < of {
        shown.push("…".to_owned());
    }
    format!("{open}{}{close}", shown.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_differ_even_if_their_lines_are_cut_before() {
        let common = "a".repeat(1_000);
        let response = |end: &str| Shown {
            request: Vec::new(),
            status: 200,
            headers: Vec::new(),
            body: json!({"title": format!("{common}{end}")}),
        };
        let (good, bad) = (response("b"), response("c"));
        assert_ne!(good.difference(&bad, "body"), bad.difference(&good, "body"));
        let same = response("b");
        assert_eq!(
            good.difference(&same, "body"),
            same.difference(&good, "body")
        );
    }

    #[test]
    fn excerpt_of_a_body_has_what_differs() {
        let body = json!({"limit": 50, "rows": [{"id": "a", "title": "Hotels"}, {"id": "b"}, 3]});
        for (other, expected) in [
            (
                json!({"limit": 1, "rows": body["rows"]}),
                r#"{"limit":50,…}"#,
            ),
            (
                json!({"limit": 50, "rows": [{"id": "a", "title": "x"}, {"id": "b"}]}),
                r#"{"rows":[{"title":"Hotels",…},3,…],…}"#,
            ),
            (
                json!({"limit": 50}),
                r#"{"rows":[{"id":"a","title":"Hotels"},{"id":"b"},3],…}"#,
            ),
        ] {
            assert_eq!(excerpt(&body, &other, ""), expected);
        }
        assert_eq!(excerpt(&json!("<html>"), &body, ""), "<html>");
        assert_eq!(excerpt(&json!({}), &body, ""), "{}");
    }

    #[test]
    fn excerpt_of_a_body_begins_with_the_field_of_the_finding() {
        let body = json!({"items": [{"id": "a", "score": 6.6}], "total": 1});
        for (at, expected) in [
            (
                "$.items[*].score",
                r#"{"items":[{"score":6.6,"id":"a"}],"total":1}"#,
            ),
            ("$.total", r#"{"total":1,"items":[{"id":"a","score":6.6}]}"#),
            ("total", r#"{"items":[{"id":"a","score":6.6}],"total":1}"#),
        ] {
            let other = json!({"items": [], "total": 0});
            assert_eq!(excerpt(&body, &other, field_of(at)), expected);
        }
    }
}
