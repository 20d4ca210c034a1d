//! The proof of the judge holds, and the page that shows it is what comes of it.

use std::{fs, path::Path};

use contract_tests::selftest::{markdown, prove};

#[tokio::test(flavor = "multi_thread")]
async fn every_bug_is_caught_by_the_check_it_is_meant_for_and_a_faithful_server_by_none() {
    let proof = prove(&[], |_| {}).await.unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/what-the-judge-catches.md");
    let written = markdown(&proof);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&page, &written).unwrap();
    }
    let wrong: Vec<_> = proof.judged.iter().filter(|one| !one.is_right()).collect();
    assert!(
        proof.holds(),
        "{wrong:#?}\n{:#?}\n{:?}",
        proof.alarms,
        proof.unproven
    );
    let committed = fs::read_to_string(&page).unwrap();
    let stale: Vec<_> = written
        .lines()
        .filter(|line| !committed.lines().any(|known| known == *line))
        .collect();
    assert!(
        written == committed,
        "{} is stale: UPDATE=1 cargo test -p contract-tests selftest\n{stale:#?}",
        page.display()
    );
}
