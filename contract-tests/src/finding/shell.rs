//! Words of a shell.

/// A word that the shell leaves as it is.
pub(crate) fn quoted(word: &str) -> String {
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter
        .quote(word)
        .map_or_else(|_| String::new(), Into::into)
}
