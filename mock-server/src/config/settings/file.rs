//! Reads TOML into a tree whose values know their positions, so that errors can name them.

use scenarios::document::{Content, Mistake, Node, NodeKind, Place};
use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Reads TOML. `check` finds errors that the types cannot express.
pub(super) fn read<T: DeserializeOwned>(
    text: &str,
    check: impl FnOnce(&T) -> Result<(), InvalidSetting>,
) -> Result<T, Mistake> {
    let lines = Lines::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let what = format!("this is not TOML: {}", error.message().replace('\n', ", "));
        Mistake::new(&what).at(lines.place(error.span().map_or(0, |span| span.start)))
    })?;
    let tree = lines.table((1, 1), table.get_ref());
    let read = tree.read()?;
    check(&read).map_err(|wrong| {
        let (list, index) = wrong.part;
        let place = tree.part(list, index).unwrap_or(tree.place);
        Mistake::new(&wrong.what)
            .at(place)
            .in_item(index)
            .in_field(list)
    })?;
    Ok(read)
}

/// An error that the types cannot express.
pub(super) struct InvalidSetting {
    /// The name of a list, and the index of the invalid item.
    pub part: (&'static str, usize),
    /// What is wrong.
    pub what: String,
}

/// A text, and the offsets of its lines.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text, starts }
    }

    fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= at);
        let before = self.text.get(self.starts[line - 1]..at);
        let column = before.unwrap_or_default().chars().count() + 1;
        (line as u64, column as u64)
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let place = self.place(value.span().start);
        let scalar = |text: String, is| Content::Scalar {
            text,
            is,
            bare: false,
        };
        let content = match value.get_ref() {
            DeValue::String(text) => scalar(text.to_string(), NodeKind::Text),
            DeValue::Integer(number) => {
                let digits = number.as_str();
                let whole = i128::from_str_radix(digits, number.radix());
                let text = whole.map_or_else(|_| digits.to_owned(), |whole| whole.to_string());
                scalar(text, NodeKind::Number)
            }
            DeValue::Float(number) => scalar(number.as_str().to_owned(), NodeKind::Number),
            DeValue::Boolean(value) => scalar(value.to_string(), NodeKind::Bool),
            DeValue::Datetime(time) => scalar(time.to_string(), NodeKind::Text),
            DeValue::Array(items) => {
                Content::List(items.iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => return self.table(place, table),
        };
        Node { place, content }
    }

    fn table(&self, place: Place, table: &DeTable<'_>) -> Node {
        let fields = table.iter().map(|(name, value)| {
            let at = self.place(name.span().start);
            (name.get_ref().to_string(), at, self.node(value))
        });
        let content = Content::Map(fields.collect());
        Node { place, content }
    }
}
