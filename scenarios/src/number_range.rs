//! A range of numbers, in the syntax of scenarios.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A range of numbers, starting at 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NumberRange {
    /// The first.
    pub first: u64,
    /// The last, if there is one.
    pub last: Option<u64>,
}

impl NumberRange {
    /// Whether the range contains the number.
    pub fn contains(self, number: u64) -> bool {
        number >= self.first && self.last.is_none_or(|last| number <= last)
    }
}

impl Serialize for NumberRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.last {
            Some(last) if last == self.first => serializer.serialize_u64(last),
            Some(last) => serializer.collect_str(&format_args!("{}-{last}", self.first)),
            None => serializer.collect_str(&format_args!("{}-", self.first)),
        }
    }
}

impl<'de> Deserialize<'de> for NumberRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Reads a number, or a text with a range.
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = NumberRange;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number from 1 on, or several such as 2-4 or 5-")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<NumberRange, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<NumberRange, E> {
                let number = |text: &str| text.trim().parse().ok().filter(|number| *number >= 1);
                let numbers = match text.split_once('-') {
                    None => number(text).map(|one| (one, Some(one))),
                    Some((first, "")) => number(first).map(|first| (first, None)),
                    Some((first, last)) => number(first).zip(number(last).map(Some)),
                };
                numbers
                    .filter(|(first, last)| last.is_none_or(|last| *first <= last))
                    .map(|(first, last)| NumberRange { first, last })
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for NumberRange {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "NumberRange".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": "^[1-9][0-9]*(-([1-9][0-9]*)?)?$"},
        ]})
    }
}
