//! Lists with wrong rows, or with a wrong total.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// The rows of a list are wrong, or its `total` or `has_more` is. A list is a body with a `total`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// How it is wrong.
    pub is: ListFlaw,
}

/// How a list is wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListFlaw {
    /// The page has no rows, but `total` stays unchanged.
    Empty,
    /// The field with the rows is missing.
    Missing,
    /// The field with the rows is `null`.
    Null,
    /// The field with the rows contains the first row itself, not a list.
    Single,
    /// The last row is missing.
    Partial,
    /// The first row appears twice.
    Repeated,
    /// The rows are in reverse order.
    Reversed,
    /// `total` is one too high.
    TotalTooHigh,
    /// `total` is the number of rows on the page.
    TotalOfPage,
    /// `total` is 0.
    TotalZero,
    /// `total` is -1.
    TotalNegative,
    /// Every page that has rows claims that more follow, so that the last page is empty.
    LastPageEmpty,
}

impl Behaviour for List {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Lists;
    const EXAMPLES: &[&str] = &["is=empty"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.edit_success(|body| {
            if let Some(fields) = body.as_object_mut() {
                self.is.spoil(fields);
            }
        });
    }
}

impl ListFlaw {
    fn spoil(self, list: &mut Map<String, Value>) {
        let Some(total) = list.get("total").and_then(Value::as_u64) else {
            return;
        };
        let Some(name) = list
            .iter()
            .find_map(|(name, field)| field.is_array().then(|| name.clone()))
        else {
            return;
        };
        let Some(Value::Array(mut rows)) = list.remove(&name) else {
            return;
        };
        let shown = rows.len();
        let rows = match self {
            Self::Missing => return,
            Self::Null => Value::Null,
            Self::Single => rows.into_iter().next().unwrap_or_default(),
            Self::Empty => json!([]),
            Self::Partial => {
                rows.pop();
                rows.into()
            }
            Self::Repeated => {
                rows.extend(rows.first().cloned());
                rows.into()
            }
            Self::Reversed => {
                rows.reverse();
                rows.into()
            }
            Self::TotalTooHigh
            | Self::TotalOfPage
            | Self::TotalZero
            | Self::TotalNegative
            | Self::LastPageEmpty => rows.into(),
        };
        list.insert(name, rows);
        let says = match self {
            Self::TotalTooHigh => json!(total.saturating_add(1)),
            Self::TotalOfPage => json!(shown),
            Self::TotalZero => json!(0),
            Self::TotalNegative => json!(-1),
            Self::LastPageEmpty => {
                list.insert("has_more".to_owned(), json!(shown > 0));
                return;
            }
            Self::Missing
            | Self::Null
            | Self::Single
            | Self::Empty
            | Self::Partial
            | Self::Repeated
            | Self::Reversed => return,
        };
        list.insert("total".to_owned(), says);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn changes_a_list_as_configured() {
        let whole = example::list();
        let (value, two) = (&whole["items"][0], &whole["items"][1]);
        for (is, rows, total) in [
            ("empty", Some(json!([])), 5),
            ("missing", None, 5),
            ("null", Some(Value::Null), 5),
            ("single", Some(value.clone()), 5),
            ("partial", Some(json!([value])), 5),
            ("repeated", Some(json!([value, two, value])), 5),
            ("reversed", Some(json!([two, value])), 5),
            ("total_too_high", Some(json!([value, two])), 6),
            ("total_of_page", Some(json!([value, two])), 2),
            ("total_zero", Some(json!([value, two])), 0),
            ("total_negative", Some(json!([value, two])), -1),
            ("last_page_empty", Some(json!([value, two])), 5),
        ] {
            let list = example::edited(&format!("list;is={is}"), &whole);
            assert_eq!(list.get("items"), rows.as_ref(), "{is}");
            assert_eq!(list["total"], total, "{is}");
        }
    }

    #[test]
    fn last_page_is_empty() {
        let more = |rows: Value| {
            let page = json!({"items": rows, "total": 5, "has_more": false});
            example::edited("list;is=last_page_empty", &page)["has_more"].take()
        };
        assert_eq!(
            (more(json!([1])), more(json!([]))),
            (json!(true), json!(false))
        );
    }

    #[test]
    fn leaves_other_bodies_unchanged() {
        let order = json!({"id": "1", "features": ["CONTACTS"]});
        assert_eq!(example::edited("list;is=empty", &order), order);
    }
}
