//! The part of a clock that snapshots save.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Clock, ClockError, ClockSetting, Mode, in_range};

/// The part of a clock that snapshots save.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockSnapshot {
    /// The pace.
    pace: ClockSetting,
    /// The organization's time.
    now: Timestamp,
}

impl Clock {
    /// Saves the clock.
    pub(crate) fn save(&self, machine: Timestamp) -> ClockSnapshot {
        ClockSnapshot {
            pace: match self.mode {
                Mode::Real => ClockSetting::Real,
                Mode::Frozen => ClockSetting::Frozen(None),
                Mode::Scaled(factor) => ClockSetting::Scaled(factor),
            },
            now: self.now(machine),
        }
    }

    /// Restores a clock, which continues from the saved time.
    pub(crate) fn load(snapshot: ClockSnapshot, machine: Timestamp) -> Result<Self, ClockError> {
        in_range(snapshot.now)?;
        Ok(Self {
            anchor: snapshot.now,
            ..Self::new(snapshot.pace, machine)
        })
    }
}
