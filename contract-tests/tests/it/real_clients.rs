//! The judge on real clients: the default behaviour of libraries, and that of the sample on the vendor's page.
//!
//! `docs/what-clients-do.md` has the verdicts as a table, which `UPDATE=1 cargo test -p contract-tests real_clients` writes.
use std::{
    ffi::OsString,
    fmt::Write,
    future::pending,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use contract_tests::{
    clients::{Judged, Limits, Options, RULES, Rule, SCENARIOS, judge},
    finding::Verdict,
};
use futures_util::{StreamExt, stream};

use crate::pages::held;

/// The scenarios that the clients are run under: those in which they differ.
const UNDER: &[&str] = &[
    "revoked-at-start",
    "missing-scope",
    "rate-limit-once",
    "rate-limit-post",
    "unavailable-once",
    "unavailable-forever",
    "bad-gateway",
    "not-found",
    "teapot",
    "reset-post",
    "cut-body",
    "truncated",
    "error-200",
    "html-200",
    "hang",
    "early-hints",
    "redirect-host",
    "redirect-port",
    "redirect-loop",
    "redirect-post",
    "see-other-post",
    "gzip",
    "extra-fields",
    "unknown-enum",
    "connect-hangs",
    "endless-body",
    "next-elsewhere",
];

/// The rule that is left out, because its result depends on how busy the machine is: whether waits differ by more than the
/// machine adds to them.
const PACE: &str = "CLI-RETRY-7";

/// A client: its column, its interpreter, and its program.
struct Client(&'static str, PathBuf, PathBuf);

/// Number of concurrent trials of one client, and of concurrent clients.
const SIDE_BY_SIDE: usize = 8;
const CLIENTS: usize = 4;

fn clients() -> Vec<Client> {
    let script = |name: &str| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/clients")
            .join(name)
    };
    let python = |column, name| Client(column, python(), script(name));
    let reqwest = env!("CARGO_BIN_EXE_client-with-reqwest");
    vec![
        Client("curl", "bash".into(), script("with_curl.sh")),
        python("httpx", "with_httpx.py"),
        python("requests", "with_requests.py"),
        python("requests with retries", "with_retries.py"),
        python("urllib", "with_urllib.py"),
        Client("fetch", "node".into(), script("with_fetch.mjs")),
        Client("reqwest", "env".into(), reqwest.into()),
        python("the page's sample", "as_on_the_page.py"),
    ]
}

/// A Python that has httpx and requests: `./check` installs it under `target/`.
fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/python");
    if installed.exists() {
        installed
    } else {
        "python3".into()
    }
}

async fn judged(Client(_, program, script): &Client) -> Judged {
    let known = SCENARIOS.iter();
    let options = Options {
        command: [program, script].map(OsString::from).to_vec(),
        scenarios: known
            .filter(|scenario| UNDER.contains(&scenario.name))
            .collect(),
        limits: Limits {
            // Three attempts of five seconds each, and the waits between them.
            trial: Duration::from_secs(40),
            quiet: Duration::from_secs(8),
        },
        side_by_side: SIDE_BY_SIDE,
        ..Options::default()
    };
    judge(&options, |_| {}, Box::pin(pending())).await.unwrap()
}

/// The verdict on a rule in one word; empty if the rule was not exercised.
fn verdict(judged: &Judged, rule: &Rule) -> &'static str {
    let about = judged
        .findings
        .iter()
        .filter(|finding| finding.rule.id == rule.id);
    let verdicts: Vec<_> = about.map(|finding| finding.verdict).collect();
    let has = |verdict| verdicts.contains(&verdict);
    if has(Verdict::Fail) {
        "**breaks**"
    } else if has(Verdict::Warn) || has(Verdict::Info) {
        "breaks"
    } else if has(Verdict::Inconclusive) {
        "?"
    } else if has(Verdict::Pass) {
        "keeps"
    } else {
        ""
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_clients_behave_as_the_table_says() {
    let has_libraries = Command::new(python())
        .args(["-c", "import httpx, requests"])
        .output();
    assert!(
        has_libraries.unwrap().status.success(),
        "no httpx or no requests; ./check installs them"
    );
    let clients = clients();
    let all: Vec<_> = stream::iter(&clients)
        .map(|client| async move { (client, judged(client).await) })
        .buffered(CLIENTS)
        .collect()
        .await;
    for (Client(name, ..), judged) in &all {
        let control = |rule: &Rule| verdict(judged, rule) == "keeps";
        assert!(
            RULES.iter().any(control),
            "{name} keeps nothing: {judged:#?}"
        );
    }
    let (_, sample) = all.last().unwrap();
    let insists = RULES.iter().find(|rule| rule.id == "CLI-AUTH-7").unwrap();
    assert_eq!(
        verdict(sample, insists),
        "**breaks**",
        "the sample tries a 401 again"
    );
    held("what-clients-do.md", &table(&all));
}

fn table(all: &[(&Client, Judged)]) -> String {
    let mut table = String::from(ABOVE);
    let names: Vec<_> = all.iter().map(|(Client(name, ..), _)| *name).collect();
    writeln!(
        table,
        "| rule | | {} |\n|---|---|{}",
        names.join(" | "),
        "---|".repeat(all.len())
    )
    .unwrap();
    for rule in RULES.iter().filter(|rule| rule.id != PACE) {
        let cells: Vec<_> = all
            .iter()
            .map(|(_, judged)| verdict(judged, rule))
            .collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            writeln!(
                table,
                "| {} | {} | {} |",
                rule.id,
                rule.rule,
                cells.join(" | ")
            )
            .unwrap();
        }
    }
    table
}

const ABOVE: &str = "\
# What clients do

Clients as one begins with them, from the programs in `contract-tests/tests/clients/`: each lists orders, creates one and waits for
it, and leaves all else to its library. **breaks** is a rule that must be kept, breaks one that should be; nothing stands where the
client never came to what the rule is about. Written by `UPDATE=1 cargo test -p contract-tests real_clients`, and held to by the same test.

";
