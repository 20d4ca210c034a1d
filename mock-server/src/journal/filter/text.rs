//! Searches everything that the journal keeps of a request for a text.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use schemas::{ErrorCode, OperationId, key::redact};

use crate::journal::{Captured, CapturedMessage, CredentialUse, Entry};

/// A text, found in any case.
#[derive(Clone, Debug)]
pub(super) struct Text(AhoCorasick);

impl Text {
    /// A text. A key is found by its mask.
    pub(super) fn new(text: &str) -> Self {
        let searcher = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            // The others take a hundred times the memory of a long text.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build([redact(text).as_bytes()]);
        Self(searcher.expect("one text, which fits into a request"))
    }

    /// Whether the text is in the method, the target, the operation, the credential, the error code, the reason, the
    /// faults, the headers or the bodies of a request or its response.
    pub(super) fn is_in(&self, entry: &Entry) -> bool {
        let rejection = entry.rejection.as_ref();
        let credential = entry.credential.as_ref();
        let words = [
            Some(&*entry.method),
            Some(&*entry.target),
            entry.operation.map(OperationId::as_str),
            credential.and_then(CredentialUse::masked_key),
            credential.and_then(CredentialUse::subject),
            entry.code.map(ErrorCode::as_str),
            rejection.map(|rejection| &*rejection.reason),
        ];
        let faults = entry.faults.iter().flat_map(|faults| faults.iter());
        let faults = faults.map(|fault| fault.id);
        let mut words = words.into_iter().flatten().chain(faults);
        words.any(|word| self.0.is_match(word)) || self.is_captured(&entry.capture)
    }

    fn is_captured(&self, captured: &Captured) -> bool {
        let Captured::Kept(capture) = captured else {
            return false;
        };
        let sent = capture.on_the_wire.as_ref().map(|sent| &sent.response);
        let responses = [capture.response.as_ref(), sent].into_iter().flatten();
        let mut messages = responses
            .map(|response| &response.message)
            .chain([&capture.request]);
        messages.any(|message| self.is_in_message(message))
    }

    fn is_in_message(&self, message: &CapturedMessage) -> bool {
        let body = message.body.kept();
        self.0.is_match(message.headers.as_bytes())
            || body.is_some_and(|body| self.0.is_match(&body.bytes))
    }
}
