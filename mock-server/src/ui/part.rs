//! A part of a long list, and the links to the parts before and after it.

use maud::{Markup, html};
use serde::Deserialize;

use crate::store::Page;

/// Number of rows of a part.
pub(super) const ROWS: usize = 50;
/// Maximum length of a text that is searched for. The API accepts no longer one.
pub(super) const MAX_TEXT: usize = 200;
/// Maximum number of words that are searched for.
pub(super) const MAX_WORDS: usize = 8;

/// The query of a list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    /// Number of rows before it.
    #[serde(default)]
    offset: usize,
    /// The words that rows must contain; empty for all rows.
    #[serde(default)]
    pub(super) q: String,
}

impl Part {
    /// The rows, oldest first.
    pub(super) fn page(&self) -> Page {
        Page {
            limit: ROWS,
            offset: self.offset,
        }
    }

    /// The rows of a list of `total` rows where the newest ones come first; they are returned oldest first.
    pub(super) fn newest(&self, total: usize) -> Page {
        let end = total.saturating_sub(self.offset);
        let offset = end.saturating_sub(ROWS);
        Page {
            limit: end - offset,
            offset,
        }
    }

    /// The rows of a list that are in it.
    pub(super) fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let first = self.offset.min(all.len());
        let last = first.saturating_add(ROWS).min(all.len());
        &all[first..last]
    }

    /// The text that rows must contain.
    fn text(&self) -> Option<String> {
        let text = self.q.trim();
        (!text.is_empty()).then(|| text.chars().take(MAX_TEXT).collect())
    }

    /// The first words of that text, all of which rows must contain.
    pub(super) fn words(&self) -> Vec<String> {
        let text = self.text().unwrap_or_default();
        let words = text.split_whitespace().take(MAX_WORDS);
        words.map(str::to_owned).collect()
    }

    /// Whether that text has more words.
    pub(super) fn has_more_words(&self) -> bool {
        let text = self.text().unwrap_or_default();
        text.split_whitespace().nth(MAX_WORDS).is_some()
    }

    /// The query that leads to this part.
    pub(super) fn query(&self) -> String {
        self.query_at(self.offset)
    }

    fn query_at(&self, offset: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.q.is_empty() {
            query.append_pair("q", &self.q);
        }
        if offset > 0 {
            query.append_pair("offset", &offset.to_string());
        }
        query.finish()
    }

    /// Which rows of `total` are shown, and links to those before and after them.
    pub(super) fn links(&self, path: &str, total: usize) -> Markup {
        let first = self.offset.min(total);
        let last = first.saturating_add(ROWS).min(total);
        let before = first.saturating_sub(ROWS);
        html! {
            @if total > 0 {
                nav.parts aria-label="Parts of the list" {
                    span.muted { @if first < last { (first + 1) "–" (last) } @else { "none" } " of " (total) }
                    @if self.offset > 0 { a rel="prev" href={ (path) "?" (self.query_at(before)) } { "← Previous" } }
                    @if last < total { a rel="next" href={ (path) "?" (self.query_at(last)) } { "Next →" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: usize) -> Part {
        Part {
            offset,
            q: "a&b".into(),
        }
    }

    #[test]
    fn newest_rows_come_first_and_none_is_shown_twice() {
        let rows = |offset| {
            let page = at(offset).newest(120);
            page.offset..page.offset + page.limit
        };
        assert_eq!([rows(0), rows(50), rows(100)], [70..120, 20..70, 0..20]);
        assert_eq!([rows(120), rows(usize::MAX)], [0..0, 0..0]);
    }

    #[test]
    fn parts_of_a_list_have_all_of_its_rows() {
        let all: Vec<_> = (0..120).collect();
        let rows: Vec<_> = [0, 50, 100].map(|offset| at(offset).of(&all)).concat();
        assert_eq!(rows, all);
        assert!(at(120).of(&all).is_empty() && at(usize::MAX).of(&all).is_empty());
    }

    #[test]
    fn links_keep_the_search() {
        let links = at(50).links("/list", 120).into_string();
        assert!(links.contains("51–100 of 120"), "{links}");
        assert!(links.contains("href=\"/list?q=a%26b\""), "{links}");
        assert!(
            links.contains("href=\"/list?q=a%26b&amp;offset=100\""),
            "{links}"
        );
        let beyond = at(usize::MAX).links("/list", 120).into_string();
        assert!(
            beyond.contains("none of 120") && !beyond.contains("next"),
            "{beyond}"
        );
    }
}
