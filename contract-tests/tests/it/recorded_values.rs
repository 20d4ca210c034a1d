//! Tools write the same recording in many ways: `null` for what is absent, numbers as text, bodies in other encodings, the media
//! type in one place only. They mean the same, and the verdict is the same.

use base64::prelude::{BASE64_STANDARD, Engine};
use contract_tests::{
    finding::ExitCode,
    traffic::{Format, Options, TrafficError, TrafficResult, judge},
};
use serde_json::{Value, json};

use crate::{
    recordings::{broken, judged, list, warnings, with},
    traffic_reports::{exchange, orders_with},
};

/// Another way to write a value, in the first entry.
const SAME: [(&str, &str); 14] = [
    ("/response/status", "200.0"),
    ("/response/status", r#""200""#),
    ("/time", r#""40""#),
    ("/time", "null"),
    ("/timings", "null"),
    ("/timings", r#"{"receive": "1.5"}"#),
    ("/request/headers", "null"),
    ("/request/postData", "null"),
    ("/request/postData", r#"{"mimeType": null, "text": null}"#),
    ("/request/bodySize", r#""0""#),
    ("/response/bodySize", "null"),
    ("/response/content/mimeType", "null"),
    ("/response/content/encoding", "null"),
    ("/_wasAborted", "null"),
];

#[test]
fn reads_what_a_value_means() {
    for (pointer, value) in SAME {
        let entry = |entry| with(entry, pointer, serde_json::from_str(value).unwrap(), &[]);
        let traffic = judged(&[entry(list())]);
        let seen = (traffic.exit_code(), traffic.counts.answers.right);
        assert_eq!(seen, (ExitCode::Passed, 1), "{pointer} {value}");
        let wrong = exchange(
            0,
            "GET",
            "/orders",
            200,
            &orders_with("/total", Value::Null),
        );
        let traffic = judged(&[entry(wrong)]);
        assert_eq!(broken(&traffic), ["PRV-SCHEMA"], "{pointer} {value}");
    }
}

#[test]
fn header_without_a_value_is_absent_and_a_number_is_its_text() {
    let header = |name: &str, value: Value| {
        let mut entry = list();
        let headers = entry["response"]["headers"].as_array_mut().unwrap();
        headers.retain(|header| header["name"] != name);
        headers.push(json!({"name": name, "value": value}));
        let traffic = judged(&[entry]);
        assert_eq!(traffic.counts.unreadable, 0, "{}", warnings(&traffic));
        let findings = traffic.findings.iter();
        findings.map(|one| one.at.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(header("X-Other", Value::Null), [""; 0]);
    assert_eq!(header("X-RateLimit-Limit", json!(100)), [""; 0]);
    let missing = header("X-RateLimit-Limit", Value::Null);
    assert_eq!(missing, ["header x-ratelimit-limit"]);
}

#[test]
fn response_without_content_has_no_recorded_body() {
    for content in [
        Value::Null,
        json!({}),
        json!({"mimeType": null, "text": null}),
    ] {
        let traffic = judged(&[with(list(), "/response/content", content, &[])]);
        assert_eq!((traffic.counts.without_body, broken(&traffic)), (1, vec![]));
        assert_eq!(traffic.counts.unreadable, 0, "{}", warnings(&traffic));
    }
}

/// The first responses of a journal page: a list with this body, and a deletion, which has none.
fn with_deletion(list: Value) -> TrafficResult {
    let deleted = exchange(1, "DELETE", "/blacklists/1", 204, &json!({}));
    let deleted = with(deleted, "/response/content", json!({"size": 0}), &[]);
    judged(&[list, deleted])
}

#[test]
fn recording_without_the_body_of_any_response_is_inconclusive() {
    let without = with(list(), "/response/content", json!({"size": 764}), &[]);
    let traffic = with_deletion(without.clone());
    assert_eq!(traffic.exit_code(), ExitCode::Inconclusive);
    let advice =
        "no body of a response was recorded, so no response was judged in full; record bodies";
    assert_eq!(warnings(&traffic), advice);
    assert_eq!(with_deletion(list()).exit_code(), ExitCode::Passed);
    assert_eq!(
        judged(&[without, list()]).exit_code(),
        ExitCode::Passed,
        "one body is judged"
    );
    let line = json!({"at": "2026-02-01T10:00:01Z", "method": "GET", "target": "/api/v1/orders",
        "key": "lnc_test_A3mK…0dF9", "status": 200});
    let journal = judge(
        Format::Journal,
        line.to_string().as_bytes(),
        &Options::default(),
    );
    assert_eq!(journal.unwrap().exit_code(), ExitCode::Inconclusive);
}

/// A way to write base64.
type Write = fn(&str) -> String;

#[test]
fn decodes_base64_however_it_is_written() {
    // Its length is no multiple of three, so its end is padded.
    let body = |total: Value| orders_with("/total", total).to_string() + " \n";
    let lines: Write = |text| {
        let lines = text.as_bytes().chunks(20);
        let lines: Vec<_> = lines
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        lines.join("\r\n") + "\r\n"
    };
    let ways: [(&str, Write); 4] = [
        ("base64", str::to_owned),
        ("Base64", str::to_owned),
        ("base64", |text| text.trim_end_matches('=').to_owned()),
        ("base64", lines),
    ];
    for (encoding, write) in ways {
        for (total, rules) in [(json!(1), vec![]), (Value::Null, vec!["PRV-SCHEMA"])] {
            let body = body(total);
            let text = write(&BASE64_STANDARD.encode(&body));
            // Some tools state the size of the encoded text.
            for size in [body.len(), text.len()] {
                let content = json!({"size": size, "encoding": encoding, "text": text});
                let traffic = judged(&[with(list(), "/response/content", content, &[])]);
                assert_eq!(traffic.counts.answers.judged, 1, "{encoding} {text}");
                assert_eq!(broken(&traffic), rules, "{encoding} {text}");
            }
        }
    }
    let cut = BASE64_STANDARD.encode(&body(json!(1))[..12]);
    let content = json!({"size": 80, "encoding": "base64", "text": cut});
    let traffic = judged(&[with(list(), "/response/content", content, &[])]);
    assert_eq!(traffic.counts.without_body, 1, "a cut one is still seen");
}

#[test]
fn media_type_of_a_body_counts_where_no_header_has_it() {
    let created = |media_type: Value| {
        let entry = exchange(0, "POST", "/orders", 503, &json!({}));
        let body = json!({"title": "T", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"], "quantity": 2});
        let body = json!({"mimeType": media_type, "text": body.to_string()});
        let traffic = judged(&[with(entry, "/request/postData", body, &[])]);
        broken(&traffic).contains(&"CLI-HTTP-2")
    };
    assert!(!created(json!("application/json")));
    assert!(!created(json!("application/json; charset=utf-8")));
    assert!(created(json!("text/plain")));
    assert!(
        created(Value::Null) && created(json!("")),
        "nothing declares it"
    );
}

#[test]
fn methods_in_lower_case_are_those_of_a_tool_only_if_all_are() {
    let lower = |mut entry: Value| {
        let method = entry["request"]["method"].as_str().unwrap().to_lowercase();
        entry["request"]["method"] = json!(method);
        entry
    };
    let traffic = judged(&[lower(list()), lower(list())]);
    assert_eq!(
        (broken(&traffic), traffic.counts.answers.right),
        (vec![], 2)
    );
    // A client that sends `patch` is wrong, as fetch is if it is asked to.
    let sent = exchange(1, "PATCH", "/prospect-searches/1", 405, &json!({}));
    let traffic = judged(&[list(), lower(sent)]);
    assert_eq!(broken(&traffic), ["TRF-OPERATION"]);
}

#[test]
fn reads_utf_16_with_a_byte_order_mark() {
    let text = json!({"log": {"entries": [list()]}}).to_string();
    let encoded = |mark: u16, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = [mark].into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    let read = |bytes: &[u8]| judge(Format::Har, bytes, &Options::default());
    for bytes in [
        encoded(0xFEFF, u16::to_le_bytes),
        encoded(0xFEFF, u16::to_be_bytes),
    ] {
        let traffic = read(&bytes).unwrap();
        assert_eq!(traffic.counts.answers.right, 1);
        let Err(TrafficError::NoRecording(reason)) = read(&bytes[..bytes.len() - 1]) else {
            panic!("half a character");
        };
        assert!(reason.contains("UTF-16"), "{reason}");
    }
}

#[test]
fn redirects_and_unchanged_responses_need_no_json() {
    for status in [304, 307] {
        let entry = exchange(0, "GET", "/orders", status, &json!({}));
        let mut entry = with(
            entry,
            "/response/content",
            json!({"size": 0, "text": ""}),
            &[],
        );
        entry["response"]["headers"] = json!([{"name": "Content-Length", "value": "0"}]);
        let traffic = judged(&[entry, list()]);
        assert_eq!(broken(&traffic), [""; 0], "{status}");
        assert_eq!(traffic.counts.answers.judged, 1, "{status}");
        let text = exchange(0, "GET", "/orders", status, &json!({}));
        assert_eq!(
            broken(&judged(&[text])),
            ["PRV-SCHEMA"],
            "one with a body: {status}"
        );
    }
}
