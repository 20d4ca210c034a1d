//! The judge on real clients: the default behaviour of libraries, with and without retries, and that of the samples on the vendor's page.
//!
//! `docs/what-clients-do.md` has the verdicts as tables, which `UPDATE=1 contract-tests/tests/clients/run` writes. By default only those
//! clients run that differ most and need nothing that `./check` does not install: each runs under every scenario below, some until a
//! timeout. `CLIENTS=all` runs all whose toolchains are there; the columns of the others stay as they are.
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt::Write,
    fs,
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

/// The rule whose passes are left out, because they depend on whether a child process was seen while it ran.
const CHILD_PROCESS: &str = "CLI-AUTH-13";

/// Clients that draw their waits, and the rules about waits. They can pass by luck, so a failure that stands on the page stays.
const DRAWN: [&str; 3] = ["httpx, tenacity", "httpx, stamina", "reqwest-middleware"];
const WAITS: [&str; 3] = ["CLI-RETRY-1", "CLI-RETRY-2", "CLI-RETRY-14"];

/// A client: its column, and its interpreter with its program, or the launcher that `tests/clients/run` makes.
struct Client {
    column: &'static str,
    program: Program,
}

enum Program {
    /// An interpreter and its script: by default, too.
    Always(PathBuf, PathBuf),
    /// A launcher under `target/clients/bin`.
    OnDemand(&'static str),
}

/// Number of concurrent trials of one client, and of concurrent clients.
const SIDE_BY_SIDE: usize = 8;
const CLIENTS: usize = 4;

/// The page's tables: what their clients have in common, and their clients.
fn tables() -> [(&'static str, Vec<Client>); 3] {
    let always = |column, program: PathBuf, script: PathBuf| Client {
        column,
        program: Program::Always(program, script),
    };
    let on_demand = |column, launcher| Client {
        column,
        program: Program::OnDemand(launcher),
    };
    let reqwest = env!("CARGO_BIN_EXE_client-with-reqwest");
    [
        (
            "Libraries with their defaults",
            vec![
                always("curl", "bash".into(), script("with_curl.sh")),
                on_demand("httpx", "httpx"),
                on_demand("requests", "requests"),
                on_demand("urllib", "urllib"),
                always("fetch", "node".into(), script("with_fetch.mjs")),
                always("reqwest", "env".into(), reqwest.into()),
                on_demand(".NET HttpClient", "http_client"),
                on_demand("Java HttpClient", "java"),
                on_demand("Go net/http", "net_http"),
            ],
        ),
        (
            "Libraries with retries, as their documentation sets them up",
            vec![
                always("requests, Retry", python(), script("with_retries.py")),
                on_demand("urllib3, Retry", "urllib3_retry"),
                on_demand("httpx, tenacity", "tenacity"),
                on_demand("httpx, stamina", "stamina"),
                on_demand("aiohttp-retry", "aiohttp_retry"),
                on_demand("axios-retry", "axios_retry"),
                on_demand("got", "got"),
                on_demand("ky", "ky"),
                on_demand("undici RetryAgent", "undici_retry"),
                on_demand("reqwest-middleware", "reqwest_middleware"),
            ],
        ),
        (
            "Samples of the vendor's page",
            vec![
                always(SAMPLE, python(), script("as_on_the_page.py")),
                on_demand("C# sample", "page_csharp"),
            ],
        ),
    ]
}

/// The sample that tries everything again.
const SAMPLE: &str = "Python sample";

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(name)
}

impl Client {
    /// The command that runs it; `None` if it is not to run, or cannot.
    #[expect(clippy::print_stderr, reason = "no client is skipped silently")]
    fn command(&self) -> Option<Vec<OsString>> {
        match &self.program {
            Program::Always(program, script) => Some(vec![program.into(), script.into()]),
            Program::OnDemand(launcher) => {
                env::var_os("CLIENTS").filter(|clients| clients == "all")?;
                let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("../target/clients/bin")
                    .join(launcher);
                if !file.exists() {
                    eprintln!("skipped: {}, whose toolchain is missing", self.column);
                    return None;
                }
                Some(vec!["bash".into(), file.into()])
            }
        }
    }
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

async fn judged(command: Vec<OsString>) -> Judged {
    let known = SCENARIOS.iter();
    let options = Options {
        command,
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
        "**fails**"
    } else if has(Verdict::Warn) || has(Verdict::Info) {
        "warns"
    } else if has(Verdict::Inconclusive) {
        "?"
    } else if has(Verdict::Pass) {
        "passes"
    } else {
        ""
    }
}

/// The verdicts on one client, by the ids of the rules. A rule that was not exercised has none.
type Column = BTreeMap<String, String>;

fn column(judged: &Judged) -> Column {
    RULES
        .iter()
        .filter(|rule| rule.id != PACE)
        .map(|rule| (rule.id.to_owned(), verdict(judged, rule).to_owned()))
        .filter(|(id, verdict)| !verdict.is_empty() && (id != CHILD_PROCESS || verdict != "passes"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_clients_behave_as_the_tables_say() {
    let has_libraries = Command::new(python())
        .args(["-c", "import httpx, requests"])
        .output();
    assert!(
        has_libraries.unwrap().status.success(),
        "no httpx or no requests; ./check installs them"
    );
    let tables = tables();
    let runs = tables
        .iter()
        .flat_map(|(_, clients)| clients)
        .filter_map(|client| Some((client.column, client.command()?)));
    let all: Vec<(&str, Judged)> = stream::iter(runs)
        .map(|(column, command)| async move { (column, judged(command).await) })
        .buffered(CLIENTS)
        .collect()
        .await;
    let mut columns = columns_of_the_page();
    for (name, judged) in &all {
        let verdicts = column(judged);
        assert!(
            verdicts.values().any(|verdict| verdict == "passes"),
            "{name} passes nothing: {judged:#?}"
        );
        let stood = columns.insert((*name).to_owned(), verdicts);
        if DRAWN.contains(name) {
            let failures = stood
                .into_iter()
                .flatten()
                .filter(|(id, verdict)| WAITS.contains(&id.as_str()) && verdict == "**fails**");
            columns
                .entry((*name).to_owned())
                .or_default()
                .extend(failures);
        }
    }
    assert_eq!(
        columns[SAMPLE].get("CLI-AUTH-7").map(String::as_str),
        Some("**fails**"),
        "the sample retries a 401"
    );
    held("what-clients-do.md", &page(&tables, &columns));
}

/// The columns that stand on the page, by their names.
fn columns_of_the_page() -> BTreeMap<String, Column> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/what-clients-do.md");
    let page = fs::read_to_string(page).unwrap();
    let mut columns = BTreeMap::<String, Column>::new();
    let mut names = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, cells @ ..] = cells.as_slice() else {
            continue;
        };
        if *id == "rule" {
            names = cells.to_vec();
            continue;
        }
        for (name, cell) in names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let column = columns.entry((*name).to_owned()).or_default();
            column.insert((*id).to_owned(), (*cell).to_owned());
        }
    }
    columns
}

fn page(tables: &[(&str, Vec<Client>)], columns: &BTreeMap<String, Column>) -> String {
    let mut page = String::from(ABOVE);
    for (title, clients) in tables {
        let names: Vec<_> = clients.iter().map(|client| client.column).collect();
        writeln!(
            page,
            "\n## {title}\n\n| rule | | {} |\n|---|---|{}",
            names.join(" | "),
            "---|".repeat(names.len())
        )
        .unwrap();
        for rule in RULES {
            let cells: Vec<_> = names
                .iter()
                .map(|name| columns.get(*name).and_then(|column| column.get(rule.id)))
                .map(|cell| cell.map_or("", String::as_str))
                .collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                writeln!(
                    page,
                    "| {} | {} | {} |",
                    rule.id,
                    rule.rule,
                    cells.join(" | ")
                )
                .unwrap();
            }
        }
    }
    page
}

const ABOVE: &str = "\
# What clients do

This page shows how the judge rates real libraries. The programs in `contract-tests/tests/clients/` list orders, create one and wait for it, and leave
everything else to their library. **fails** marks a violated rule that a client must follow, warns one that it should follow. A cell is empty if the
rule was not exercised.

`UPDATE=1 contract-tests/tests/clients/run` installs the toolchains and writes the tables; `./check` compares the columns of five clients.
";
