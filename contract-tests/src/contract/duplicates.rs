//! Names that stand twice in one JSON object. Parsers disagree on which of the two counts (RFC 8259 §4), so two
//! programs read the same body differently; the judge's own parser takes the last and says nothing.

use std::{collections::HashSet, fmt};

use schemas::Evidence;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::json;

use crate::finding::{Violation, json_path};

/// The place of the first name that stands twice in an object of a JSON text, as a JSON pointer; none where there is
/// none, or where it is no JSON.
pub(crate) fn of(text: &[u8]) -> Option<String> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    // What ends the reading is either what was looked for, or for others to judge.
    let _ = Part(&mut found).deserialize(&mut deserializer);
    found
}

/// What is wrong with a body that names a field twice.
pub(crate) fn violation(body: &[u8]) -> Option<Violation> {
    let at = json_path(&of(body)?);
    Some(Violation {
        message: format!("{at} stands in the body twice"),
        at,
        expected: json!("each name once"),
        evidence: Some(Evidence::Assumed),
        ..Violation::default()
    })
}

/// A part of a JSON text; `.0` becomes the place in it.
struct Part<'a>(&'a mut Option<String>);

impl Part<'_> {
    /// Reads what this part holds at a place; the place of what was found there is told from here.
    fn within<T, E>(
        &mut self,
        place: impl fmt::Display,
        read: impl FnOnce(Part<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let read = read(Part(&mut *self.0));
        if read.is_err()
            && let Some(rest) = self.0.take()
        {
            *self.0 = Some(format!("/{place}{rest}"));
        }
        read
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.contains(&name) {
                *self.0 = Some(format!("/{name}"));
                return Err(A::Error::custom("a name stands twice"));
            }
            self.within(&name, |part| map.next_value_seed(part))?;
            names.insert(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut place = 0;
        while self
            .within(place, |part| items.next_element_seed(part))?
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
    use super::of;

    #[test]
    fn a_name_that_stands_twice_in_one_object_is_found_and_no_other() {
        let of = |text: &str| of(text.as_bytes());
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
