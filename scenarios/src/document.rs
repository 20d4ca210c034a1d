//! A text as a tree in which every value has its place, whatever language it is written in; and from there to types.
//!
//! Parsers report errors in words of their own, and some without the place. Here they are in ours: where, which field,
//! what is there, and what would be right.

mod access;
mod digits;
mod mistake;
mod number;
mod read;
mod yaml;

use serde::de::DeserializeOwned;

pub(crate) use digits::{MARK, marked_number, marked_text};
pub use mistake::Mistake;
pub(crate) use read::{DIGITS, EXACT};
pub use yaml::yaml;

/// Line and column, both from 1.
pub type Place = (u64, u64);

/// A value in a text.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Content {
    /// Neither a list nor a map.
    Scalar {
        /// As it is written, without quotes and escapes.
        text: String,
        /// What it is.
        is: Is,
        /// Whether it may also be taken as text, though it is something else: YAML needs no quotes around text.
        bare: bool,
    },
    /// Values in their order.
    List(Vec<Node>),
    /// Values by name, each with the place of its name.
    Map(Vec<Field>),
}

/// A name, its place, and the value.
pub type Field = (String, Place, Node);

/// What a scalar is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Is {
    /// Nothing.
    Null,
    /// A truth value.
    Bool,
    /// A number.
    Number,
    /// Text.
    Text,
}

impl Node {
    /// The value as a type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        T::deserialize(self).map_err(|mistake| mistake.at(self.place))
    }

    /// Where an item of the list with this name is, or the value, where it is no list.
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
