//! The book, for programs: its pages by topic, as text and as HTML. `SUMMARY.md` is the one list of pages.

pub mod generated;
mod html;
mod source;
mod topics;

use std::{borrow::Cow, io, iter};

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
    /// The path of the file that it consists of, if its own only includes that.
    included: Option<&'static str>,
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

include!(concat!(env!("OUT_DIR"), "/parts.rs"));

/// All pages, in their order.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    PARTS.iter().flat_map(|part| part.pages)
}

impl Page {
    /// The page as Markdown, without the comments that say what generates a page or a table.
    ///
    /// # Errors
    ///
    /// If this is a debug build, and its source is gone.
    pub fn text(&self) -> io::Result<Cow<'static, str>> {
        let text = self.source.read()?;
        Ok(if text.contains("<!--") {
            Cow::Owned(without_comments(&text))
        } else {
            text
        })
    }

    /// Whether the page consists of this file of the repository.
    fn includes(&self, file: &str) -> bool {
        self.included.is_some_and(|own| link_path(own) == file)
    }

    /// Whether this is the page on a topic, which may be the path of its file, as [`link_path`] returns it.
    fn is_on(&self, topic: &str) -> bool {
        let files = [Some(self.file), self.included].into_iter().flatten();
        let paths = files.map(|file| link_path(file).trim_end_matches(".md"));
        iter::once(self.topic)
            .chain(paths)
            .any(|own| own.eq_ignore_ascii_case(topic))
    }
}

/// A page without the comments that stand on lines of their own.
fn without_comments(text: &str) -> String {
    let mut shown = String::new();
    let (mut is_code, mut is_comment) = (false, false);
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        is_comment |= !is_code && line.starts_with("<!--");
        if is_comment {
            is_comment = !line.contains("-->");
            continue;
        }
        // The empty lines before and after a comment are one.
        let is_gap = shown.is_empty() || shown.ends_with("\n\n");
        if is_code || !line.is_empty() || !is_gap {
            shown.extend([line, "\n"]);
        }
    }
    shown
}

/// The path in a link to a page, without what differs by the page with the link: `../how-to/twin.md#heading` is `how-to/twin.md`.
fn link_path(link: &str) -> &str {
    let mut path = link.split('#').next().unwrap_or(link).trim_matches('/');
    while let Some((folder, rest)) = path.split_once('/') {
        if !matches!(folder, "." | "..") {
            break;
        }
        path = rest.trim_start_matches('/');
    }
    path
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

/// The page on a topic, in any case. The path of its file is a topic, too, as is a link to it from another page:
/// `tutorials/curl`, `docs/tutorials/curl.md` or `../tutorials/curl.md#heading`.
///
/// # Errors
///
/// If there is none; the error names similar topics.
pub fn find(topic: &str) -> Result<&'static Page, UnknownTopic> {
    let path = link_path(topic);
    let path = path.strip_prefix("docs/").unwrap_or(path);
    let name = path.strip_suffix(".md").unwrap_or(path);
    let found = pages().find(|page| page.is_on(name));
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
