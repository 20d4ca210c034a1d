//! The list of topics, and what is near to an unknown one.

use crate::{PARTS, Page, link_path, pages};

/// How similar an unknown topic must be to a known one to be taken for a mistyped one, from 0 to 1.
const LIKENESS: f64 = 0.6;
/// Maximum number of characters of an unknown topic that an error shows.
const SHOWN: usize = 60;

/// There is no page on a topic.
#[derive(Debug, thiserror::Error)]
#[error("unknown topic `{topic}`; {hint}")]
pub struct UnknownTopic {
    topic: String,
    hint: String,
}

impl UnknownTopic {
    pub(crate) fn new(topic: &str) -> Self {
        let near = near(topic);
        let hint = if near.is_empty() {
            "without a topic, `docs` lists all".to_owned()
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        Self {
            topic: topic.chars().take(SHOWN).collect(),
            hint,
        }
    }
}

/// The topics that are spelled similarly, the most similar first; otherwise those whose names or titles contain the word.
fn near(topic: &str) -> Vec<&'static str> {
    let word = word(topic);
    let likeness =
        |page: &Page| strsim::normalized_damerau_levenshtein(&page.topic.to_lowercase(), &word);
    let mut similar: Vec<_> = pages().filter(|page| likeness(page) >= LIKENESS).collect();
    similar.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
    if similar.is_empty() && !word.is_empty() {
        let contains = |page: &&Page| {
            page.topic.to_lowercase().contains(&word) || page.title.to_lowercase().contains(&word)
        };
        similar = pages().filter(contains).collect();
    }
    similar.iter().take(3).map(|page| page.topic).collect()
}

/// The word of a topic that counts: the name of its file, or of the folder that the file introduces.
fn word(topic: &str) -> String {
    let path = link_path(topic).to_lowercase();
    let path = path.trim_end_matches(".md");
    let folder = ["/readme", "/index"]
        .iter()
        .find_map(|file| path.strip_suffix(file));
    let path = folder.unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Every topic with the title of its page, under the title of its part.
pub(crate) fn list() -> String {
    let width = pages().map(|page| page.topic.len()).max().unwrap_or(0);
    let part = |part: &crate::Part| {
        let line = |page: &Page| format!("  {:width$}  {}\n", page.topic, page.title);
        let lines: String = part.pages.iter().map(line).collect();
        format!("{}\n{lines}", part.title)
    };
    let parts: Vec<_> = PARTS.iter().map(part).collect();
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(topic: &str) -> String {
        UnknownTopic::new(topic).to_string()
    }

    #[test]
    fn mistyped_topic_is_corrected() {
        assert_eq!(
            error("rate-limit"),
            "unknown topic `rate-limit`; did you mean rate-limits?"
        );
    }

    #[test]
    fn mistyped_path_is_corrected_by_the_name_of_its_file() {
        assert_eq!(
            error("tutorials/culr.md"),
            "unknown topic `tutorials/culr.md`; did you mean curl?"
        );
        assert_eq!(
            error("how-to/curl"),
            "unknown topic `how-to/curl`; did you mean curl?"
        );
    }

    #[test]
    fn word_of_a_title_leads_to_its_page() {
        assert_eq!(
            error("429"),
            "unknown topic `429`; did you mean rate-limits?"
        );
    }

    #[test]
    fn foreign_topic_leads_to_the_list_and_is_shortened() {
        assert!(error("quux").ends_with("; without a topic, `docs` lists all"));
        assert!(error(&"x".repeat(10_000)).len() < 200);
    }

    #[test]
    fn list_has_every_topic_under_its_part() {
        let list = list();
        assert!(list.contains("\nHow-to guides\n  install "), "{list}");
        for page in pages() {
            assert!(list.contains(&format!("  {} ", page.topic)), "{list}");
        }
    }
}
