use std::fmt;

/// A key that does not show itself in `{}` and `{:?}`, so that neither do structs, errors and logs that contain it.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }

    /// For the Authorization header, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    /// The prefix and the last four characters tell keys apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.0.get(..9), self.0.len().checked_sub(4));
        let last = last.and_then(|from| self.0.get(from..));
        write!(
            f,
            "{}…{}",
            first.unwrap_or_default(),
            last.unwrap_or_default()
        )
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
