use super::*;
use crate::traffic::recorded::{RecordedMessage, RecordedResponse};

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxmasked";
const JWT: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-bmF0_dXJl";

fn with(value: &str, status: u16) -> RecordedExchange {
    let mut exchange = RecordedExchange::new("GET", "http://x/api/v1/orders".parse().unwrap());
    exchange.request.headers = Some(vec![("Authorization".to_owned(), value.to_owned())]);
    let (code, message) = (None, RecordedMessage::default());
    exchange.answer = Some(RecordedResponse {
        status,
        code,
        message,
    });
    exchange
}

#[test]
fn placeholders_are_not_credentials() {
    for placeholder in [
        "[redacted]",
        "REDACTED",
        "Bearer [authorization redacted]",
        "Bearer <token>",
        "Bearer ********",
        "Bearer xxxxxxxx",
        "Bearer lnc_test_********************************",
        "Bearer lnc_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "Basic {{credentials}}",
        "••••••••",
        "Removed by HAR sanitizer",
        "Bearer %FILTERED%",
        "",
        "Bearer ",
    ] {
        let exchange = with(placeholder, 200);
        assert_eq!(
            from_exchange(&exchange),
            Credential::Redacted,
            "{placeholder}"
        );
        assert!(
            judge(&exchange, &from_exchange(&exchange)).is_none(),
            "{placeholder}"
        );
    }
}

#[test]
fn masks_are_distinguished_but_say_nothing_of_the_format() {
    for mask in [
        "lnc_test_A3mK…0dF9",
        "lnc_live_A3mK****0dF9",
        "lnc_live_A3...",
    ] {
        let value = format!("Bearer {mask}");
        let exchange = with(&value, 200);
        assert_eq!(from_exchange(&exchange), Credential::Masked(mask));
        assert!(
            judge(&exchange, &from_exchange(&exchange)).is_none(),
            "{mask}"
        );
    }
}

#[test]
fn journal_of_the_sandbox_says_nothing_of_the_format() {
    for (key, value) in [
        ("lnc_test_A3mK…0dF9", "Bearer lnc_test_A3mK…0dF9"),
        ("admin@demo01", "Bearer eyJ…"),
    ] {
        let mut exchange = with(value, 200);
        exchange.key = Some(key.to_owned());
        let credential = from_exchange(&exchange);
        assert_eq!(credential, Credential::Full(key));
        assert!(judge(&exchange, &credential).is_none(), "{value}");
    }
}

#[test]
fn judges_invalid_credentials() {
    let broken = |value: &str, status| {
        let exchange = with(value, status);
        let judged = judge(&exchange, &from_exchange(&exchange));
        judged.map(|judged| judged.broken.len())
    };
    assert_eq!(broken(&format!("Bearer {KEY}"), 200), Some(0));
    assert_eq!(broken(&format!("bearer {KEY}"), 401), Some(0));
    assert_eq!(broken(&format!("Bearer {JWT}"), 200), Some(0));
    for invalid in [
        KEY,
        &format!("Basic {KEY}"),
        &format!("Token {KEY}"),
        "Bearer YOUR_API_KEY",
        "Bearer undefined",
        &format!("Bearer {}", &JWT[..36]),
    ] {
        assert_eq!(broken(invalid, 401), Some(1), "{invalid}");
    }
    for empty in ["Bearer ", "Bearer"] {
        assert_eq!(broken(empty, 401), Some(1), "the server saw none either");
        let exchange = with(empty, 401);
        assert_eq!(from_exchange(&exchange), Credential::Full(""), "{empty}");
        assert_eq!(wrong(empty), Some("the token is missing"));
    }
    let mut twice = with("[redacted]", 200);
    let headers = twice.request.headers.as_mut().unwrap();
    headers.push(headers[0].clone());
    assert_eq!(
        judge(&twice, &from_exchange(&twice)).unwrap().broken.len(),
        1
    );
}

#[test]
fn judges_what_looks_like_a_placeholder_but_is_sent_by_clients() {
    for value in ["[redacted]", "Bearer <token>", "Bearer "] {
        let mut exchange = with(value, 200);
        (exchange.is_live, exchange.keeps_credentials) = (true, true);
        let judged = judge(&exchange, &from_exchange(&exchange));
        assert_eq!(judged.unwrap().broken.len(), 1, "{value}");
        exchange.request.headers = Some(Vec::new());
        assert_eq!(from_exchange(&exchange), Credential::Absent);
    }
}

#[test]
fn missing_header_was_left_out_of_the_recording_if_the_server_accepted_the_request() {
    let without = |status| {
        let mut exchange = with("", status);
        exchange.request.headers = Some(vec![("Accept".to_owned(), "*/*".to_owned())]);
        exchange
    };
    assert_eq!(from_exchange(&without(200)), Credential::Redacted);
    assert_eq!(from_exchange(&without(401)), Credential::Absent);
    let mut bare = without(200);
    bare.request.headers = None;
    assert_eq!(
        from_exchange(&bare),
        Credential::Absent,
        "no header was recorded"
    );
}
