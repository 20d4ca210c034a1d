//! How the requests of a recording compare with one expectation.

use super::matcher::{Comparison, Difference};

/// The requests that match, and the one that comes closest without matching. Indexes are those of the recording.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The requests that match.
    pub matched: Vec<usize>,
    /// Number of requests that may match, and why it is not known of the last one.
    pub undecided: Option<(usize, &'static str)>,
    /// The request that differs least, once it was looked for.
    pub closest: Option<Closest>,
}

/// A request that differs.
#[derive(Debug)]
pub(super) struct Closest {
    /// The request.
    pub index: usize,
    /// How it differs.
    pub differences: Vec<Difference>,
    /// How near it comes.
    likeness: f64,
}

impl Tally {
    /// Adds a request. One that differs changes nothing. Returns whether it matches.
    pub(super) fn add(&mut self, index: usize, compared: &Comparison) -> bool {
        match compared {
            Comparison::Matches => self.matched.push(index),
            Comparison::Undecided(reason) => {
                let number = self.undecided.map_or(0, |(number, _)| number);
                self.undecided = Some((number + 1, *reason));
            }
            Comparison::Differs { .. } => {}
        }
        self.matched.last() == Some(&index)
    }

    /// Looks for the closest request, from the last to the first.
    pub(super) fn approach(&mut self, index: usize, compared: Comparison) {
        let Comparison::Differs {
            likeness,
            differences,
        } = compared
        else {
            return;
        };
        let known = self.closest.as_ref();
        // Of two that are equally close, the later one.
        if known.is_none_or(|known| known.likeness < likeness) {
            self.closest = Some(Closest {
                index,
                differences,
                likeness,
            });
        }
    }
}
