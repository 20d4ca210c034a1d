//! The book, for programs: its pages by topic, as text and as HTML. `SUMMARY.md` is the one list of pages.

pub mod generated;
mod html;
mod source;
mod topics;

use std::{borrow::Cow, io};

use source::{Source, source};
pub use topics::UnknownTopic;

/// A part of the book, such as *How-to guides*.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub title: &'static str,
    pub pages: &'static [Page],
}

/// A page of the book.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// What the page is found by: the name of its file without `.md`.
    pub topic: &'static str,
    /// Its title in the table of contents.
    pub title: &'static str,
    /// The path of its file in the book, such as `how-to/twin.md`.
    file: &'static str,
    source: Source,
}

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no page on a topic.
    #[error(transparent)]
    Topic(#[from] UnknownTopic),
    /// A debug build does not find its file.
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// The parts of the book, in its order.
pub static PARTS: &[Part] = &include!(concat!(env!("OUT_DIR"), "/parts.rs"));

/// All pages, in their order.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    PARTS.iter().flat_map(|part| part.pages)
}

impl Page {
    /// The page as Markdown, without the note that a generated page begins with.
    ///
    /// # Errors
    ///
    /// If this is a debug build, and its source is gone.
    pub fn text(&self) -> io::Result<Cow<'static, str>> {
        let text = self.source.read()?;
        Ok(
            match text
                .strip_prefix("<!--")
                .and_then(|note| note.split_once("-->"))
            {
                Some((_, page)) => Cow::Owned(page.trim_start().to_owned()),
                None => text,
            },
        )
    }

    /// Whether this is the page on a topic, which may be the path of its file in the book or in the repository.
    fn is_on(&self, topic: &str) -> bool {
        let path = topic.strip_prefix("docs/").unwrap_or(topic);
        let name = path.strip_suffix(".md").unwrap_or(path);
        [self.topic, self.file.trim_end_matches(".md")]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// The text of the page on a topic; without a topic, the list of all.
///
/// # Errors
///
/// If there is no such topic, or its page cannot be read.
pub fn text(topic: Option<&str>) -> Result<Cow<'static, str>, Error> {
    match topic {
        Some(topic) => Ok(find(topic)?.text()?),
        None => Ok(Cow::Owned(topics::list())),
    }
}

/// The page on a topic, in any case. The path of its file is a topic, too: `tutorials/curl` or `docs/tutorials/curl.md`.
///
/// # Errors
///
/// If there is none; the error names similar topics.
pub fn find(topic: &str) -> Result<&'static Page, UnknownTopic> {
    let found = pages().find(|page| page.is_on(topic));
    found.ok_or_else(|| UnknownTopic::new(topic))
}

/// The page on a topic that the program names itself. In a `const` block, a topic that does not exist is an error of the compiler.
pub const fn page(topic: &str) -> &'static Page {
    let mut part = 0;
    while part < PARTS.len() {
        let pages = PARTS[part].pages;
        let mut index = 0;
        while index < pages.len() {
            if is_same(pages[index].topic.as_bytes(), topic.as_bytes()) {
                return &pages[index];
            }
            index += 1;
        }
        part += 1;
    }
    panic!("the book has no page on this topic")
}

/// `==`, which constants cannot use yet.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
