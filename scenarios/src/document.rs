//! A text as a tree of values with their positions, whatever language it is written in; and from the tree to types.
//!
//! Parsers word their errors differently, and some omit the position. This module words all errors alike: the position, the
//! field, the actual value, and the expected one.

mod access;
mod digits;
mod mistake;
mod number;
mod read;
mod similar;
mod yaml;

use serde::de::DeserializeOwned;

pub(crate) use digits::{MARK, marked_number, marked_text};
pub use mistake::Mistake;
pub(crate) use read::{DIGITS, EXACT};
pub use similar::similar;
pub use yaml::yaml;

/// Line and column, both starting at 1.
pub type Place = (u64, u64);

/// A value in a text.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it starts.
    pub place: Place,
    /// Its content.
    pub content: Content,
}

/// The content of a value.
#[derive(Clone, Debug)]
pub enum Content {
    /// A scalar: neither a list nor a map.
    Scalar {
        /// Its text, without quotes and escapes.
        text: String,
        /// Its type.
        is: NodeKind,
        /// Whether it may also be read as text although it has another type: YAML needs no quotes around text.
        bare: bool,
    },
    /// A list of values.
    List(Vec<Node>),
    /// Values by name, each with the position of its name.
    Map(Vec<Field>),
}

/// A name, its place, and the value.
pub type Field = (String, Place, Node);

/// The type of a scalar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// Text.
    Text,
}

impl Node {
    /// Deserializes the value into a type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        T::deserialize(self).map_err(|mistake| mistake.at(self.place))
    }

    /// The position of an item of the list with this name, or of the value if it is not a list.
    pub fn part(&self, name: &str, index: usize) -> Option<Place> {
        let Content::Map(fields) = &self.content else {
            return None;
        };
        let (_, _, node) = fields.iter().find(|field| field.0 == name)?;
        match &node.content {
            Content::List(items) => items.get(index).map(|item| item.place),
            Content::Map(_) | Content::Scalar { .. } => Some(node.place),
        }
    }
}
