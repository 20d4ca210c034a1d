//! `--report mock=URL`: a running sandbox shows the report on its dashboard.

use std::net::SocketAddr;

use mock_server::Settings;
use reqwest::{Client, redirect::Policy};

use crate::{
    command::{contract_tests, provider, text},
    target::{start_faithful, start_with},
};

const TOKEN: &str = "open sesame";

/// The page Contract of a sandbox, for a user who is signed in with these fields.
async fn page(server: SocketAddr, form: &str) -> String {
    // Another test may already have installed the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(Policy::none());
    let client = client.build().unwrap();
    let sign_in = client
        .post(format!("http://{server}/_mock/ui/sign-in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    let signed_in = sign_in.send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    let (cookie, _) = cookie.split_once(';').unwrap();
    let page = client
        .get(format!("http://{server}/_mock/ui/unclaimed/contract"))
        .header("cookie", cookie);
    page.send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn report_is_shown_on_the_dashboard_of_a_sandbox() {
    let server = start_faithful().await;
    let mock = format!("mock=http://{server}/api/v1");
    let args = ["--check", "PRV-401-SAME", "--report", &mock];
    let output = provider(server, &args).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let page = page(server, "how=directly").await;
    let target = format!("<code>http://{server}/api/v1</code> is ");
    assert!(page.contains(&target), "{page}");
    assert!(page.contains("Judged as provider, sent "), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn control_token_of_the_sandbox_is_sent() {
    let sandbox = start_with(Settings {
        control_token: TOKEN.to_owned().try_into().ok(),
        ..Settings::default()
    });
    let sandbox = sandbox.await;
    let server = start_faithful().await;
    let mock = format!("mock=http://{sandbox}");
    let args = ["--check", "PRV-401-SAME", "--report", &mock];
    let output = provider(server, &args).await;
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("requires its control token; send it with --report-token"),
        "{}",
        text(&output)
    );
    let args = [&args[..], &["--report-token", TOKEN]].concat();
    let output = provider(server, &args).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(!text(&output).contains(TOKEN));
    let page = page(sandbox, "token=open+sesame").await;
    assert!(page.contains("Judged as provider, sent "), "{page}");
}

#[test]
fn sandbox_that_takes_no_report_is_an_error_before_the_run() {
    for (mock, why) in [
        (
            "mock=http://127.0.0.1:1",
            "cannot send the report to http://127.0.0.1:1/: the sandbox does not respond: ",
        ),
        (
            "mock=127.0.0.1:8000",
            "mock=URL needs the URL of a running sandbox",
        ),
    ] {
        let output = contract_tests(&["client", "--report", mock, "--", "true"]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(why), "{}", text(&output));
    }
    let twin = ["twin", "--left", "http://a", "--right", "http://b"];
    let output = contract_tests(&[&twin[..], &["--report", "mock=http://127.0.0.1:1"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("a comparison can be written to a file only"));
}
