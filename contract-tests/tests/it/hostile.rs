//! A server cannot make a run use unlimited memory or time.

use std::process::{Command, Output};

use crate::{
    command::text,
    target::{Bug, PatchedRequest, PatchedResponse, start},
};

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxhostil";

/// Judges a server that returns the same response to all requests, with 1.5 GB of virtual memory, by these checks or by all.
async fn judge(response: fn(&PatchedRequest, &mut PatchedResponse), checks: &[&str]) -> Output {
    let server = start(Bug {
        request: PatchedRequest::hide_control,
        response,
    });
    let base_url = format!("http://{}/api/v1", server.await);
    let mut command = Command::new("sh");
    let judge = concat!(
        "ulimit -v 1500000; exec ",
        env!("CARGO_BIN_EXE_contract-tests"),
        " provider \"$@\""
    );
    command
        .args(["-c", judge, "sh", "--base-url", &base_url, "--key", KEY])
        .args(checks.iter().flat_map(|check| ["--check", check]))
        .env_clear();
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    output.await.unwrap()
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
    let output = judge(wrong_rows, &checks).await;
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
    let output = judge(values, &[]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    for reported in ["take more than 24 MiB", "no more requests are sent"] {
        assert!(text(&output).contains(reported), "{}", text(&output));
    }
}
