//! The spread of durations, without outliers.

use std::time::Duration;

/// The spread of durations.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Percentiles {
    /// Half of them are at most this long.
    pub median: Duration,
    /// A tenth of them are shorter.
    pub p10: Duration,
    /// A tenth of them are longer.
    pub p90: Duration,
}

impl Percentiles {
    /// Computes the percentiles, if there are any durations.
    pub(crate) fn new(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        let at = |tenths: usize| times[last * tenths / 10];
        Some(Self {
            median: at(5),
            p10: at(1),
            p90: at(9),
        })
    }

    /// The distance from the 10th to the 90th percentile.
    pub(crate) fn spread(self) -> Duration {
        self.p90.saturating_sub(self.p10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_ignores_outliers() {
        let times = [5, 1, 2, 900, 3, 4, 6, 7, 8, 9, 10].map(Duration::from_millis);
        let spread = Percentiles::new(times.to_vec()).unwrap();
        assert_eq!(spread.median, Duration::from_millis(6));
        assert_eq!(spread.spread(), Duration::from_millis(8));
        let percentiles = Percentiles::new(vec![Duration::from_secs(1)]).unwrap();
        assert_eq!(
            (percentiles.median, percentiles.spread()),
            (percentiles.p90, Duration::ZERO)
        );
        assert_eq!(Percentiles::new(Vec::new()), None);
    }
}
