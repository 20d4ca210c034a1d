//! The header `Date`.

use http::HeaderValue;
use jiff::Timestamp;

/// A point in time in the format of `Date`.
fn http_date(time: Timestamp) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .expect("a clock stays within the years that a date can have")
}

/// A cache of the last `Date`. It changes once per second, and every response needs it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Date(Option<(i64, HeaderValue)>);

impl Date {
    /// `Date` at `now`.
    pub(crate) fn at(&mut self, now: Timestamp) -> HeaderValue {
        match &self.0 {
            Some((second, written)) if *second == now.as_second() => written.clone(),
            _ => {
                let written =
                    HeaderValue::try_from(http_date(now)).expect("a date is visible ASCII");
                self.0.insert((now.as_second(), written)).1.clone()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_date_is_written_anew_with_every_second_also_with_one_before() {
        let mut date = Date::default();
        let first = date.at(at(784_111_777));
        assert_eq!(date.at(at(784_111_777)), first);
        assert_eq!(date.at(at(784_111_778)), "Sun, 06 Nov 1994 08:49:38 GMT");
        assert_eq!(date.at(at(784_111_777)), first);
    }
}
