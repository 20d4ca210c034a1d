//! The text filter.

use std::cmp::Reverse;

use schemas::OperationId;
use serde_json::{Value, json};

use super::{List, encoded, total};
use crate::{
    finding::{NotPassed, Outcome},
    provider::session::Session,
};

/// The shortest word that is searched for: shorter ones are in too many rows, and some servers ignore them.
const SHORTEST: usize = 3;

pub(in crate::provider::checks) async fn text(session: &Session) -> Outcome {
    // Databases match patterns with these.
    for (operation, at, wildcard) in [
        (OperationId::ListCompanies, "name", "%"),
        (OperationId::ListProspects, "last_name", "_"),
    ] {
        let list = List::new(session, operation).await?;
        let rows = list.all.rows();
        let Some(Searched { row, word, text }) = searched(rows, at) else {
            let reason =
                format!("needs a row of {operation} with a word in its {at} that others lack");
            return Err(NotPassed::Skipped(reason));
        };
        let found = list.get(&encoded("search", &text)).await?;
        let among = found.rows().iter().any(|found| found["id"] == row["id"]);
        let expected = "including the row that was searched for";
        found.expect_that(among, "$.items[*].id", expected, row["id"].clone())?;
        let fewer = total(&found)? < total(&list.all)?;
        let actual = json!(total(&found)?);
        found.expect_that(fewer, "$.total", "fewer than without a search", actual)?;
        list.empty(&encoded("search", &with_wildcard(&word, wildcard)))
            .await?;
        list.empty(&encoded("search", r#"zzq'"\zzq"#)).await?;
    }
    Ok(())
}

/// A row to search for.
#[derive(Debug)]
struct Searched<'a> {
    row: &'a Value,
    /// A word of the field.
    word: String,
    /// The word in another case.
    text: String,
}

/// A row, and a word of its field that at least one other row contains nowhere. Preferred is one with letters beyond ASCII, which
/// few databases compare without case by default, and one that is not at the beginning.
fn searched<'a>(rows: &'a [Value], at: &str) -> Option<Searched<'a>> {
    let texts: Vec<_> = rows
        .iter()
        .map(|row| row.to_string().to_lowercase())
        .collect();
    let words = rows.iter().flat_map(|row| {
        let words = row[at]
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .enumerate();
        words.map(move |(place, word)| (row, place, word))
    });
    let mut words: Vec<_> = words
        .filter(|(.., word)| {
            word.chars().count() >= SHORTEST && word.chars().all(char::is_alphabetic)
        })
        .filter_map(|(row, place, word)| Some((row, place, word, other_case(word)?)))
        .collect();
    words.sort_by_key(|(_, place, word, _)| Reverse((!word.is_ascii(), *place > 0)));
    let known = |(.., word, _): &(&Value, usize, &str, String)| {
        let word = word.to_lowercase();
        texts.iter().any(|text| !text.contains(&word))
    };
    let (row, _, word, text) = words.into_iter().find(known)?;
    Some(Searched {
        row,
        word: word.to_owned(),
        text,
    })
}

/// The word with its second letter replaced.
fn with_wildcard(word: &str, wildcard: &str) -> String {
    let mut letters: Vec<_> = word.chars().map(String::from).collect();
    if let Some(letter) = letters.get_mut(1) {
        wildcard.clone_into(letter);
    }
    letters.concat()
}

/// The text in upper case, or in lower case if it is already upper case; `None` if it has no case. Letters without a round
/// trip, such as `ß` and `ı`, are unchanged: no document specifies how these are matched.
fn other_case(text: &str) -> Option<String> {
    let turned = |turn: fn(char) -> Option<char>, back: fn(char) -> Option<char>| {
        let turn = move |letter| turn(letter).filter(|turned| back(*turned) == Some(letter));
        let turned: String = text
            .chars()
            .map(|character| turn(character).unwrap_or(character))
            .collect();
        (turned != text).then_some(turned)
    };
    turned(upper, lower).or_else(|| turned(lower, upper))
}

fn upper(letter: char) -> Option<char> {
    let mut upper = letter.to_uppercase();
    upper.next().filter(|_| upper.next().is_none())
}

fn lower(letter: char) -> Option<char> {
    let mut lower = letter.to_lowercase();
    lower.next().filter(|_| lower.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_the_case_of_a_word_only() {
        let other_case = |text| other_case(text).unwrap_or_default();
        assert_eq!(other_case("Müller"), "MÜLLER");
        assert_eq!(other_case("Weiß"), "WEIß");
        assert_eq!(other_case("Yılmaz"), "YıLMAZ");
        assert_eq!(other_case("MÜLLER"), "müller");
        assert_eq!(other_case("3000 ß"), "");
    }

    #[test]
    fn searches_for_a_word_that_the_filter_can_distinguish() {
        let word = |names: &[&str]| {
            let rows: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
            searched(&rows, "name").map(|searched| searched.word)
        };
        assert_eq!(word(&["Haus", "Haus Eis"]).as_deref(), Some("Eis"));
        assert_eq!(word(&["Rathaus Eck", "Haus Köln"]).as_deref(), Some("Köln"));
        assert_eq!(word(&["Eis am See", "Haus"]).as_deref(), Some("See"));
        assert_eq!(word(&["Haus", "Haus", "42 AG"]).as_deref(), Some("Haus"));
        assert_eq!(word(&["Haus", "Haus"]), None);
        assert_eq!(with_wildcard("Köln", "%"), "K%ln");
    }
}
