//! A time in half the memory, for what is kept in large numbers.

use std::num::NonZeroU64;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A time in whole microseconds. It takes 8 bytes, also as an `Option`; a [`Timestamp`] takes 16, and 24 as an `Option`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(from = "Timestamp", into = "Timestamp")]
pub(crate) struct CompactTime {
    /// The first [`Timestamp`] is 1.
    microsecond: NonZeroU64,
}

/// The microsecond before the first [`Timestamp`], since the epoch.
fn before_all() -> i64 {
    Timestamp::MIN.as_microsecond() - 1
}

impl From<Timestamp> for CompactTime {
    fn from(time: Timestamp) -> Self {
        let microsecond = time.as_microsecond().abs_diff(before_all());
        Self {
            microsecond: NonZeroU64::new(microsecond).expect("every time is after it"),
        }
    }
}

impl From<CompactTime> for Timestamp {
    fn from(time: CompactTime) -> Self {
        let microsecond = before_all().saturating_add_unsigned(time.microsecond.get());
        // Only fractions of the last second are beyond its range.
        Self::from_microsecond(microsecond).unwrap_or(Self::MAX)
    }
}

/// The first moment of 1970, as of a [`Timestamp`].
impl Default for CompactTime {
    fn default() -> Self {
        Timestamp::default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_time_to_the_microsecond_in_eight_bytes() {
        assert_eq!(size_of::<Option<CompactTime>>(), 8);
        for (time, kept) in [
            ("-009999-01-02T01:59:59Z", "-009999-01-02T01:59:59Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            (
                "2026-01-15T09:00:00.123456789Z",
                "2026-01-15T09:00:00.123456Z",
            ),
            (
                "9999-12-30T22:00:00.999999999Z",
                "9999-12-30T22:00:00.999999999Z",
            ),
        ] {
            let [time, kept]: [Timestamp; 2] = [time, kept].map(|text| text.parse().unwrap());
            assert_eq!(Timestamp::from(CompactTime::from(time)), kept);
        }
        let [earlier, later] = [Timestamp::MIN, Timestamp::MAX].map(CompactTime::from);
        assert!(earlier < CompactTime::default() && CompactTime::default() < later);
    }
}
