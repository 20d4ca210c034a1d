//! An error in a document, with its position.

use std::fmt;

use schemas::key::redact;
use serde::de::{self, Expected, Unexpected};

use super::{Place, similar};

/// Maximum number of characters of a text that an error shows.
const SHOWN: usize = 40;

/// An error in a document, with its position. It never contains a key.
#[derive(Debug)]
pub struct Mistake {
    place: Option<Place>,
    /// The field, such as `rules[0].do`; empty for the whole document.
    path: String,
    message: String,
}

impl Mistake {
    /// An error without a position.
    pub fn new(message: &str) -> Self {
        Self {
            place: None,
            path: String::new(),
            message: redact(message).into_owned(),
        }
    }

    /// A value that is not the expected one.
    pub(super) fn unexpected(expected: &str, actual: &str) -> Self {
        Self::new(&format!("must be {expected}, not {actual}"))
    }

    /// A duplicate name.
    pub(super) fn duplicate(name: &str) -> Self {
        Self::new(&format!("`{name}` appears twice"))
    }

    /// Adds a position, unless the error already has a more precise one.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    /// Adds a field to the path of the error.
    #[must_use]
    pub fn in_field(mut self, name: &str) -> Self {
        let joint = match self.path.chars().next() {
            None | Some('[') => "",
            Some(_) => ".",
        };
        self.path = format!("{}{joint}{}", redact(name), self.path);
        self
    }

    /// Adds the index of a list item to the path of the error.
    #[must_use]
    pub fn in_item(self, index: usize) -> Self {
        self.in_field(&format!("[{index}]"))
    }

    /// Line and column, if known.
    pub fn place(&self) -> Option<Place> {
        self.place
    }
}

/// Prints the field, and what is wrong there.
impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path)?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(&message.to_string())
    }

    fn invalid_type(actual: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unexpected(&describe_expected(expected), &describe_actual(actual))
    }

    fn invalid_value(actual: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unexpected(&describe_expected(expected), &describe_actual(actual))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::unexpected(&describe_expected(expected), &format!("{length} of them"))
    }

    fn unknown_variant(unknown_name: &str, known: &'static [&'static str]) -> Self {
        Self::new(&unknown(unknown_name, known))
    }

    fn unknown_field(unknown_name: &str, known: &'static [&'static str]) -> Self {
        Self::new(&unknown(unknown_name, known))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(&format!("`{name}` is missing"))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::duplicate(name)
    }
}

/// What serde expects, in this project's words where serde has its own.
fn describe_expected(expected: &dyn Expected) -> String {
    match expected.to_string().as_str() {
        "a string" | "variant identifier" | "field identifier" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a nonzero u64" => "a positive whole number".to_owned(),
        other if other.starts_with("struct ") || other == "a map" => "a map".to_owned(),
        other => other.to_owned(),
    }
}

fn describe_actual(actual: Unexpected<'_>) -> String {
    match actual {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => quoted(text),
        Unexpected::Char(letter) => quoted(letter.encode_utf8(&mut [0; 4])),
        Unexpected::Other(other) => other.to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Bytes(_)
        | Unexpected::NewtypeStruct
        | Unexpected::Map
        | Unexpected::Enum
        | Unexpected::UnitVariant
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant => "a map".to_owned(),
    }
}

/// A text of the document, masked and shortened for an error.
pub(super) fn quoted(text: &str) -> String {
    let text = redact(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("the text `{}…`", &text[..end]),
        None => format!("the text `{text}`"),
    }
}

/// An unknown word, the most similar known one, and all known ones.
fn unknown(unknown_name: &str, known: &[&str]) -> String {
    let similar = similar(unknown_name, known.iter().copied());
    let like = similar.first();
    let like = like.map_or_else(String::new, |known| format!("did you mean `{known}`? "));
    format!(
        "unknown name `{unknown_name}`; {like}use one of {}",
        known.join(", ")
    )
}
