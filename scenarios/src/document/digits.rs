//! Deserializes a value so that its numbers keep their digits, for types that read values without a schema.

use serde::{Deserializer, de::Visitor, forward_to_deserialize_any};
use serde_json::{Number, Value};

use super::{
    Content, Mistake, Node, NodeKind,
    access::{Fields, Items},
};

/// Precedes the digits of a number. It is a Unicode noncharacter; a text that starts with it anyway gets a second one.
pub(crate) const MARK: char = '\u{FDD0}';

/// A text, escaped so that it does not look like a marked number.
pub(crate) fn marked_text(text: &str) -> String {
    if text.starts_with(MARK) {
        format!("{MARK}{text}")
    } else {
        text.to_owned()
    }
}

/// A number that keeps its digits: as text after the mark if a [`Number`] would change them.
pub(crate) fn marked_number(digits: &str) -> Value {
    match serde_json::from_str::<Number>(digits) {
        Ok(number) if number.to_string() == digits => Value::Number(number),
        _ => format!("{MARK}{digits}").into(),
    }
}

/// A value, deserialized with marks.
pub(super) struct Digits<'de>(pub(super) &'de Node);

impl<'de> Deserializer<'de> for Digits<'de> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.0.content {
            Content::List(items) => visitor.visit_seq(Items::new(items, Digits)),
            Content::Map(fields) => visitor.visit_map(Fields::new(fields, Digits)),
            Content::Scalar {
                is: NodeKind::Number,
                ..
            } => {
                let number = marked_number(&self.0.number().unwrap_or_default());
                if let Value::String(marked) = number {
                    return visitor.visit_string(marked);
                }
                self.0.deserialize_any(visitor)
            }
            Content::Scalar {
                text,
                is: NodeKind::Text,
                ..
            } => visitor.visit_string(marked_text(text)),
            Content::Scalar { .. } => self.0.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
