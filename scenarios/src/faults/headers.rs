//! Headers that are others than they should be.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, Kind};
use crate::answer::Answer;

/// Bytes of a header at the most, and headers that are added at the most.
const MAX: usize = 100_000;

/// Headers are set, added or removed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Headers {
    /// These say this.
    pub set: BTreeMap<String, String>,
    /// These are there once more.
    pub add: BTreeMap<String, String>,
    /// These are not there.
    pub remove: Vec<String>,
    /// One more has so many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huge: Option<usize>,
    /// So many more are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub many: Option<usize>,
}

impl Behaviour for Headers {
    const KIND: Kind = Kind::Edit;

    fn check(&self) -> Result<(), String> {
        for (name, value) in self.set.iter().chain(&self.add) {
            header(name, value)?;
        }
        if self.huge.max(self.many) > Some(MAX) {
            return Err(format!("huge and many are {MAX} at the most"));
        }
        self.remove
            .iter()
            .try_for_each(|name| header(name, "").map(drop))
    }

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        let headers = &mut answer.headers;
        for name in &self.remove {
            headers.remove(name);
        }
        for (name, value) in self
            .set
            .iter()
            .filter_map(|(name, value)| header(name, value).ok())
        {
            headers.insert(name, value);
        }
        for (name, value) in self
            .add
            .iter()
            .filter_map(|(name, value)| header(name, value).ok())
        {
            headers.append(name, value);
        }
        if let Some(Ok(value)) = self
            .huge
            .map(|bytes| HeaderValue::try_from("x".repeat(bytes)))
        {
            headers.insert(HeaderName::from_static("x-huge"), value);
        }
        for number in 0..self.many.unwrap_or_default() {
            headers.append(HeaderName::from_static("x-many"), number.into());
        }
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let known =
        HeaderName::try_from(name).map_err(|_| format!("`{name}` is no name of a header"))?;
    let value = HeaderValue::try_from(value).map_err(|_| format!("{name} cannot say `{value}`"))?;
    Ok((known, value))
}
