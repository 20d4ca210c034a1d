//! Values that tools write in other ways than the format does: `null` for what is absent, and numbers as text.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

/// A value, or its default if it is `null`.
pub(super) fn or_default<'de, D, T>(value: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

/// A number, also as text; `None` if it is `null`.
pub(super) fn number<'de, D: Deserializer<'de>>(value: D) -> Result<Option<f64>, D::Error> {
    let value = Value::deserialize(value)?;
    let number = match &value {
        Value::Null => return Ok(None),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let finite = number.filter(|number: &f64| number.is_finite());
    finite
        .map(Some)
        .ok_or_else(|| Error::custom(format_args!("{} is not a number", shown(&value))))
}

/// A whole number, also with a point or as text; `None` if it is `null`.
pub(super) fn integer<'de, D: Deserializer<'de>>(value: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = number(value)? else {
        return Ok(None);
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and no size or status is that large"
    )]
    let whole = number as i64;
    if number.fract() == 0.0 {
        Ok(Some(whole))
    } else {
        Err(Error::custom(format_args!("{number} is not an integer")))
    }
}

/// The text of a value; `None` if it is `null`.
pub(super) fn text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(value)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        other @ (Value::Number(_) | Value::Bool(_)) => Ok(Some(other.to_string())),
        other @ (Value::Array(_) | Value::Object(_)) => Err(Error::custom(format_args!(
            "{} is not a text",
            shown(&other)
        ))),
    }
}

/// The kind of a value, since its content may be a secret.
fn shown(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number that is too large",
        Value::String(_) => "this text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
