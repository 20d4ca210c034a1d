//! The value of `Retry-After`.

use std::time::Duration;

use crate::clients::trace::Exchange;

/// The first value, if it is repeated.
pub(super) fn retry_after(exchange: &Exchange) -> Option<&str> {
    exchange.response()?.message.header("retry-after")
}

/// The seconds that it asks to wait, if they are unambiguous.
pub(super) fn seconds(exchange: &Exchange) -> Option<u64> {
    let text = retry_after(exchange).filter(|_| !contradicts_itself(exchange))?;
    text.parse().ok()
}

/// Whether there are several `Retry-After` with different values.
fn contradicts_itself(exchange: &Exchange) -> bool {
    let response = exchange.response().map(|response| &response.message);
    let mut values = response
        .into_iter()
        .flat_map(|message| message.headers_named("retry-after"));
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// The time until the date that a response asks to wait for, if it is in the future.
pub(super) fn until_date(exchange: &Exchange) -> Option<Duration> {
    let until = httpdate::parse_http_date(retry_after(exchange)?).ok()?;
    let date = httpdate::parse_http_date(exchange.response()?.message.header("date")?).ok()?;
    let left = until.duration_since(date).ok();
    left.filter(|left| !left.is_zero())
}

/// Whether there is a `Retry-After` that does not state how long to wait.
pub(super) fn is_unreadable(exchange: &Exchange) -> bool {
    retry_after(exchange).is_some() && seconds(exchange).is_none() && until_date(exchange).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{example::get, trace::Outcome};

    /// A 429 of the first of January 2026, with these values.
    fn refused(values: &[&str]) -> Exchange {
        let mut exchange = get(0, "/a", 429, None);
        if let Outcome::Response(answer) = &mut exchange.outcome {
            let date = ("Date", "Thu, 01 Jan 2026 00:00:00 GMT");
            let all = values.iter().map(|value| ("Retry-After", *value));
            let headers = [date].into_iter().chain(all);
            let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
            answer.message.headers = headers.collect();
        }
        exchange
    }

    #[test]
    fn reads_digits_of_a_single_header_as_seconds() {
        assert_eq!(seconds(&refused(&["7"])), Some(7));
        assert_eq!(seconds(&refused(&["7", "7"])), Some(7));
        for nothing in [&["soon"][..], &["-5"], &["2.0"], &[""], &["1", "60"]] {
            let exchange = refused(nothing);
            assert!(
                seconds(&exchange).is_none() && is_unreadable(&exchange),
                "{nothing:?}"
            );
        }
        assert!(!is_unreadable(&refused(&[])) && !is_unreadable(&refused(&["3600"])));
    }

    #[test]
    fn reads_future_dates_in_three_formats() {
        for date in [
            "Thu, 01 Jan 2026 00:00:02 GMT",
            "Thursday, 01-Jan-26 00:00:02 GMT",
            "Thu Jan  1 00:00:02 2026",
        ] {
            let exchange = refused(&[date]);
            assert_eq!(
                until_date(&exchange),
                Some(Duration::from_secs(2)),
                "{date}"
            );
            assert!(!is_unreadable(&exchange));
        }
        for past in [
            "Wed, 31 Dec 2025 23:00:00 GMT",
            "Thu, 01 Jan 2026 00:00:00 GMT",
        ] {
            let exchange = refused(&[past]);
            assert!(
                until_date(&exchange).is_none() && is_unreadable(&exchange),
                "{past}"
            );
        }
    }
}
