//! Clock settings, in configurations and control requests.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{in_range, valid_factor};

/// The clock of new organizations: `real`, `frozen`, `frozen=<RFC 3339>` or `scale=<factor>`.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(into = "String", try_from = "String")]
pub enum ClockSetting {
    /// The same as the machine's.
    #[default]
    Real,
    /// Frozen at this time, or at the time when the organization begins.
    Frozen(Option<Timestamp>),
    /// This many times as fast as the machine's.
    Scaled(f64),
}

impl FromStr for ClockSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, value) = text
            .split_once('=')
            .map_or((text, None), |(word, value)| (word, Some(value)));
        match (word, value) {
            ("real", None) => Ok(Self::Real),
            ("frozen", None) => Ok(Self::Frozen(None)),
            ("frozen", Some(at)) => {
                let at: Timestamp = at
                    .parse()
                    .map_err(|error| format!("`{at}` is not an RFC 3339 time: {error}"))?;
                in_range(at).map_err(|error| error.to_string())?;
                Ok(Self::Frozen(Some(at)))
            }
            ("scale", Some(factor)) => {
                let factor = factor
                    .parse()
                    .map_err(|_| format!("`{factor}` is not a number"))?;
                valid_factor(factor)
                    .map(Self::Scaled)
                    .map_err(|error| error.to_string())
            }
            _ => Err(format!(
                "`{text}` is not real, frozen, frozen=2026-01-15T09:00:00Z or scale=60"
            )),
        }
    }
}

impl TryFrom<String> for ClockSetting {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ClockSetting> for String {
    fn from(setting: ClockSetting) -> Self {
        setting.to_string()
    }
}

impl fmt::Display for ClockSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => formatter.write_str("real"),
            Self::Frozen(None) => formatter.write_str("frozen"),
            Self::Frozen(Some(at)) => write!(formatter, "frozen={at}"),
            Self::Scaled(factor) => write!(formatter, "scale={factor}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn errors_name_valid_settings() {
        let time = Timestamp::from_second(1_000).unwrap();
        assert_eq!("scale=60".parse(), Ok(ClockSetting::Scaled(60.0)));
        assert_eq!(
            "frozen=1970-01-01T00:16:40Z".parse(),
            Ok(ClockSetting::Frozen(Some(time)))
        );
        let error = "slow".parse::<ClockSetting>().unwrap_err();
        assert_eq!(
            error,
            "`slow` is not real, frozen, frozen=2026-01-15T09:00:00Z or scale=60"
        );
    }

    proptest! {
        #[test]
        fn settings_survive_a_round_trip_and_no_text_panics(text in ".{0,30}", second in 0..253_370_764_799i64) {
            let _ = text.parse::<ClockSetting>();
            let setting = ClockSetting::Frozen(Some(Timestamp::from_second(second).unwrap()));
            prop_assert_eq!(setting.to_string().parse(), Ok(setting));
        }
    }
}
