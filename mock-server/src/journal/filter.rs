//! Filters on journal entries.

mod query;
mod text;

pub(crate) use self::query::spelled_words;

use std::ops::RangeInclusive;

use jiff::Timestamp;
use schemas::{ErrorCode, OperationId, key::redact, oauth::Endpoint, operations};
use strum::VariantArray;

use self::text::Text;
use super::{CredentialUse, Entry, verify::MessageCondition};
use crate::keys::KeyId;

/// A filter. An entry matches if it meets all conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    status: Option<Statuses>,
    code: Option<ErrorCode>,
    operation: Option<OperationId>,
    endpoint: Option<Endpoint>,
    key: Option<CredentialFilter>,
    method: Option<String>,
    path: Option<String>,
    fault: Option<FaultFilter>,
    texts: Vec<Text>,
    header: Option<MessageCondition>,
    json: Option<MessageCondition>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// Statuses of responses.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Statuses {
    /// A status in this range.
    In(RangeInclusive<u16>),
    /// No response: the client disconnected.
    Aborted,
}

/// A key by its id or masked text, or a token by its subject.
#[derive(Clone, Debug)]
enum CredentialFilter {
    Index(usize),
    Shown(String),
}

/// Faults that were applied.
#[derive(Clone, Debug)]
enum FaultFilter {
    Any,
    Id(String),
}

impl Filter {
    /// The names of the conditions.
    pub(crate) const NAMES: [&str; 13] = [
        "status",
        "code",
        "operation",
        "endpoint",
        "key",
        "method",
        "path",
        "fault",
        "text",
        "header",
        "json",
        "since",
        "until",
    ];

    /// The requests of one key.
    pub(crate) fn of_key(index: usize) -> Self {
        Self {
            key: Some(CredentialFilter::Index(index)),
            ..Self::default()
        }
    }

    /// The requests with tokens of one subject.
    pub(crate) fn of_subject(subject: &str) -> Self {
        Self {
            key: Some(CredentialFilter::Shown(subject.to_owned())),
            ..Self::default()
        }
    }

    /// Sets a condition, or returns what would be valid. Unknown names are ignored.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "status" => self.status = Some(statuses(value)?),
            "code" => self.code = Some(code(value)?),
            "operation" => self.operation = Some(operation(value)?),
            "endpoint" => self.endpoint = Some(endpoint(value)?),
            "key" => self.key = Some(key(value)),
            "method" => self.method = Some(redact(value).into_owned()),
            "path" => self.path = Some(redact(value).into_owned()),
            "fault" => self.fault = Some(fault(value)),
            "text" => self.texts.push(Text::new(value)),
            "header" => self.header = Some(MessageCondition::header(value)?),
            "json" => self.json = Some(MessageCondition::json(value)?),
            "since" => self.since = Some(time(value)?),
            "until" => self.until = Some(time(value)?),
            _ => {}
        }
        Ok(())
    }

    /// Whether an entry matches.
    pub(crate) fn matches(&self, entry: &Entry) -> bool {
        fn holds<T>(condition: Option<&T>, of: impl FnOnce(&T) -> bool) -> bool {
            condition.is_none_or(of)
        }
        holds(self.status.as_ref(), |statuses| statuses.are_of(entry))
            && holds(self.code.as_ref(), |code| entry.code == Some(*code))
            && holds(self.operation.as_ref(), |id| entry.operation == Some(*id))
            && holds(self.endpoint.as_ref(), |at| entry.endpoint == Some(*at))
            && holds(self.key.as_ref(), |key| key.is_of(entry))
            && holds(self.method.as_ref(), |method| {
                entry.method.eq_ignore_ascii_case(method)
            })
            && holds(self.path.as_ref(), |part| entry.path().contains(&**part))
            && holds(self.fault.as_ref(), |fault| fault.is_of(entry))
            && holds(self.since.as_ref(), |since| entry.at >= *since)
            && holds(self.until.as_ref(), |until| entry.at <= *until)
            // Last, since these take longest.
            && holds(self.header.as_ref(), |header| header.holds(entry))
            && holds(self.json.as_ref(), |json| json.holds(entry))
            && self.texts.iter().all(|text| text.is_in(entry))
    }
}

impl Statuses {
    fn are_of(&self, entry: &Entry) -> bool {
        match self {
            Self::In(range) => entry.status().is_some_and(|status| range.contains(&status)),
            Self::Aborted => entry.aborted,
        }
    }
}

