//! How far times lie apart, without the few that stand out.

use std::time::Duration;

/// How far times lie apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Spread {
    /// Half of them are no longer.
    pub median: Duration,
    /// A tenth of them is shorter.
    pub short: Duration,
    /// A tenth of them is longer.
    pub long: Duration,
}

impl Spread {
    /// Of some times, if there are any.
    pub(crate) fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        let at = |tenths: usize| times[last * tenths / 10];
        Some(Self {
            median: at(5),
            short: at(1),
            long: at(9),
        })
    }

    /// From the short ones to the long ones.
    pub(crate) fn width(self) -> Duration {
        self.long.saturating_sub(self.short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_counts_for_nothing() {
        let times = [5, 1, 2, 900, 3, 4, 6, 7, 8, 9, 10].map(Duration::from_millis);
        let spread = Spread::of(times.to_vec()).unwrap();
        assert_eq!(spread.median, Duration::from_millis(6));
        assert_eq!(spread.width(), Duration::from_millis(8));
        let one = Spread::of(vec![Duration::from_secs(1)]).unwrap();
        assert_eq!((one.median, one.width()), (one.long, Duration::ZERO));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
