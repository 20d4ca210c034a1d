//! One condition on a request.

use std::{borrow::Cow, fmt};

use http::{HeaderMap, HeaderName, HeaderValue};
use schemas::key::redact;
use serde_json::{Value, json};

use super::{
    body_condition::BodyCondition,
    likeness::{self, Effort},
    matcher::{Difference, Differences, Wanted},
    observed::Observed,
};
use crate::journal::{CapturedHeaders, Filter};

/// A condition on a request.
#[derive(Debug)]
pub(super) enum Condition {
    /// One of the journal's filter.
    Filter {
        name: &'static str,
        wanted: String,
        filter: Box<Filter>,
    },
    /// The path; `*` is any segment.
    Path(String),
    /// A query parameter.
    Query(String, Wanted),
    /// A header.
    Header(String, Wanted),
    /// The JSON body.
    Body(BodyCondition),
}

impl Condition {
    /// A condition of the journal's filter.
    pub(super) fn filter(name: &'static str, wanted: &str) -> Result<Self, String> {
        let mut filter = Filter::default();
        filter.set(name, wanted)?;
        Ok(Self::Filter {
            name,
            wanted: redact(wanted).into_owned(),
            filter: Box::new(filter),
        })
    }

    pub(super) fn path(path: String) -> Self {
        Self::Path(masked(path))
    }

    pub(super) fn query(name: String, wanted: Wanted) -> Self {
        let wanted = match wanted {
            Wanted::Value(value) => Wanted::Value(masked(value)),
            Wanted::Present(_) => wanted,
        };
        Self::Query(name, wanted)
    }

    /// A header, whose value is compared as it is kept.
    pub(super) fn header(name: &str, wanted: Wanted) -> Self {
        let name = name.to_ascii_lowercase();
        let wanted = match wanted {
            Wanted::Value(value) => Wanted::Value(kept_header(&name, &value).unwrap_or(value)),
            Wanted::Present(_) => wanted,
        };
        Self::Header(name, wanted)
    }

    /// How near a request comes, from 0 to 1, if the condition does not hold.
    pub(super) fn likeness(&self, request: &Observed<'_>, effort: &Effort) -> f64 {
        match self {
            Self::Filter { .. } => 0.0,
            Self::Path(path) => likeness::of_text(path, request.entry.path(), effort),
            Self::Query(name, wanted) => {
                query_values(request, name).map_or(0.0, |values| wanted.likeness(values, effort))
            }
            Self::Header(name, wanted) => {
                header_values(request, name).map_or(0.0, |values| wanted.likeness(values, effort))
            }
            Self::Body(condition) => match request.json() {
                Ok(Some(body)) => condition.likeness(body, effort),
                Ok(None) | Err(_) => 0.0,
            },
        }
    }

    /// Checks the condition, and adds the differences.
    ///
    /// # Errors
    ///
    /// Why it is not known whether it holds.
    pub(super) fn check(
        &self,
        request: &Observed<'_>,
        found: &mut Differences,
    ) -> Result<bool, &'static str> {
        match self {
            Self::Filter {
                name,
                wanted,
                filter,
            } => {
                let holds = filter.matches(request.entry);
                if !holds {
                    let actual = actual(name, request);
                    found.add(Difference::new(name, &json!(wanted), actual.as_ref()));
                }
                Ok(holds)
            }
            Self::Path(path) => {
                let holds = is_path(path, request.entry.path());
                if !holds {
                    let actual = json!(request.entry.path());
                    found.add(Difference::new("path", &json!(path), Some(&actual)));
                }
                Ok(holds)
            }
            Self::Query(name, wanted) => {
                let values = query_values(request, name)?;
                Ok(wanted.check(&format!("query {name}"), values, found))
            }
            Self::Header(name, wanted) => {
                let values = header_values(request, name)?;
                Ok(wanted.check(&format!("header {name}"), values, found))
            }
            Self::Body(condition) => {
                let Some(body) = request.json()? else {
                    found.add(Difference::new("body", &json!("JSON"), None));
                    return Ok(false);
                };
                Ok(condition.check(body, found))
            }
        }
    }
}

