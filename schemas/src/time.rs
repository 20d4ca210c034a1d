//! Points in time that callers send, as a pattern: RFC 3339, in years that every date library supports.

/// Describes the texts that match [`pattern`].
pub(crate) const TITLE: &str = "an RFC 3339 time from 1970 to 9998, such as 2026-01-15T09:00:00Z";

/// A date in the years 1970 to 9998 that exists in its month, then the time of day and the offset.
pub(crate) const DATE_TIME: &str = concat!(
    "(?:(?:19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-",
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)",
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))",
    "|(?:19(?:7[26]|8[048]|9[26])|[2-9][0-9](?:0[48]|[2468][048]|[13579][26])",
    "|(?:[2468][048]|[3579][26])00)-02-29)",
    "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?",
    "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
);

/// The pattern, anchored to the whole text.
pub(crate) fn pattern() -> String {
    format!("^{DATE_TIME}$")
}
