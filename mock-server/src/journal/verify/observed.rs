//! A recorded request, as conditions look at it.

use std::cell::OnceCell;

use serde_json::Value;

use crate::journal::{Absent, Captured, CapturedBody, CapturedMessage, Entry};

/// A recorded request. Its body is parsed at most once.
pub(super) struct Observed<'a> {
    /// Its entry.
    pub entry: &'a Entry,
    body: OnceCell<Result<Option<Value>, &'static str>>,
}

impl<'a> Observed<'a> {
    pub(super) fn new(entry: &'a Entry) -> Self {
        Self {
            entry,
            body: OnceCell::new(),
        }
    }

    /// The query, if all of it is kept.
    pub(super) fn query(&self) -> Result<&'a str, &'static str> {
        let target = &self.entry.target;
        if target.ends_with('…') {
            return Err("its target is too long to be kept");
        }
        Ok(target.split_once('?').map_or("", |(_, query)| query))
    }

    /// The headers and the body, if they are kept.
    pub(super) fn message(&self) -> Result<&'a CapturedMessage, &'static str> {
        match &self.entry.capture {
            Captured::Kept(capture) => Ok(&capture.request),
            Captured::Dropped => Err("its headers and body are no longer kept"),
            Captured::Off => Err("headers and bodies are not captured"),
        }
    }

    /// The body as JSON, `None` if it is not JSON; an error if it is not kept in full.
    pub(super) fn json(&self) -> Result<Option<&Value>, &'static str> {
        let parsed = self.body.get_or_init(|| match &self.message()?.body {
            CapturedBody::Kept(kept) if kept.cut => Err("its body is too long to be kept"),
            CapturedBody::Kept(kept) => Ok(serde_json::from_slice(&kept.bytes).ok()),
            CapturedBody::Absent(Absent::Unread) => Err("its body was not read"),
            CapturedBody::Absent(Absent::HeadersOnly) => Err("bodies are not captured"),
            CapturedBody::Absent(Absent::Withheld) => Err("its body is withheld"),
        });
        parsed
            .as_ref()
            .map(Option::as_ref)
            .map_err(|reason| *reason)
    }
}
