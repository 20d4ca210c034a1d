//! Filters as people type them: `status:429 op:create_order key:Full fault:* "two words"`.
#![cfg_attr(
    not(test),
    expect(dead_code, reason = "the dashboard has the field to type it into")
)]

use super::Filter;

/// Short forms of the names of conditions.
const SHORT: [(&str, &str); 1] = [("op", "operation")];

impl Filter {
    /// Parses a filter: conditions such as `status:429`, separated by spaces, and texts to search for. A value with
    /// spaces is in double quotes. What no condition begins is a text.
    pub(crate) fn parse(query: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        let mut given = Vec::new();
        for word in words(query) {
            let condition = word.split_once(':').and_then(|(name, value)| {
                let long = SHORT.iter().find(|(short, _)| *short == name);
                let name = long.map_or(name, |(_, long)| long);
                let known = Self::NAMES.iter().find(|known| **known == name);
                known.map(|known| (*known, value.to_owned()))
            });
            let (name, value) = condition.unwrap_or(("text", word));
            if name != "text" && given.contains(&name) {
                return Err(format!("`{name}:` is given more than once"));
            }
            given.push(name);
            filter.set(name, &value)?;
        }
        Ok(filter)
    }
}

/// The words of a query, without the quotes around what contains spaces.
fn words(query: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in query.chars() {
        match character {
            '"' => quoted = !quoted,
            character if character.is_whitespace() && !quoted => words.push(String::new()),
            character => words.last_mut().expect("there is a first").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spaces_outside_of_quotes_separate_words() {
        assert_eq!(
            words(" status:429  \"two words\" path:\"/a b\" x"),
            ["status:429", "two words", "path:/a b", "x"]
        );
        assert_eq!(words("\"open end"), ["open end"]);
        assert_eq!(words(" \"\" "), [""; 0]);
    }

    #[test]
    fn named_words_are_conditions_and_others_are_text() {
        let filter = Filter::parse("status:4xx op:list_orders fault:* http://x a").unwrap();
        assert!(filter.status.is_some() && filter.operation.is_some() && filter.fault.is_some());
        assert_eq!(filter.texts.len(), 2);
        assert_eq!(
            Filter::parse("status:ok").unwrap_err(),
            "`ok` is not a status such as 404 or 4xx, nor aborted for clients that disconnected"
        );
        assert_eq!(
            Filter::parse("op:list_orders operation:get_order").unwrap_err(),
            "`operation:` is given more than once"
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics(query in "(.|:|\"|status|key_|text){0,20}") {
            let _ = Filter::parse(&query);
        }
    }
}
