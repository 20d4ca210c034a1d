//! Durations in the syntax of scenarios.

use std::{borrow::Cow, fmt, time::Duration};

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A duration, such as `90s`, `250ms` or `1h`.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct HumanDuration(pub SignedDuration);

impl HumanDuration {
    /// This many milliseconds.
    pub const fn millis(millis: i64) -> Self {
        Self(SignedDuration::from_millis(millis))
    }

    /// The duration in real time.
    pub fn real(self) -> Duration {
        self.0.unsigned_abs()
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.0)
    }
}

impl Serialize for HumanDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let length = text.parse::<SignedDuration>().ok();
        let length = length.filter(|length| !length.is_negative());
        length.map(Self).ok_or_else(|| {
            let right = "a duration such as 250ms, 90s, 1h or PT1H";
            de::Error::custom(format!("`{text}` is not {right}"))
        })
    }
}

impl JsonSchema for HumanDuration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "HumanDuration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "A length of time, such as 250ms, 90s or 1h.", "examples": ["250ms", "90s", "1h"]})
    }
}
