//! Calls that were never made, for the tests of what is said of calls.

use std::time::Duration;

use super::trace::{Answer, Exchange, Message, Origin, Request, Response};

/// A GET at a time, answered at once.
pub(crate) fn get(at_ms: u64, target: &str, status: u16, retry_after: Option<&str>) -> Exchange {
    took(0, at_ms, target, status, retry_after)
}

/// A GET at a time, answered so much later.
pub(crate) fn took(
    ms: u64,
    at_ms: u64,
    target: &str,
    status: u16,
    retry_after: Option<&str>,
) -> Exchange {
    let message = |at_ms, headers| {
        let at = Duration::from_millis(at_ms);
        Message {
            headers,
            head_at: at,
            ended_at: at,
            whole: true,
            ..Message::default()
        }
    };
    let wait = retry_after.map(|wait| ("Retry-After".to_owned(), wait.as_bytes().to_vec()));
    Exchange {
        origin: Origin::Api,
        connection: 0,
        request: Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            message: message(at_ms, Vec::new()),
        },
        answer: Answer::Response(Response {
            status,
            message: message(at_ms + ms, wait.into_iter().collect()),
            ..Response::default()
        }),
    }
}
