//! Lengths of time and numbers of calls, as a scenario writes them.

use std::{borrow::Cow, fmt, time::Duration};

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::scenario::Numbers;

/// A length of time, such as `90s`, `250ms` or `1h`.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct HumanDuration(pub SignedDuration);

impl HumanDuration {
    /// So many milliseconds.
    pub const fn millis(millis: i64) -> Self {
        Self(SignedDuration::from_millis(millis))
    }

    /// The length as time that passes for real.
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
            let right = "a length of time such as 250ms, 90s, 1h or PT1H";
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

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.last {
            Some(last) if last == self.first => serializer.serialize_u64(last),
            Some(last) => serializer.collect_str(&format_args!("{}-{last}", self.first)),
            None => serializer.collect_str(&format_args!("{}-", self.first)),
        }
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A number, or a text that speaks of several.
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Numbers;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the number of a call from 1 on, or several such as 2-4 or 5-")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Numbers, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Numbers, E> {
                let number = |text: &str| text.trim().parse().ok().filter(|number| *number >= 1);
                let numbers = match text.split_once('-') {
                    None => number(text).map(|one| (one, Some(one))),
                    Some((first, "")) => number(first).map(|first| (first, None)),
                    Some((first, last)) => number(first).zip(number(last).map(Some)),
                };
                numbers
                    .filter(|(first, last)| last.is_none_or(|last| *first <= last))
                    .map(|(first, last)| Numbers { first, last })
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Numbers {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Numbers".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": "^[1-9][0-9]*(-([1-9][0-9]*)?)?$"},
        ]})
    }
}
