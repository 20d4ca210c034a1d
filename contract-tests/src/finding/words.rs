//! Numbers in sentences.

/// A number with its noun: `1 request`, `3 requests`, `2 bodies`.
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
    fn chooses_singular_or_plural() {
        for (number, noun, text) in [
            (0, "request", "0 requests"),
            (1, "request", "1 request"),
            (2, "request", "2 requests"),
            (1, "body", "1 body"),
            (2, "body", "2 bodies"),
            (2, "key", "2 keys"),
        ] {
            assert_eq!(count(number, noun), text);
        }
    }
}
