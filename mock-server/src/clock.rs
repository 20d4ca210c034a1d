//! Time. This is the only file that reads the machine's clocks; everything else gets `now` as an argument.
//!
//! Every organization has one [`Clock`]. Key expiry, rate windows, `Retry-After`, `Date`, timestamps and the
//! progress of orders all read it, so they agree on a frozen, advanced or scaled clock. Everything that depends on
//! time is computed from `now` on request; there are no timers.

mod clock_snapshot;
mod compact_time;
mod date;
mod setting;

use std::time::Instant;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

pub(crate) use clock_snapshot::ClockSnapshot;
pub(crate) use compact_time::CompactTime;
pub(crate) use date::Date;
pub use setting::ClockSetting;

/// The machine's time: the wall clock at start, plus elapsed time on the monotonic clock. It never goes back.
#[derive(Debug)]
pub(crate) struct Machine {
    wall: Timestamp,
    started: Instant,
}

impl Machine {
    /// Reads the wall clock, once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub(crate) fn start() -> Self {
        Self {
            wall: Timestamp::now(),
            started: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.wall
            .saturating_add(self.started.elapsed())
            .unwrap_or(Timestamp::MAX)
    }
}

/// The machine's monotonic clock, for deadlines. Tests can advance it.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn monotonic() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// The pace of an organization's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// The same as the machine's.
    Real,
    /// Time passes only on request.
    Frozen,
    /// This many times as fast as the machine's time.
    Scaled(f64),
}

/// Valid factors of scaled clocks.
pub(crate) const FACTORS: std::ops::RangeInclusive<f64> = 0.001..=100_000.0;

impl Mode {
    /// The name in settings and responses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Frozen => "frozen",
            Self::Scaled(_) => "scaled",
        }
    }

    /// The factor of the pace.
    pub(crate) fn factor(self) -> f64 {
        match self {
            Self::Real => 1.0,
            Self::Frozen => 0.0,
            Self::Scaled(factor) => factor,
        }
    }
}

/// An organization's clock. The anchor is the time of the last change of pace.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    mode: Mode,
    /// The organization's time at the anchor.
    anchor: Timestamp,
    /// The machine's time at the anchor.
    machine: Timestamp,
}

/// Why a clock rejects a request.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ClockError {
    /// The requested time is in the past.
    #[error("the clock is at {now} and cannot go back to {to}")]
    Backwards {
        /// The organization's time.
        now: Timestamp,
        /// The requested time.
        to: Timestamp,
    },
    /// The time is out of range: its year must have four digits.
    #[error("the time must be from 1970-01-01T00:00:00Z to 9998-12-31T23:59:59Z")]
    OutOfRange,
    /// The factor is out of range.
    #[error("a clock can be scaled by {first} to {last}, not by {0}", first = FACTORS.start(), last = FACTORS.end())]
    Factor(f64),
}

impl Clock {
    /// The clock that a setting describes, for an organization that begins at the machine time `machine`.
    pub(crate) fn new(setting: ClockSetting, machine: Timestamp) -> Self {
        match setting {
            ClockSetting::Real => Self {
                mode: Mode::Real,
                anchor: machine,
                machine,
            },
            ClockSetting::Frozen(at) => Self {
                mode: Mode::Frozen,
                anchor: at.unwrap_or(machine),
                machine,
            },
            ClockSetting::Scaled(factor) => Self {
                mode: Mode::Scaled(factor),
                anchor: machine,
                machine,
            },
        }
    }

    /// The pace of the clock.
    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    /// Differs from the mark of the clock before and after every change.
    pub(crate) fn mark(&self) -> String {
        format!("{} {}", self.mode.factor(), self.anchor)
    }

    /// The organization's time at the machine time `machine`.
    pub(crate) fn now(&self, machine: Timestamp) -> Timestamp {
        let passed = machine.duration_since(self.machine);
        let passed = match self.mode {
            Mode::Frozen => return self.anchor,
            Mode::Real => passed,
            Mode::Scaled(factor) => {
                SignedDuration::try_from_secs_f64(passed.as_secs_f64() * factor)
                    .unwrap_or(SignedDuration::MAX)
            }
        };
        self.anchor.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// Freezes the clock, at `at` or at its current time.
    pub(crate) fn freeze(
        &mut self,
        at: Option<Timestamp>,
        machine: Timestamp,
    ) -> Result<(), ClockError> {
        self.go(at.unwrap_or_else(|| self.now(machine)), machine)?;
        self.mode = Mode::Frozen;
        Ok(())
    }

    /// Advances the clock by `by`, without changing its pace.
    pub(crate) fn advance(
        &mut self,
        by: SignedDuration,
        machine: Timestamp,
    ) -> Result<(), ClockError> {
        let to = self
            .now(machine)
            .checked_add(by)
            .map_err(|_| ClockError::OutOfRange)?;
        self.go(to, machine)
    }

    /// Advances the clock to `to`, without changing its pace.
    pub(crate) fn go(&mut self, to: Timestamp, machine: Timestamp) -> Result<(), ClockError> {
        let now = self.now(machine);
        if to < now {
            return Err(ClockError::Backwards { now, to });
        }
        in_range(to)?;
        (self.anchor, self.machine) = (to, machine);
        Ok(())
    }

    /// Makes time pass this many times as fast, from the current time on.
    pub(crate) fn scale(&mut self, factor: f64, machine: Timestamp) -> Result<(), ClockError> {
        self.pace(Mode::Scaled(valid_factor(factor)?), machine);
        Ok(())
    }

    /// Makes time pass as on the machine, from the current time on.
    pub(crate) fn resume(&mut self, machine: Timestamp) {
        self.pace(Mode::Real, machine);
    }

    fn pace(&mut self, mode: Mode, machine: Timestamp) {
        (self.anchor, self.machine) = (self.now(machine), machine);
        self.mode = mode;
    }

    /// How many seconds a client must sleep in real time until this much virtual time has passed, in whole seconds.
    /// On a frozen clock sleeping does not help, so the result is virtual seconds.
    pub(crate) fn seconds_to_sleep(&self, duration: SignedDuration) -> i64 {
        match self.mode {
            Mode::Real | Mode::Frozen => whole_seconds(duration),
            Mode::Scaled(factor) => {
                SignedDuration::try_from_secs_f64(duration.as_secs_f64() / factor)
                    .map_or(i64::MAX, whole_seconds)
            }
        }
    }
}

/// Seconds, rounded up to at least one.
pub(crate) fn whole_seconds(duration: SignedDuration) -> i64 {
    let started = i64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started).max(1)
}

