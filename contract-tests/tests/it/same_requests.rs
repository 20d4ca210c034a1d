//! Two runs of the judge with one seed send the same requests.

use std::collections::HashSet;

use contract_tests::selftest::target::{Bug, Target};
use http::Method;
use mock_server::Settings;

use crate::target::judge;

/// The distinct requests to a faithful server. Their number may differ: how often times are measured depends on the machine. So
/// do the requests that renew the leases of organizations, which long runs alone need.
async fn sent() -> HashSet<String> {
    // Access tokens contain their issuer, which must not depend on the port of the run.
    let settings = Settings {
        issuer: Some("http://sandbox.example".parse().unwrap()),
        ..Settings::default()
    };
    let target = Target::new(settings).unwrap();
    let running = target.start(Bug::Patch {
        request: |request| {
            let (method, target) = (&request.head.method, &request.head.uri);
            let key = request.authorization().unwrap_or_default();
            let body = String::from_utf8_lossy(&request.body);
            let organization = target.path().strip_prefix("/_mock/organizations/");
            let renews_lease =
                method == Method::GET && organization.is_some_and(|name| !name.contains('/'));
            if !renews_lease {
                let text = format!("{method} {target} {key} {body}");
                request.with_memory(|memory| memory.texts.insert(text));
            }
        },
        response: |_, _| {},
    });
    let running = running.await.unwrap();
    judge(running.address, |_| {}).await;
    running.memory.lock().texts.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_send_identical_requests() {
    let (first, second) = (sent().await, sent().await);
    let other: Vec<_> = first.symmetric_difference(&second).take(10).collect();
    assert!(first.len() > 1_000 && other.is_empty(), "{other:#?}");
}
