//! A server cannot make a run use unlimited memory or time.

use std::{
    fs,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use crate::{
    command::text,
    target::{Bug, PatchedRequest, PatchedResponse, start},
};

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxhostil";
/// Maximum memory of the program in a test, in KiB. What it keeps has smaller limits of its own.
pub(crate) const MAX_MEMORY: u64 = 512 * 1024;

/// Judges a server by these checks or by all. Its memory must stay within the limit.
async fn judge(request: fn(&mut PatchedRequest), response: Response, checks: &[&str]) -> Output {
    let server = start(Bug { request, response });
    let base_url = format!("http://{}/api/v1", server.await);
    let mut command = Command::new(env!("CARGO_BIN_EXE_contract-tests"));
    command
        .args(["provider", "--base-url", &base_url, "--key", KEY])
        .args(checks.iter().flat_map(|check| ["--check", check]))
        .env_clear();
    let ended = tokio::task::spawn_blocking(move || with_peak(command));
    let (output, peak) = ended.await.unwrap();
    assert!(peak < MAX_MEMORY, "{peak} KiB: {}", text(&output));
    output
}

type Response = fn(&PatchedRequest, &mut PatchedResponse);

/// Runs a command; also returns the peak of its memory, in KiB.
fn with_peak(mut command: Command) -> (Output, u64) {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let watch = thread::spawn(move || {
        let mut peak = 0;
        while let Some(now) = peak_in(&fs::read_to_string(&status).unwrap_or_default()) {
            peak = now;
            thread::park_timeout(Duration::from_millis(5));
        }
        peak
    });
    (child.wait_with_output().unwrap(), watch.join().unwrap())
}

/// The peak in the status of a process; a process that has ended has none.
pub(crate) fn peak_in(status: &str) -> Option<u64> {
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix(" kB")?.parse().ok()
}

/// Kept whole as JSON values, the responses would take 2 GiB.
#[tokio::test(flavor = "multi_thread")]
async fn many_invalid_rows_use_little_memory() {
    let wrong_rows = |request: &PatchedRequest, response: &mut PatchedResponse| {
        if request.is_api() {
            let rows = vec![r#"{"id":12345}"#; 20_000].join(",");
            response.set_status(200);
            response.body = format!(r#"{{"orders":[{rows}],"total":1}}"#).into();
        }
    };
    let checks = ["PRV-401-MISSING", "PRV-401-SCHEME", "PRV-SCHEMA"];
    let output = judge(PatchedRequest::hide_control, wrong_rows, &checks).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("$.orders[0]"), "{}", text(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn stops_after_several_oversized_responses() {
    let values = |request: &PatchedRequest, response: &mut PatchedResponse| {
        if request.is_api() {
            response.body = format!("[{}[]]", "[],".repeat(300_000)).into();
        }
    };
    let output = judge(PatchedRequest::hide_control, values, &[]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    for reported in ["take more than 24 MiB", "no more requests are sent"] {
        assert!(text(&output).contains(reported), "{}", text(&output));
    }
}

/// On a sandbox, checks run concurrently. Some responses are as large as any may be: long texts, invalid rows, and fields,
/// headers and media types that no other response has.
#[tokio::test(flavor = "multi_thread")]
async fn stays_within_its_memory_with_responses_at_every_limit() {
    let huge = |request: &PatchedRequest, response: &mut PatchedResponse| {
        if !request.is_api() {
            return;
        }
        let number = request.with_memory(|memory| memory.count("requests"));
        let fill = |length: usize| format!("{number}{}", "x".repeat(length));
        match number % 6 {
            0 => response.body = format!(r#"{{"orders":"{}"}}"#, fill(7_500_000)).into(),
            1 => response.body = fill(8_000_000).into(),
            2 => {
                let row = r#"{"id":12345}"#;
                response.set_status(200);
                response.body = format!(r#"{{"orders":[{}]}}"#, vec![row; 25_000].join(",")).into();
            }
            3 => {
                let field = |field| format!(r#""f{number}_{field}":{field}"#);
                let fields: Vec<_> = (0..100_000).map(field).collect();
                response.body = format!("{{{}}}", fields.join(",")).into();
            }
            4 => response.set_header("content-type", &format!("text/{}", fill(250_000))),
            _ => response.set_header("x-more", &fill(250_000)),
        }
    };
    let checks = ["PRV-SUCCESS", "PRV-SCHEMA", "PRV-SECRET", "PRV-401-MISSING"];
    let output = judge(|_| {}, huge, &checks).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

/// One byte more than may be read, and a URL that is longer than any server accepts.
#[tokio::test(flavor = "multi_thread")]
async fn reports_what_is_too_long_to_read_or_to_send() {
    let long_body = |request: &PatchedRequest, response: &mut PatchedResponse| {
        if request.is_api() {
            response.body = vec![b' '; 8 * 1024 * 1024 + 1].into();
        }
    };
    let long_id = |request: &PatchedRequest, response: &mut PatchedResponse| {
        if request.is_api() {
            response.set_status(200);
            let item = serde_json::json!({"id": "x".repeat(20_000)});
            response.set_body(&serde_json::json!({"items": [item], "total": 1}));
        }
    };
    let cases: [(Response, _); 2] = [
        (long_body, "is longer than 8388608 bytes"),
        (long_id, "its URL is longer than 16384 bytes"),
    ];
    for (response, reported) in cases {
        let output = judge(PatchedRequest::hide_control, response, &["PRV-SUCCESS"]).await;
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(reported), "{}", text(&output));
    }
}
