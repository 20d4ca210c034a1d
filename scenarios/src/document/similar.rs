//! Which known words an unknown one may have been meant for.

/// Minimum similarity of a known word to an unknown one, of 1.
const LIKENESS: f64 = 0.6;
/// Maximum length of a word that is compared, in bytes. A longer one would be slow to compare, and is similar to none.
const MAX_WORD: usize = 100;

/// The known words that are similar to an unknown one, the most similar first.
pub fn similar<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if unknown.len() > MAX_WORD {
        return Vec::new();
    }
    let likeness = |known| strsim::normalized_damerau_levenshtein(known, unknown);
    let known = known.into_iter().map(|known| (likeness(known), known));
    let mut similar: Vec<_> = known
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .collect();
    similar.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    similar.into_iter().map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_word_is_first() {
        let known = ["get_order", "list_blacklists", "list_orders"];
        assert_eq!(similar("list_order", known), ["list_orders", "get_order"]);
    }

    #[test]
    fn unrelated_and_long_words_are_similar_to_none() {
        assert!(similar("paint", ["list_orders"]).is_empty());
        let long = "x".repeat(MAX_WORD + 1);
        assert!(similar(&long, [&*long]).is_empty());
    }
}
