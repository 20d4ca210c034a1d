//! What the client does with a POST that may have been carried out although there is no response.

/// What follows a POST without a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnLostPost {
    /// It is reported.
    Report,
    /// It is repeated.
    Repeat,
    /// It is repeated with a body that is made anew, so that it looks like another one.
    RepeatAnew,
}
