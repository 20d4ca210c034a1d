//! The interface between a baseline and the findings of all judges.

use crate::finding::Verdict;

/// A finding that a baseline can accept.
pub trait Subject {
    /// The id of the check or rule.
    fn id(&self) -> &'static str;
    fn operation(&self) -> Option<&str>;
    fn scenario(&self) -> Option<&str>;
    /// Where the violation is, if that is known.
    fn place(&self) -> Option<&str>;
    fn verdict(&self) -> Verdict;
    /// Marks it as known, for this reason.
    fn accept(&mut self, reason: String);
}
