//! How the requests of a recording compare with one expectation.

use super::matcher::{Comparison, Difference};

/// The requests that match, and the one that comes closest without matching. Indexes are those of the recording.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The requests that match.
    pub matched: Vec<usize>,
    /// Number of requests that may match, and why it is not known of the last one.
    pub undecided: Option<(usize, &'static str)>,
    /// The request that differs least.
    pub closest: Option<Closest>,
}

/// A request that differs.
#[derive(Debug)]
pub(super) struct Closest {
    /// The request.
    pub index: usize,
    /// How it differs.
    pub differences: Vec<Difference>,
    /// Number of conditions that hold.
    held: usize,
}

impl Tally {
    /// Adds a request. Returns whether it matches.
    pub(super) fn add(&mut self, index: usize, compared: Comparison) -> bool {
        match compared {
            Comparison::Matches => self.matched.push(index),
            Comparison::Undecided(reason) => {
                let number = self.undecided.map_or(0, |(number, _)| number);
                self.undecided = Some((number + 1, reason));
            }
            Comparison::Differs { held, differences } => {
                let closest = Closest {
                    index,
                    differences,
                    held,
                };
                // Of two that are equally close, the later one.
                if self
                    .closest
                    .as_ref()
                    .is_none_or(|known| known.rank() <= closest.rank())
                {
                    self.closest = Some(closest);
                }
            }
        }
        self.matched.last() == Some(&index)
    }
}

impl Closest {
    /// Larger if it differs less.
    fn rank(&self) -> (usize, std::cmp::Reverse<usize>) {
        (self.held, std::cmp::Reverse(self.differences.len()))
    }
}
