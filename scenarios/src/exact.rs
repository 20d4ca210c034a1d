//! JSON in which every number keeps its digits.
//!
//! A [`Value`] stores numbers in machine types: `1e2` becomes `100.0`, and `1e400` does not fit at all. Here, a number that
//! would change is stored as text behind a mark instead. (`arbitrary_precision` of `serde_json` would do the same, but for the
//! whole workspace including the judge, where `1.0` and `1.00` would no longer be equal.)

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::{Value, value::RawValue};

pub(crate) use crate::document::marked_number as number;
use crate::document::{DIGITS, EXACT, MARK, marked_text};

/// Maximum nesting depth of lists and maps, as in `serde_json` itself.
const MAX_DEPTH: usize = 128;

/// A JSON value in which every number keeps its digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact(Value);

impl Exact {
    /// The value, with marks.
    pub(crate) fn value(&self) -> &Value {
        &self.0
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Reads JSON text from this crate's documents, and a value from any other deserializer.
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Exact;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_str<E: de::Error>(self, json: &str) -> Result<Exact, E> {
                read(json.as_bytes()).map(Exact).map_err(E::custom)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Exact, D::Error> {
                let value = Value::deserialize(deserializer)?;
                self.visit_str(&value.to_string())
            }
        }
        deserializer.deserialize_newtype_struct(EXACT, Visitor)
    }
}

/// A type that contains JSON values in which every number keeps its digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked<T>(T);

impl<T> Marked<T> {
    /// The content, with marks in its values.
    pub(crate) fn get(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Marked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(&self.0).map_err(ser::Error::custom)?;
        Written(&value).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Marked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Marked<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Marked<T>, D::Error> {
                T::deserialize(deserializer).map(Marked)
            }
        }
        deserializer.deserialize_newtype_struct(DIGITS, Visitor(PhantomData))
    }
}

/// Reads JSON; numbers that would change are marked.
pub fn read(json: &[u8]) -> serde_json::Result<Value> {
    marked(serde_json::from_slice(json)?, MAX_DEPTH)
}

/// Marks numbers; `left` is the number of levels that may still be nested.
fn marked(raw: &RawValue, left: usize) -> serde_json::Result<Value> {
    let Some(left) = left.checked_sub(1) else {
        let what = format!("there are more than {MAX_DEPTH} levels");
        return Err(de::Error::custom(what));
    };
    let json = raw.get();
    Ok(match json.as_bytes().first() {
        Some(b'{') => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
            let fields = fields.into_iter();
            let fields = fields.map(|(name, raw)| Ok((name, marked(raw, left)?)));
            Value::Object(fields.collect::<serde_json::Result<_>>()?)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json)?;
            let items = items.into_iter().map(|raw| marked(raw, left));
            Value::Array(items.collect::<serde_json::Result<_>>()?)
        }
        Some(b'-' | b'0'..=b'9') => number(json),
        Some(b'"') => {
            let raw: String = serde_json::from_str(json)?;
            Value::String(marked_text(&raw))
        }
        _ => serde_json::from_str(json)?,
    })
}

/// The digits of a value, if it is a number.
pub(crate) fn digits(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Number(number) => Some(number.to_string().into()),
        Value::String(text) => {
            let digits = text.strip_prefix(MARK)?;
            (!digits.starts_with(MARK)).then_some(digits.into())
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value with marks as JSON.
pub fn write(value: &Value) -> String {
    serde_json::to_string(&Written(value)).unwrap_or_default()
}

/// Serializes a value with marks as plain JSON.
struct Written<'a>(&'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(Written)),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, Written(value))))
            }
            Value::String(text) => match digits(self.0) {
                Some(digits) => {
                    let raw = RawValue::from_string(digits.into_owned());
                    raw.map_err(ser::Error::custom)?.serialize(serializer)
                }
                None => serializer.serialize_str(text.strip_prefix(MARK).unwrap_or(text)),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => self.0.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_that_starts_with_the_marker_is_not_an_exact_number() {
        for text in ["\u{FDD0}5", "\u{FDD0}\u{FDD0}", "\u{FDD0}"] {
            let json = Value::from(text).to_string();
            let value = read(json.as_bytes()).unwrap();
            assert_eq!((digits(&value), write(&value)), (None, json));
        }
    }

    #[test]
    fn rejects_too_deep_nesting() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
        let error = read(nested(100_000).as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "there are more than 128 levels");
    }

    proptest! {
        #[test]
        fn keeps_every_digit(number in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,4})?") {
            let json = format!(r#"{{"a":[{number},"{number}",{{"b":{number}}}]}}"#);
            prop_assert_eq!(write(&read(json.as_bytes()).unwrap()), json);
        }
    }
}
