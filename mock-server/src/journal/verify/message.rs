//! Conditions on headers and bodies, in the short form of a query parameter.

use std::sync::Arc;

use http::HeaderName;
use serde_json::Value;

use super::{
    body_condition::BodyCondition,
    condition::Condition,
    matcher::{Differences, Wanted},
    observed::Observed,
};
use crate::journal::Entry;

/// A condition on the headers or the body of a request. It does not hold where too little is kept of the request.
#[derive(Clone, Debug)]
pub(in crate::journal) struct MessageCondition(Arc<Condition>);

impl MessageCondition {
    /// A header: `NAME`, or `NAME: VALUE`.
    pub(in crate::journal) fn header(text: &str) -> Result<Self, String> {
        let (name, value) = match text.split_once(':') {
            Some((name, value)) => (name, Some(value.trim())),
            None => (text, None),
        };
        if HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(format!(
                "`{text}` is not a header such as Content-Type or Content-Type: application/json"
            ));
        }
        let value = value.map(str::to_owned);
        let wanted = value.map_or(Wanted::Present(true), Wanted::Value);
        Ok(Self(Arc::new(Condition::header(name, wanted))))
    }

    /// A part of a JSON body: `POINTER`, or `POINTER=VALUE`. A value that is not JSON is a text.
    pub(in crate::journal) fn json(text: &str) -> Result<Self, String> {
        let (pointer, value) = match text.split_once('=') {
            Some((pointer, value)) => (pointer, Some(value)),
            None => (text, None),
        };
        let mut escapes = pointer.split('~').skip(1);
        if !pointer.starts_with('/') || !escapes.all(|rest| rest.starts_with(['0', '1'])) {
            return Err(format!(
                "`{text}` is not a JSON Pointer such as /title or /title=Hotels"
            ));
        }
        let value = value.map(|value| {
            let parsed = serde_json::from_str(value);
            parsed.unwrap_or_else(|_| Value::from(value))
        });
        let condition = BodyCondition::pointer(pointer.to_owned(), value);
        Ok(Self(Arc::new(Condition::Body(condition))))
    }

    /// Whether the condition is known to hold.
    pub(in crate::journal) fn holds(&self, entry: &Entry) -> bool {
        let mut differences = Differences::default();
        self.0.check(&Observed::new(entry), &mut differences) == Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_conditions_are_rejected() {
        for header in ["", ":", "a b", "a b: c", "ü"] {
            assert!(MessageCondition::header(header).is_err(), "{header}");
        }
        for json in ["", "title", "=1", "/a~", "/a~2b=1"] {
            assert!(MessageCondition::json(json).is_err(), "{json}");
        }
        for json in [
            "/",
            "/a~1b",
            "/a=~",
            "/a=[1",
            "/companies/0/company_name=A=B",
        ] {
            assert!(MessageCondition::json(json).is_ok(), "{json}");
        }
    }
}
