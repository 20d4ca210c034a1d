//! Dates in other formats than the contract's.

use jiff::{Timestamp, tz};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Applies, Behaviour, Context, FaultKind, values};
use crate::response::FaultResponse;

/// Every date in a successful response has another format.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// The format.
    pub are: DateForm,
    /// Only in fields with this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The format of a date.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2026-01-15T09:00:00`
    NoZone,
    /// `2026-01-15 09:00:00Z`
    Space,
    /// `2026-01-15T09:00:00.123Z`, with milliseconds.
    Milliseconds,
    /// `2026-01-15T09:00:00.123456789Z`, with nanoseconds.
    Nanoseconds,
    /// `2026-01-15T11:00:00+02:00`: the same time in another time zone.
    Offset,
    /// `2026-01-15`
    DateOnly,
    /// `15.01.2026 09:00`
    German,
    /// `Thu, 15 Jan 2026 09:00:00 GMT`, as in a header.
    Http,
    /// Seconds since 1970, as a number.
    Epoch,
    /// Milliseconds since 1970, as a number.
    EpochMilliseconds,
    /// `0001-01-01T00:00:00Z`
    YearOne,
    /// `2026-02-30T09:00:00Z`, a day that does not exist.
    Impossible,
}

impl Behaviour for Dates {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Results;
    const EXAMPLES: &[&str] = &["are=no_zone"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.edit_success(|body| {
            values::each_in(body, self.field.as_ref(), |_, value| {
                if let Some(date) = value.as_str().and_then(read) {
                    *value = self.are.format(date);
                }
            });
        });
    }
}

impl DateForm {
    fn format(self, date: Timestamp) -> Value {
        let form = match self {
            Self::NoZone => "%Y-%m-%dT%H:%M:%S",
            Self::Space => "%Y-%m-%d %H:%M:%SZ",
            Self::Milliseconds => "%Y-%m-%dT%H:%M:%S.123Z",
            Self::Nanoseconds => "%Y-%m-%dT%H:%M:%S.123456789Z",
            Self::Offset => {
                let there = tz::offset(2).to_datetime(date);
                return json!(format!("{}+02:00", there.strftime("%Y-%m-%dT%H:%M:%S")));
            }
            Self::DateOnly => "%Y-%m-%d",
            Self::German => "%d.%m.%Y %H:%M",
            Self::Http => "%a, %d %b %Y %H:%M:%S GMT",
            Self::Epoch => return json!(date.as_second()),
            Self::EpochMilliseconds => return json!(date.as_millisecond()),
            Self::YearOne => "0001-01-01T00:00:00Z",
            Self::Impossible => "%Y-02-30T%H:%M:%SZ",
        };
        json!(date.strftime(form).to_string())
    }
}

/// A text as a timestamp, if it is one.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn writes_every_date_in_the_given_format() {
        for (are, expected) in [
            ("no_zone", json!("2026-01-15T09:00:00")),
            ("space", json!("2026-01-15 09:00:00Z")),
            ("milliseconds", json!("2026-01-15T09:00:00.123Z")),
            ("nanoseconds", json!("2026-01-15T09:00:00.123456789Z")),
            ("offset", json!("2026-01-15T11:00:00+02:00")),
            ("date_only", json!("2026-01-15")),
            ("german", json!("15.01.2026 09:00")),
            ("http", json!("Thu, 15 Jan 2026 09:00:00 GMT")),
            ("epoch", json!(1_768_467_600)),
            ("epoch_milliseconds", json!(1_768_467_600_000_i64)),
            ("year_one", json!("0001-01-01T00:00:00Z")),
            ("impossible", json!("2026-02-30T09:00:00Z")),
        ] {
            let list = example::edited(&format!("dates;are={are}"), &example::list());
            assert_eq!(list["items"][1]["created_at"], expected, "{are}");
            assert_eq!(list["items"][1]["name"], "Café");
        }
    }
}
