use std::time::{Duration, SystemTime};

const MIN_WAIT: Duration = Duration::from_millis(500);

/// The wait: Retry-After is a number or a date; if it is neither, or past, your own backoff counts.
pub fn wait(
    header: Option<&str>,
    backoff: Duration,
    deadline: Duration,
) -> Result<Duration, String> {
    let seconds = header.and_then(|text| text.trim().parse().ok());
    let until = header.and_then(|text| httpdate::parse_http_date(text).ok());
    let left = until.and_then(|date| date.duration_since(SystemTime::now()).ok());
    let asked = seconds
        .map(Duration::from_secs)
        .or(left)
        .unwrap_or_default();
    let wait = asked.max(backoff).max(MIN_WAIT);
    if wait > deadline {
        return Err(format!(
            "the API asks to wait for {wait:?}; the limit is {deadline:?}"
        ));
    }
    Ok(wait)
}
