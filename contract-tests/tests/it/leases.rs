//! The organizations of a run stay on a sandbox for as long as the run goes on, also if it is killed.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    time::Duration,
};

use contract_tests::provider::session::{Options, Session};
use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use crate::target::start_faithful;

/// Calls the control API about organizations.
async fn control(address: SocketAddr, method: Method, body: &'static str) -> Value {
    // Another test may already have installed the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/_mock/organizations");
    let response = client.request(method, url).body(body).send().await.unwrap();
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// The organizations on a sandbox. To list them does not use them.
async fn organizations(address: SocketAddr) -> Vec<Value> {
    let list = control(address, Method::GET, "").await;
    list["organizations"].as_array().unwrap().clone()
}

/// The time that leases are in: that of an organization on the machine's clock.
async fn machine_time(address: SocketAddr) -> Timestamp {
    let new = r#"{"clock": "real", "lease": "0s"}"#;
    let made = control(address, Method::POST, new).await;
    made["clock"]["now"].as_str().unwrap().parse().unwrap()
}

fn lease_end(organization: &Value) -> Timestamp {
    let end = organization["lease_ends_at"].as_str();
    end.expect("it has a lease").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_of_a_killed_run_have_a_lease() {
    let address = start_faithful().await;
    let mut judge = Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args(["provider", "--base-url"])
        .arg(format!("http://{address}/api/v1"))
        .env_clear()
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while organizations(address).await.is_empty() {
        assert_eq!(judge.try_wait().unwrap(), None, "it ended too early");
    }
    judge.kill().unwrap();
    judge.wait().unwrap();
    let left = organizations(address).await;
    assert!(!left.is_empty());
    let now = machine_time(address).await;
    for organization in &left {
        let left = lease_end(organization).duration_since(now);
        assert!(left.as_secs() <= 60, "{left} of {organization}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_renews_the_leases_until_it_ends() {
    let address = start_faithful().await;
    let options = Options {
        lease: Duration::from_secs(3),
        ..Options::new(format!("http://{address}/api/v1").parse().unwrap())
    };
    let session = Session::begin(options).await.unwrap();
    session.tenant().await.unwrap();
    let first = lease_end(&organizations(address).await[0]);
    // If nothing renewed the lease, the organization would be deleted before its lease ended later.
    while lease_end(&organizations(address).await[0]) <= first {
        tokio::task::yield_now().await;
    }
    session.end().await;
    assert!(organizations(address).await.is_empty());
}