fn in_range(time: Timestamp) -> Result<(), ClockError> {
    const LAST: i64 = 253_370_764_799; // 9998-12-31T23:59:59Z
    if (0..=LAST).contains(&time.as_second()) {
        Ok(())
    } else {
        Err(ClockError::OutOfRange)
    }
}

fn valid_factor(factor: f64) -> Result<f64, ClockError> {
    if FACTORS.contains(&factor) {
        Ok(factor)
    } else {
        Err(ClockError::Factor(factor))
    }
}

/// Parses a duration such as `90s`, `1h`, `7d` or `PT1H`. It must not be negative. A day has 24 hours.
pub fn duration(text: &str) -> Result<SignedDuration, String> {
    text.parse()
        .and_then(|span: Span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .ok()
        .filter(|duration| !duration.is_negative())
        .ok_or_else(|| format!("`{text}` is not a duration such as 90s, 1h, 7d or PT1H"))
}

/// A point in time in the format of bodies: RFC 3339 in UTC, to the millisecond.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn frozen_clock_moves_only_when_moved() {
        let mut clock = Clock::new(ClockSetting::Frozen(Some(at(1_000))), at(5));
        assert_eq!(clock.now(at(99)), at(1_000));
        clock
            .advance(SignedDuration::from_secs(90), at(99))
            .unwrap();
        assert_eq!(clock.now(at(200)), at(1_090));
        clock.resume(at(200));
        assert_eq!(clock.now(at(203)), at(1_093));
    }

    #[test]
    fn scaled_clock_continues_from_its_time_and_scales_waits() {
        let mut clock = Clock::new(ClockSetting::Real, at(100));
        clock.scale(60.0, at(110)).unwrap();
        assert_eq!(clock.now(at(110)), at(110));
        assert_eq!(clock.now(at(111)), at(170));
        let sleep = |millis| clock.seconds_to_sleep(SignedDuration::from_millis(millis));
        assert_eq!(
            (sleep(1), sleep(60_000), sleep(60_001), sleep(90_000)),
            (1, 1, 2, 2)
        );
    }

    #[test]
    fn no_clock_goes_back_or_leaves_the_years_of_a_date() {
        let mut clock = Clock::new(ClockSetting::Frozen(Some(at(1_000))), at(0));
        assert_eq!(
            clock.go(at(999), at(0)),
            Err(ClockError::Backwards {
                now: at(1_000),
                to: at(999)
            })
        );
        assert_eq!(
            clock.advance(SignedDuration::MAX, at(0)),
            Err(ClockError::OutOfRange)
        );
        assert_eq!(clock.scale(0.0, at(0)), Err(ClockError::Factor(0.0)));
        assert!(clock.scale(f64::NAN, at(0)).is_err());
        assert_eq!(clock.now(at(0)), at(1_000));
    }

    #[test]
    fn parses_human_durations() {
        assert_eq!(duration("1d"), Ok(SignedDuration::from_hours(24)));
        assert_eq!(duration("PT1H"), Ok(SignedDuration::from_hours(1)));
        assert_eq!(duration("1500ms"), Ok(SignedDuration::from_millis(1_500)));
        for invalid in ["", "soon", "-1s", "1", "1mo", "99999999999999h"] {
            assert!(duration(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn writes_dates_for_json() {
        assert_eq!(rfc3339(at(784_111_777)), "1994-11-06T08:49:37.000Z");
    }

    #[derive(Clone, Debug)]
    enum Verb {
        Wait(i64),
        Freeze,
        Advance(i64),
        Scale(f64),
        Resume,
    }

    fn verbs() -> impl Strategy<Value = Verb> {
        prop_oneof![
            (0..100_000i64).prop_map(Verb::Wait),
            Just(Verb::Freeze),
            (-1_000..1_000_000i64).prop_map(Verb::Advance),
            (0.0..200_000f64).prop_map(Verb::Scale),
            Just(Verb::Resume),
        ]
    }

    proptest! {
        #[test]
        fn time_never_goes_back(verbs in proptest::collection::vec(verbs(), 1..40)) {
            let mut machine = at(1_000_000);
            let mut clock = Clock::new(ClockSetting::Real, machine);
            let mut last = clock.now(machine);
            for verb in verbs {
                let _ = match verb {
                    Verb::Wait(seconds) => {
                        machine = machine.saturating_add(SignedDuration::from_secs(seconds)).unwrap();
                        Ok(())
                    }
                    Verb::Freeze => clock.freeze(None, machine),
                    Verb::Advance(by) => clock.advance(SignedDuration::from_secs(by), machine),
                    Verb::Scale(factor) => clock.scale(factor, machine),
                    Verb::Resume => { clock.resume(machine); Ok(()) }
                };
                prop_assert!(clock.now(machine) >= last);
                last = clock.now(machine);
            }
        }
    }
}
