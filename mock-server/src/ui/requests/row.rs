//! A row of the list.

use jiff::Timestamp;
use maud::{Markup, html};
use schemas::{ErrorCode, OperationId};

use super::{
    super::{
        components::{self, Arrival},
        frame::Frame,
    },
    ListView,
    search::Search,
};
use crate::{
    clock::rfc3339,
    journal::{CredentialUse, Entry, RequestId},
    keys::Key,
};

/// Characters of a target that a row shows. Where the column is narrower, it cuts the middle, too.
const TARGET: usize = 72;
/// Characters at the end of a target that every column shows: of an id, and of what comes after it.
const END: usize = 12;
/// Number of colours of keys.
const COLOURS: usize = 8;

/// A request, as the list shows it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) operation: Option<OperationId>,
    sequence: u64,
    at: Timestamp,
    method: String,
    target: String,
    status: Option<u16>,
    arrival: Arrival,
    code: Option<&'static str>,
    faults: Vec<&'static str>,
    duration_us: u64,
    key: Option<String>,
    /// The name of the key, if it has one.
    key_name: Option<Box<str>>,
    has_token: bool,
}

/// What rows need to know about their page.
pub(super) struct Context<'a> {
    frame: &'a Frame,
    search: &'a Search,
    selected: Option<&'a str>,
}

impl<'a> Context<'a> {
    pub(super) fn new(frame: &'a Frame, view: &'a ListView) -> Self {
        Self {
            frame,
            search: &view.search,
            selected: view.selected.as_deref(),
        }
    }

    /// Rows that arrive later.
    pub(super) fn later(frame: &'a Frame, search: &'a Search) -> Self {
        Self {
            frame,
            search,
            selected: None,
        }
    }
}

impl Row {
    /// `keys`: those of the organization.
    pub(super) fn new(id: RequestId, sequence: u64, entry: &Entry, keys: &[Key]) -> Self {
        let credential = entry.credential.as_ref();
        let key = credential.and_then(CredentialUse::masked_key);
        let subject = credential.and_then(CredentialUse::subject);
        let faults = entry.faults.iter().flat_map(|faults| faults.iter());
        Self {
            id: id.to_string(),
            operation: entry.operation,
            sequence,
            at: entry.at,
            method: entry.method.clone().into_owned(),
            target: entry.target.clone().into(),
            status: entry.status(),
            arrival: Arrival::new(entry.aborted, entry.is_cut),
            code: entry.code.map(ErrorCode::as_str),
            faults: faults.map(|fault| fault.id).collect(),
            duration_us: entry.duration_us,
            key: key.or(subject).map(str::to_owned),
            key_name: credential
                .and_then(|credential| credential.key(keys)?.definition.name.clone()),
            has_token: subject.is_some(),
        }
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The time, the status and the target, for a link in a text.
    pub(super) fn label(&self, frame: &Frame) -> Markup {
        html! {
            (components::time(self.at, frame.now)) " " (components::status(self.status, self.arrival)) " "
            code { (middle_cut(&self.target, TARGET)) }
        }
    }

    pub(super) fn render(&self, context: &Context<'_>) -> Markup {
        let path = context.frame.place.path(&format!("requests/{}", self.id));
        html! {
            tr data-id=(self.id) data-sequence=(self.sequence) aria-current=[(context.selected == Some(&*self.id)).then_some("true")] {
                td.at { time datetime=(rfc3339(self.at)) title=(rfc3339(self.at)) data-relative {
                    (components::relative(self.at, context.frame.now))
                } }
                td.method { (self.method) }
                td.path { (self.link(&context.search.link_to(&path))) }
                td.status { (components::status(self.status, self.arrival)) }
                td.code {
                    (self.code.unwrap_or_default())
                    @if let Some(fault) = self.faults.first() { " " span.mark title={ "Faults: " (self.faults.join(", ")) } { "⚡ " (fault) } }
                }
                td.duration { (duration(self.duration_us)) }
                td.key { (self.key_label()) }
            }
        }
    }

    /// The masked key and its name, or the subject of a token, with a colour of its own.
    fn key_label(&self) -> Markup {
        let Some(key) = &self.key else {
            return html! {};
        };
        let colour = key.bytes().fold(0_usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        }) % COLOURS;
        let kind = if self.has_token {
            "Access token"
        } else {
            "API key"
        };
        let name = self.key_name.as_deref();
        let title = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}: {key}"));
        html! {
            span class={ "who who-" (colour) } title=(title) { @if let Some(name) = name { bdi { (name) } " " } (key) }
        }
    }

    /// The link to the details, in two parts, of which a narrow column cuts the first.
    fn link(&self, href: &str) -> Markup {
        let text = middle_cut(&self.target, TARGET);
        let (begin, end) = with_end(&text, END);
        html! {
            a href=(href) title=(self.target) aria-label=(text) {
                span.begin { (begin) }
                @if !end.is_empty() { span { (end) } }
            }
        }
    }
}

/// A row in place of requests that the list leaves out. `last`: the sequence number of the latest of them.
pub(super) fn gap(count: u64, last: u64) -> Markup {
    html! {
        tr.gap data-sequence=(last) { td colspan="7" title="Load the page again to see those that are kept." { (components::counted(count, "request")) " of a burst left out" } }
    }
}

/// `1.2 ms`; `–` on a clock that was frozen.
pub(super) fn duration(microseconds: u64) -> String {
    match microseconds {
        0 => "–".to_owned(),
        1..1_000 => format!("{microseconds} µs"),
        1_000..10_000 => format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100),
        10_000..10_000_000 => format!("{} ms", microseconds / 1_000),
        _ => format!("{} s", microseconds / 1_000_000),
    }
}

/// A text of at most `length` characters, without its middle if it is longer: the end of a path tells more.
fn middle_cut(text: &str, length: usize) -> String {
    let count = text.chars().count();
    if count <= length {
        return text.to_owned();
    }
    let begin: String = text.chars().take(length / 2).collect();
    let end: String = text.chars().skip(count - length / 2 + 1).collect();
    format!("{begin}…{end}")
}

/// A text and its last characters, apart from each other; all in one if it is not twice as long.
fn with_end(text: &str, length: usize) -> (&str, &str) {
    match text.char_indices().rev().nth(length - 1) {
        Some((at, _)) if at >= length => text.split_at(at),
        _ => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_target_keeps_its_start_and_end() {
        assert_eq!(middle_cut("/orders", 8), "/orders");
        assert_eq!(middle_cut("/orders/äöü/results", 8), "/ord…lts");
        assert_eq!(with_end("/orders", 4), ("/orders", ""));
        assert_eq!(with_end("/orders/äöü", 4), ("/orders", "/äöü"));
    }

    #[test]
    fn durations_have_few_digits() {
        let shown = [0, 9, 950, 1_234, 15_999, 12_000_000].map(duration);
        assert_eq!(shown, ["–", "9 µs", "950 µs", "1.2 ms", "15 ms", "12 s"]);
    }
}
