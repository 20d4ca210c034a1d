//! What a snapshot keeps of a clock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Clock, ClockError, ClockSetting, Mode, in_range};

/// What a snapshot keeps of a clock.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockSnapshot {
    /// How its time passes.
    pace: ClockSetting,
    /// Where it stood.
    now: Timestamp,
}

impl Clock {
    /// What a snapshot keeps of it.
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

    /// The clock that this was kept of, from there on.
    pub(crate) fn load(snapshot: ClockSnapshot, machine: Timestamp) -> Result<Self, ClockError> {
        in_range(snapshot.now)?;
        Ok(Self {
            anchor: snapshot.now,
            ..Self::new(snapshot.pace, machine)
        })
    }
}
