//! Numbers in sentences.

/// A number with its noun: `1 call`, `3 calls`, `2 bodies`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_has_the_number_that_stands_before_it() {
        for (number, noun, told) in [
            (0, "call", "0 calls"),
            (1, "call", "1 call"),
            (2, "call", "2 calls"),
            (1, "body", "1 body"),
            (2, "body", "2 bodies"),
            (2, "key", "2 keys"),
        ] {
            assert_eq!(count(number, noun), told);
        }
    }
}
