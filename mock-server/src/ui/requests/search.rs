//! The filter of the list, as its field and the URL have it: `status:429 op:create_order key:demo01 fault:* text`.

use super::super::frame::Frame;
use crate::journal::{Filter, spelled_words};

/// A filter.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    text: String,
    filter: Filter,
    /// What is wrong with the text, as a sentence. Nothing is filtered then.
    problem: Option<String>,
    /// The list begins before this sequence number.
    pub(super) before: Option<u64>,
}

impl Search {
    /// Reads the query of a URL.
    pub(super) fn parse(query: &str) -> Self {
        let mut search = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "q" => value.trim().clone_into(&mut search.text),
                "before" => search.before = value.parse().ok(),
                _ => {}
            }
        }
        match Filter::parse(&search.text) {
            Ok(filter) => search.filter = filter,
            Err(problem) => search.problem = Some(format!("{problem}.")),
        }
        search
    }

    /// The text of the field.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with the text, as a sentence.
    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Whether anything is filtered.
    pub(super) fn is_set(&self) -> bool {
        !self.text.is_empty() && self.problem.is_none()
    }

    /// The conditions, which the control API has, too.
    pub(super) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether this condition is part of the text.
    pub(super) fn has(&self, condition: &str) -> bool {
        spelled_words(&self.text).iter().any(|one| one == condition)
    }

    /// The link to the list with the condition added, or removed if it is there. Another condition of the same kind is
    /// replaced.
    pub(super) fn toggled(&self, frame: &Frame, condition: &str) -> String {
        let kind = condition.split(':').next();
        let mut words = spelled_words(&self.text);
        words.retain(|one| one.split(':').next() != kind);
        if !self.has(condition) {
            words.push(condition.to_owned());
        }
        link(&frame.place.path("requests"), &words.join(" "), None)
    }

    /// The link to the list with this filter.
    pub(super) fn link(&self, frame: &Frame, before: Option<u64>) -> String {
        link(&frame.place.path("requests"), &self.text, before)
    }

    /// The link to a request beside the list with this filter.
    pub(super) fn link_to(&self, path: &str) -> String {
        link(path, &self.text, self.before)
    }
}

fn link(path: &str, text: &str, before: Option<u64>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    if let Some(before) = before {
        query.append_pair("before", &before.to_string());
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_in_quotes_is_a_text() {
        let search = Search {
            text: "\"a  status:4xx\" op:list_orders".to_owned(),
            ..Search::default()
        };
        assert!(search.has("op:list_orders") && !search.has("status:4xx"));
    }

    #[test]
    fn invalid_condition_is_reported_and_filters_nothing() {
        for invalid in ["statsu:404", "status:no", "op:unknown", "code:x"] {
            let search = Search::parse(&link("", &format!("hotel {invalid}"), Some(7))[1..]);
            let problem = search.problem().unwrap();
            assert!(problem.ends_with('.') && !search.is_set(), "{problem}");
            assert_eq!(search.before, Some(7));
        }
    }
}
