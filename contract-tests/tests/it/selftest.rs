//! The proof of the judge holds, and the pages that show it are what comes of it.

use std::collections::HashSet;

use contract_tests::selftest::{Proof, clients, page_of_clients, page_of_servers, servers};

use crate::{
    pages::held,
    target::{Bug, FAITHFUL, judge, start_watched},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_bug_of_a_server_is_caught_by_the_check_it_is_meant_for_and_a_faithful_one_by_none() {
    let proof = servers::prove(&[], |_| {}).await.unwrap();
    holds(
        &proof,
        "what-the-judge-catches.md",
        &page_of_servers(&proof),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bug_of_a_client_is_caught_by_the_rule_it_is_meant_for_and_a_good_one_by_none() {
    let program = [env!("CARGO_BIN_EXE_contract-tests"), "reference-client"];
    let program = program.map(Into::into);
    let proof = clients::prove(&program, &[], |_| {}).await.unwrap();
    holds(&proof, "bugs-of-clients.md", &page_of_clients(&proof));
}

/// Nothing is wrong, and the page is as it stands in the documentation.
fn holds(proof: &Proof, page: &str, written: &str) {
    let wrong: Vec<_> = proof
        .judged
        .iter()
        .filter(|one| !one.is_as_expected())
        .collect();
    assert!(
        proof.passes(),
        "{wrong:#?}\n{:#?}\n{:?}\n{:?}",
        proof.alarms,
        proof.unproven,
        proof.idle
    );
    held(page, written);
}

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
