use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, Response, header};

/// Every response passes here last: successes, errors of each step, and those of the server itself. `quota` is empty until the key is
/// known to be valid; from then on, each response shows it.
pub fn finish<Body>(
    response: &mut Response<Body>,
    quota: HeaderMap,
    request_id: HeaderValue,
    now: SystemTime,
) {
    let status = response.status().as_u16();
    let headers = response.headers_mut();
    headers.extend(quota);
    headers.insert("x-request-id", request_id);
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(now)) {
        headers.insert(header::DATE, date);
    }
    if status != 204 {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    let belongs = match status {
        201 => header::LOCATION,
        401 | 403 => header::WWW_AUTHENTICATE,
        405 => header::ALLOW,
        429 => header::RETRY_AFTER,
        _ => return,
    };
    debug_assert!(
        headers.contains_key(&belongs),
        "a {status} without {belongs}"
    );
}
