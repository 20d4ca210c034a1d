//! Two runs of the judge with one seed send the same requests.

use std::collections::HashSet;

use crate::target::{Bug, FAITHFUL, judge, start_watched};

/// All that a faithful server was sent, but for how often: how often a time is measured depends on the machine.
async fn sent() -> HashSet<String> {
    let (address, watched) = start_watched(Bug {
        request: |ask| {
            let (method, target) = (&ask.head.method, &ask.head.uri);
            let key = ask.authorization().unwrap_or_default();
            let body = String::from_utf8_lossy(&ask.body);
            let request = format!("{method} {target} {key} {body}");
            ask.remember(|memory| memory.texts.insert(request));
        },
        ..FAITHFUL
    })
    .await;
    judge(address, |_| {}).await;
    watched.lock().texts.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_send_the_same() {
    let (first, second) = (sent().await, sent().await);
    let other: Vec<_> = first.symmetric_difference(&second).take(10).collect();
    assert!(first.len() > 1_000 && other.is_empty(), "{other:#?}");
}
