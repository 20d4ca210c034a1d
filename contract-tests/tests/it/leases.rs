//! The organizations of a run stay on a sandbox for as long as the run goes on, also if it is killed.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    time::Duration,
};

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{
        Run, Selection, checks,
        session::{Options, Session},
    },
};
use http::Method;
use jiff::Timestamp;
use schemas::OperationId::{GetOrder, ListOrders};
use serde_json::Value;

use crate::target::{Bug, FAITHFUL, PatchedRequest, judge_some, start, start_faithful};

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
async fn run_that_ends_removes_its_organizations() {
    let address = start_faithful().await;
    let base = format!("http://{address}/api/v1").parse().unwrap();
    let session = Session::begin(Options::new(base)).await.unwrap();
    let before = organizations(address).await.len();
    for _ in 0..20 {
        session.tenant().await.unwrap();
    }
    assert_eq!(organizations(address).await.len(), before + 20);
    session.end().await;
    assert_eq!(organizations(address).await.len(), before);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_time_is_over_still_deletes_its_organizations() {
    let address = start_faithful().await;
    let options = Options {
        max_time: Duration::from_secs(1),
        ..Options::new(format!("http://{address}/api/v1").parse().unwrap())
    };
    let session = Session::begin(options).await.unwrap();
    let failure = loop {
        if let Err(failure) = session.tenant().await {
            break failure;
        }
    };
    assert!(
        matches!(&failure, NotPassed::Inconclusive(reason) if reason.contains("--max-time")),
        "{failure:?}"
    );
    assert!(!organizations(address).await.is_empty());
    session.end().await;
    assert!(organizations(address).await.is_empty());
}

/// Deletes the organization of a key before its first request to the API, as a sandbox may that has no room left.
fn deletes_the_organization(request: &mut PatchedRequest) {
    let path = request.path().to_owned();
    if let Some(path) = path.strip_suffix("/keys") {
        request.with_memory(|memory| {
            memory
                .firsts
                .insert("organization".to_owned(), path.to_owned())
        });
    } else if request.is(&Method::GET, "/orders") {
        let organization = request.with_memory(|memory| memory.firsts.remove("organization"));
        if let Some(organization) = organization {
            request.head.method = Method::DELETE;
            request.set_target(&organization);
        }
    }
}

#[tokio::test]
async fn check_whose_organization_is_gone_proves_nothing() {
    let server = Bug {
        request: deletes_the_organization,
        ..FAITHFUL
    };
    // The second one cannot even be prepared.
    for operation in [ListOrders, GetOrder] {
        let selection = Selection {
            checks: vec![checks::find("PRV-SUCCESS").unwrap()],
            operations: vec![operation.operation()],
            ..Selection::default()
        };
        let (_, run) = judge_some(start(server).await, &selection, |_| {}).await;
        proves_nothing(&run);
    }
}

/// Deletes an organization instead of revoking a key of it.
fn deletes_instead_of_revoking(request: &mut PatchedRequest) {
    if request.path().ends_with("/revoke")
        && let Some((organization, _)) = request.path().split_once("/keys/")
    {
        let organization = organization.to_owned();
        request.head.method = Method::DELETE;
        request.set_target(&organization);
    }
}

/// The keys of an organization that is gone are rejected, whether or not they were revoked.
#[tokio::test]
async fn rejections_of_an_organization_that_is_gone_are_no_pass() {
    let server = Bug {
        request: deletes_instead_of_revoking,
        ..FAITHFUL
    };
    let selection = Selection {
        checks: vec![checks::find("PRV-401-REVOKED").unwrap()],
        operations: vec![ListOrders.operation()],
        ..Selection::default()
    };
    let (_, run) = judge_some(start(server).await, &selection, |_| {}).await;
    proves_nothing(&run);
}

/// The only finding is that the organization of the check is gone.
fn proves_nothing(run: &Run) {
    let [finding] = &run.findings[..] else {
        panic!("{run:?}")
    };
    assert_eq!(finding.verdict, Verdict::Inconclusive, "{finding:?}");
    let Err(NotPassed::Inconclusive(reason)) = &finding.outcome else {
        panic!("{finding:?}")
    };
    assert!(reason.contains("no longer has organization `"), "{reason}");
}
