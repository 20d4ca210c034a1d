//! Words of a shell.

/// The word, quoted where a shell needs it.
pub(crate) fn quoted(word: &str) -> String {
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter
        .quote(word)
        .map_or_else(|_| String::new(), Into::into)
}
