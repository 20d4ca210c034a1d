//! Filters as people type them: `status:429 op:create_order key:Full fault:* "two words"`.

use super::Filter;

/// Short forms of the names of conditions.
const SHORT: [(&str, &str); 1] = [("op", "operation")];
/// Maximum number of conditions and texts.
const MAX_WORDS: usize = 20;

impl Filter {
    /// Parses a filter: conditions such as `status:429`, separated by spaces, and texts to search for. A value with
    /// spaces is in double quotes. What begins with a quote is a text, whatever it contains.
    pub(crate) fn parse(query: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        let mut given = Vec::new();
        let words = words(query);
        if words.len() > MAX_WORDS {
            return Err(format!("a filter has at most {MAX_WORDS} conditions"));
        }
        for word in &words {
            let (name, value) = word.condition()?.unwrap_or(("text", &word.text));
            if name != "text" && given.contains(&name) {
                return Err(format!("`{name}:` is given more than once"));
            }
            given.push(name);
            filter.set(name, value)?;
        }
        Ok(filter)
    }
}

/// The words of a query, as it has them: with quotes around what contains spaces.
pub(crate) fn spelled_words(query: &str) -> Vec<String> {
    words(query).into_iter().map(|word| word.spelled).collect()
}

/// A word of a query.
#[derive(Debug, Default, Eq, PartialEq)]
struct Word {
    /// Without the quotes around what contains spaces.
    text: String,
    /// With them.
    spelled: String,
    /// Whether it begins with a quote.
    is_quoted: bool,
}

impl Word {
    /// The name and the value of a condition; `None` if the word is a text.
    fn condition(&self) -> Result<Option<(&'static str, &str)>, String> {
        let condition = self.text.split_once(':').filter(|(name, _)| {
            let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            !self.is_quoted && !name.is_empty() && name.bytes().all(is_name)
        });
        let Some((name, value)) = condition else {
            return Ok(None);
        };
        let long = SHORT.iter().find(|(short, _)| *short == name);
        let long = long.map_or(name, |(_, long)| long);
        let known = Filter::NAMES.into_iter().find(|known| *known == long);
        let unknown = || {
            format!(
                "`{name}` is not a filter; use status, code, op, key, fault, method, path, endpoint, since or until, and put a \
                 text with a colon in double quotes"
            )
        };
        Ok(Some((known.ok_or_else(unknown)?, value)))
    }
}

/// The words of a query.
fn words(query: &str) -> Vec<Word> {
    let mut words = vec![Word::default()];
    let mut quoted = false;
    for character in query.chars() {
        if character.is_whitespace() && !quoted {
            words.push(Word::default());
            continue;
        }
        let word = words.last_mut().expect("there is a first");
        word.spelled.push(character);
        if character == '"' {
            word.is_quoted |= word.text.is_empty();
            quoted = !quoted;
        } else {
            word.text.push(character);
        }
    }
    if quoted && let Some(open) = words.last_mut() {
        open.spelled.push('"');
    }
    words.retain(|word| !word.text.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(query: &str) -> Vec<String> {
        words(query).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn spaces_outside_of_quotes_separate_words() {
        assert_eq!(
            texts(" status:429  \"two words\" path:\"/a b\" x"),
            ["status:429", "two words", "path:/a b", "x"]
        );
        assert_eq!(texts("\"open end"), ["open end"]);
        assert_eq!(
            spelled_words(" a  \"two  words\" path:\"/a b\" \"open end"),
            ["a", "\"two  words\"", "path:\"/a b\"", "\"open end\""]
        );
        assert_eq!(texts(" \"\" "), [""; 0]);
    }

    #[test]
    fn named_words_are_conditions_and_others_are_text() {
        let filter =
            Filter::parse("status:4xx op:list_orders fault:* \"http://x\" 09:00 a").unwrap();
        assert!(filter.status.is_some() && filter.operation.is_some() && filter.fault.is_some());
        assert_eq!(filter.texts.len(), 3);
    }

    #[test]
    fn an_invalid_condition_is_an_error() {
        let error = |query: &str| Filter::parse(query).unwrap_err();
        assert_eq!(
            error("status:ok"),
            "`ok` is not a status such as 404 or 4xx, nor aborted for clients that disconnected"
        );
        assert_eq!(
            error("op:list_orders operation:get_order"),
            "`operation:` is given more than once"
        );
        assert!(error("a statsu:404").starts_with("`statsu` is not a filter; use status, code,"));
        assert_eq!(
            error(&"a ".repeat(21)),
            "a filter has at most 20 conditions"
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics(query in "(.|:|\"|status|key_|text){0,20}") {
            let _ = Filter::parse(&query);
        }
    }
}
