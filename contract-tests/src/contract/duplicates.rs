//! Duplicate names in a JSON object. Parsers disagree on which of the two counts (RFC 8259 §4), so two programs read the
//! same body differently; `serde_json` silently takes the last.

use std::{borrow::Cow, collections::HashSet, fmt};

use foldhash::fast::RandomState;
use schemas::Evidence;
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::json;

use crate::finding::{Violation, json_path};

/// The JSON pointer of the first duplicate name in a text; `None` if there is none, or if the text is not JSON.
pub(crate) fn first_duplicate(text: &[u8]) -> Option<String> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    // An error is either the duplicate, or invalid JSON, which other rules report.
    let _ = Node(&mut found).deserialize(&mut deserializer);
    found
}

/// The violation of a body with a duplicate name.
pub(crate) fn violation(body: &[u8]) -> Option<Violation> {
    let at = json_path(&first_duplicate(body)?);
    Some(Violation {
        message: format!("{at} appears twice in the body"),
        at,
        expected: json!("each name once"),
        evidence: Some(Evidence::Assumed),
        ..Violation::default()
    })
}

/// A name in an object: every body is read for duplicates, so it is copied only if it contains escapes.
#[derive(Deserialize, Eq, Hash, PartialEq)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// A value of a JSON text; `.0` becomes the JSON pointer of the duplicate in it.
struct Node<'a>(&'a mut Option<String>);

impl Node<'_> {
    /// Reads the value at `place` of this one, and prefixes the pointer that it finds.
    fn within<T, E>(
        &mut self,
        place: impl fmt::Display,
        read: impl FnOnce(Node<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let read = read(Node(&mut *self.0));
        if read.is_err()
            && let Some(rest) = self.0.take()
        {
            *self.0 = Some(format!("/{place}{rest}"));
        }
        read
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names = HashSet::<_, RandomState>::default();
        while let Some(name) = map.next_key::<Name<'_>>()? {
            if names.contains(&name) {
                *self.0 = Some(format!("/{}", name.0));
                return Err(A::Error::custom("a duplicate name"));
            }
            self.within(&name.0, |node| map.next_value_seed(node))?;
            names.insert(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut place = 0;
        while self
            .within(place, |node| items.next_element_seed(node))?
            .is_some()
        {
            place += 1;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::first_duplicate;

    #[test]
    fn finds_duplicate_names_within_one_object() {
        let of = |text: &str| first_duplicate(text.as_bytes());
        assert_eq!(
            of(r#"{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}"#),
            None
        );
        assert_eq!(of(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap(), "/a");
        assert_eq!(of(r#"{"a": 1, "\u0061": 3}"#).unwrap(), "/a");
        let nested = r#"{"rows": [null, {"x": {"id": 1, "id": 1}}], "rows": 1}"#;
        assert_eq!(of(nested).unwrap(), "/rows/1/x/id");
        for other in ["", "{", r#"{"a": 1, "a"#, "[1e999, 2]", "nonsense"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(of(&"[".repeat(100_000)), None);
    }
}
