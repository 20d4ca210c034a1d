//! The filter of the list, as its field and the URL have it: `status:429 op:create_order key:demo01 fault:* text`.

use super::super::frame::Frame;
use crate::journal::{CredentialUse, Entry, Filter};

/// A filter.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    text: String,
    filter: Filter,
    /// A part of the masked key, or of the subject of a token.
    key: Option<String>,
    /// A part of a fault's id; `*` is any fault.
    fault: Option<String>,
    /// Texts that the target, the method, the code or the reason must contain, in lower case.
    words: Vec<String>,
    /// What is wrong with the text. Nothing is filtered then.
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
        let text = search.text.clone();
        let conditions = text.split_whitespace().try_for_each(|one| search.add(one));
        if let Err(problem) = conditions {
            return Self {
                problem: Some(problem),
                text,
                before: search.before,
                ..Self::default()
            };
        }
        search
    }

    fn add(&mut self, condition: &str) -> Result<(), String> {
        let pair = condition.split_once(':');
        let pair = pair.filter(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())
        });
        match pair {
            Some(("op", value)) => self.filter.set("operation", value)?,
            Some(("key", value)) => self.key = Some(schemas::key::redact(value).to_lowercase()),
            Some(("fault", value)) => self.fault = Some(value.to_owned()),
            Some((name, value)) if Filter::NAMES.contains(&name) => self.filter.set(name, value)?,
            Some((name, _)) => {
                return Err(format!(
                    "`{name}` is not a filter; use status, code, op, key, fault, path, endpoint, since or until."
                ));
            }
            None => self.words.push(condition.to_lowercase()),
        }
        Ok(())
    }

    /// The text of the field.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with the text.
    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Whether anything is filtered.
    pub(super) fn is_set(&self) -> bool {
        !self.text.is_empty() && self.problem.is_none()
    }

    /// The conditions that the control API has, too.
    pub(super) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether an entry meets the other conditions.
    pub(super) fn matches(&self, entry: &Entry) -> bool {
        self.key.as_ref().is_none_or(|key| has_key(entry, key))
            && self
                .fault
                .as_ref()
                .is_none_or(|fault| has_fault(entry, fault))
            && self.words.iter().all(|word| has_word(entry, word))
    }

    /// Whether this condition is part of the text.
    pub(super) fn has(&self, condition: &str) -> bool {
        self.text.split_whitespace().any(|one| one == condition)
    }

    /// The link to the list with the condition added, or removed if it is there. Another condition of the same kind is
    /// replaced.
    pub(super) fn toggled(&self, frame: &Frame, condition: &str) -> String {
        let kind = condition.split(':').next();
        let others = self
            .text
            .split_whitespace()
            .filter(|one| one.split(':').next() != kind);
        let mut words: Vec<_> = others.collect();
        if !self.has(condition) {
            words.push(condition);
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

fn has_key(entry: &Entry, wanted: &str) -> bool {
    let credential = entry.credential.as_ref();
    let key = credential.and_then(CredentialUse::masked_key);
    let shown = key.or_else(|| credential.and_then(CredentialUse::subject));
    let shown = shown.unwrap_or_default().to_lowercase();
    // Six characters are an organization, of which a masked key shows the last four.
    shown.contains(wanted)
        || wanted.len() == 6 && shown.ends_with(wanted.get(2..).unwrap_or(wanted))
}

fn has_fault(entry: &Entry, wanted: &str) -> bool {
    let mut faults = entry.faults.iter().flat_map(|faults| faults.iter());
    faults.any(|fault| wanted == "*" || fault.id.contains(wanted))
}

fn has_word(entry: &Entry, word: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(word);
    has(&entry.target)
        || has(&entry.method)
        || entry.code.is_some_and(|code| has(code.as_str()))
        || entry
            .rejection
            .as_ref()
            .is_some_and(|rejection| has(&rejection.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Search {
        Search::parse(&link("", text, None)[1..])
    }

    #[test]
    fn distinguishes_conditions_from_words() {
        let search = search("status:429 op:create_order fault:* key:demo01 hotel 09:00");
        assert_eq!(search.problem(), None);
        assert_eq!(search.words, ["hotel", "09:00"]);
        assert_eq!(
            (search.key.as_deref(), search.fault.as_deref()),
            (Some("demo01"), Some("*"))
        );
    }

    #[test]
    fn invalid_condition_is_reported_and_filters_nothing() {
        for invalid in ["statsu:404", "status:no", "op:unknown", "code:x"] {
            let search = search(&format!("hotel {invalid}"));
            assert!(search.problem().is_some() && !search.is_set(), "{invalid}");
            assert!(search.words.is_empty());
        }
    }

    #[test]
    fn does_not_store_a_whole_key() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(
            search(&format!("key:{key}")).key.as_deref(),
            Some("lnc_test_full…mo01")
        );
    }
}