/// The values of a query parameter, if all of the query is kept.
fn query_values<'a>(
    request: &Observed<'a>,
    name: &str,
) -> Result<impl Iterator<Item = Cow<'a, str>>, &'static str> {
    let pairs = form_urlencoded::parse(request.query()?.as_bytes());
    Ok(pairs
        .filter(move |(key, _)| key == name)
        .map(|(_, value)| value))
}

/// The values of a header, if the headers are kept.
fn header_values<'a>(
    request: &Observed<'a>,
    name: &str,
) -> Result<impl Iterator<Item = Cow<'a, str>>, &'static str> {
    let headers = request.message()?.headers.iter();
    let values = headers.filter(move |header| header.name == name);
    Ok(values.map(|header| header.value))
}

impl Wanted {
    /// How near the values of a request come if none of them is right.
    fn likeness<'a>(&self, values: impl Iterator<Item = Cow<'a, str>>, effort: &Effort) -> f64 {
        match self {
            Self::Present(_) => 0.0,
            Self::Value(wanted) => likeness::of_texts(wanted, values, effort),
        }
    }

    /// Checks the values that a request has under a name.
    fn check<'a>(
        &self,
        at: &str,
        values: impl Iterator<Item = Cow<'a, str>>,
        found: &mut Differences,
    ) -> bool {
        let values: Vec<_> = values.collect();
        let (holds, expected) = match self {
            Self::Present(present) => (*present != values.is_empty(), json!(present)),
            Self::Value(wanted) => (values.iter().any(|value| value == wanted), json!(wanted)),
        };
        if !holds {
            let actual = (!values.is_empty()).then(|| json!(values.join(", ")));
            found.add(Difference::new(at, &expected, actual.as_ref()));
        }
        holds
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter { name, wanted, .. } => write!(f, "{name} {wanted}"),
            Self::Path(path) => write!(f, "path {path}"),
            Self::Query(name, _) => write!(f, "query {name}"),
            Self::Header(name, _) => write!(f, "header {name}"),
            Self::Body(condition) => condition.fmt(f),
        }
    }
}

/// What a request has where a condition of the filter does not hold.
fn actual(name: &str, request: &Observed<'_>) -> Option<Value> {
    let entry = request.entry;
    match name {
        "operation" => entry.operation.map(|operation| json!(operation.as_str())),
        "endpoint" => entry.endpoint.map(|endpoint| json!(endpoint)),
        "method" => Some(json!(entry.method)),
        "key" => {
            let credential = entry.credential.as_ref()?;
            let shown = credential.masked_key().or(credential.subject());
            shown.map(|shown| json!(shown))
        }
        "status" => entry.status().map(|status| json!(status)),
        "code" => entry.code.map(|code| json!(code)),
        _ => None,
    }
}

/// Whether a path is as expected. `*` is any segment, and a slash at the end does not count.
fn is_path(expected: &str, path: &str) -> bool {
    let segments = |path: &'_ str| {
        path.trim_end_matches('/')
            .split('/')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (expected, path) = (segments(expected), segments(path));
    let same = |(expected, segment): (&String, &String)| expected == "*" || expected == segment;
    expected.len() == path.len() && expected.iter().zip(&path).all(same)
}

fn masked(text: String) -> String {
    match redact(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(masked) => masked,
    }
}

/// The value of a header as the journal keeps it.
fn kept_header(name: &str, value: &str) -> Option<String> {
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_bytes(name.as_bytes()).ok()?,
        HeaderValue::from_bytes(value.as_bytes()).ok()?,
    );
    let kept = CapturedHeaders::of_response(&headers);
    kept.iter().next().map(|header| header.value.into_owned())
}
