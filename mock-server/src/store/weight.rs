//! Estimates the memory of objects from their JSON.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Bytes of a nested value: a text without its characters, a number, or an absent option.
const VALUE: usize = 24;
/// Overhead of an allocation, in bytes.
const ALLOCATION: usize = 16;

/// Memory of an object, in bytes, including everything that it owns.
pub(super) fn weight(thing: &impl Serialize) -> usize {
    let mut scale = Scale::default();
    let mut serializer = Serializer::with_formatter(io::sink(), &mut scale);
    thing
        .serialize(&mut serializer)
        .expect("what is stored has text keys only");
    scale.bytes
}

/// Counts what would be written.
#[derive(Debug, Default)]
struct Scale {
    bytes: usize,
    /// Whether a field name is being written. Names are not stored.
    in_key: bool,
}

type Written = io::Result<()>;

impl Scale {
    #[expect(clippy::unnecessary_wraps, reason = "it is what writing comes to")]
    fn count(&mut self, bytes: usize) -> Written {
        if !self.in_key {
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Formatter for &mut Scale {
    fn write_null<W: ?Sized + io::Write>(&mut self, _: &mut W) -> Written {
        self.count(VALUE)
    }

    fn begin_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> Written {
        self.count(VALUE + ALLOCATION)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, text: &str) -> Written {
        self.count(text.len())
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W, _: bool) -> Written {
        self.count(VALUE)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, _: bool) -> Written {
        self.in_key = true;
        Ok(())
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> Written {
        self.in_key = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_count_their_length_and_field_names_nothing() {
        assert_eq!(
            weight(&json!({"a long name": "text"})),
            VALUE + ALLOCATION + 4
        );
        assert_eq!(weight(&json!({"": null})), VALUE);
        let list = json!(["0123456789", "0123456789"]);
        assert_eq!(weight(&list), 2 * (VALUE + VALUE + ALLOCATION + 10));
    }
}