impl CredentialFilter {
    fn is_of(&self, entry: &Entry) -> bool {
        entry
            .credential
            .as_ref()
            .is_some_and(|used| match (self, used) {
                (Self::Index(wanted), CredentialUse::Key { index, .. }) => wanted == index,
                (Self::Index(_), CredentialUse::Token(_)) => false,
                (Self::Shown(wanted), CredentialUse::Key { masked, .. }) => {
                    masked.contains(wanted) || is_key_of(masked, wanted)
                }
                (Self::Shown(wanted), CredentialUse::Token(token)) => {
                    let is_whole = wanted.contains('@');
                    *token.subject == **wanted || !is_whole && token.subject.contains(wanted)
                }
            })
    }
}

impl FaultFilter {
    fn is_of(&self, entry: &Entry) -> bool {
        let mut faults = entry.faults.iter().flat_map(|faults| faults.iter());
        faults.any(|fault| match self {
            Self::Any => true,
            Self::Id(id) => fault.id == id,
        })
    }
}

/// `404`, `4xx` for every status that begins with 4, or `aborted`.
fn statuses(text: &str) -> Result<Statuses, String> {
    let error = || {
        format!(
            "`{text}` is not a status such as 404 or 4xx, nor aborted for clients that disconnected"
        )
    };
    if text == "aborted" {
        return Ok(Statuses::Aborted);
    }
    let hundreds = text.strip_suffix("xx").unwrap_or_default().parse();
    let range = match (hundreds, text.parse()) {
        (Ok(hundreds @ 1..=9), _) => hundreds * 100..=hundreds * 100 + 99,
        (_, Ok(status @ 100..=999)) => status..=status,
        _ => return Err(error()),
    };
    Ok(Statuses::In(range))
}

fn code(text: &str) -> Result<ErrorCode, String> {
    text.parse().map_err(|_| {
        let known: Vec<_> = ErrorCode::VARIANTS
            .iter()
            .map(|code| code.as_str())
            .collect();
        format!(
            "`{text}` is not an error code; use one of {}",
            known.join(", ")
        )
    })
}

fn operation(text: &str) -> Result<OperationId, String> {
    let found = operations::all().find(|operation| operation.id.as_str() == text);
    found
        .map(|operation| operation.id)
        .ok_or_else(|| format!("`{text}` is not an operation such as list_orders"))
}

fn endpoint(text: &str) -> Result<Endpoint, String> {
    text.parse().map_err(|_| {
        let known: Vec<_> = Endpoint::VARIANTS.iter().map(Endpoint::to_string).collect();
        format!(
            "`{text}` is not an endpoint; use one of {}",
            known.join(", ")
        )
    })
}

/// `*` for any fault, or the id of one.
fn fault(text: &str) -> FaultFilter {
    match text {
        "*" => FaultFilter::Any,
        id => FaultFilter::Id(redact(id).into_owned()),
    }
}

/// Whether a masked key, which shows the last four characters, ends with the six of this organization.
fn is_key_of(masked: &str, organization: &str) -> bool {
    let shown = organization.get(2..).filter(|_| organization.len() == 6);
    shown.is_some_and(|shown| masked.ends_with(shown))
}

/// `key_3`, a masked key, an organization, a subject such as `admin@demo01`, or a part of them. A full key works, too, and is not stored.
fn key(text: &str) -> CredentialFilter {
    match KeyId::parse(text) {
        Some(id) => CredentialFilter::Index(id.index()),
        None => CredentialFilter::Shown(redact(text).into_owned()),
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a time such as 2026-01-15T09:00:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_filter_is_a_status_or_a_class() {
        assert_eq!(statuses("404"), Ok(Statuses::In(404..=404)));
        assert_eq!(statuses("4xx"), Ok(Statuses::In(400..=499)));
        assert_eq!(statuses("aborted"), Ok(Statuses::Aborted));
        for invalid in ["", "xx", "0xx", "44xx", "4x", "99", "-1", "four", "65599xx"] {
            assert!(statuses(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn does_not_store_a_whole_key() {
        let text = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert!(
            matches!(key(text), CredentialFilter::Shown(masked) if masked == "lnc_test_Full…mo01")
        );
        assert!(matches!(key("key_3"), CredentialFilter::Index(2)));
        assert!(matches!(key("key_0"), CredentialFilter::Shown(_)));
    }
}
