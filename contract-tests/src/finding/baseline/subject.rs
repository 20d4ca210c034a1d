//! What a baseline is about: findings of all judges.

use crate::finding::Verdict;

/// What a baseline can be about.
pub trait Subject {
    /// The check or the rule.
    fn id(&self) -> &'static str;
    /// The operation, if it is about one.
    fn operation(&self) -> Option<&str>;
    /// The scenario, if it is about one.
    fn scenario(&self) -> Option<&str>;
    /// Where something is wrong, if that is known.
    fn place(&self) -> Option<&str>;
    /// What the report says.
    fn verdict(&self) -> Verdict;
    /// From now on it is known, for this reason.
    fn accept(&mut self, reason: String);
}
