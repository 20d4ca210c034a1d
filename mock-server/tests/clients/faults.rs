//! How real clients see each fault.
//!
//! The table is in `docs/what-clients-see.md`; `UPDATE=1 cargo test -p mock-server --test clients` writes it. The test fails
//! if a client sees something else. The examples of each fault are in its file.

use std::{error::Error, fmt::Write, path::Path, process::Command, time::Duration};

use mock_server::Settings;
use reqwest::Client;
use scenarios::{Protocol, faults::FaultFacts};

use crate::{command, printed, python, start_with};

/// The header values that request every fault, in the variants that clients see differently. Only curl uses HTTP/2 here.
fn asked() -> Vec<String> {
    let known = scenarios::faults::all()
        .filter(|known| known.protocol != Protocol::Http2 && known.is_of_the_api());
    known.flat_map(FaultFacts::asks).collect()
}

/// What a client sees of a request with a fault, and of the plain request after it.
type Seen = (String, String);

/// The text above the table.
const ABOVE: &str = "\
# How faults look to clients

Each row asks for a [fault](reference/faults.md) on one request, then sends an ordinary request with the same connection pool. Where that second request
fails (`next …`), the first has spoiled the connection. The timeout is two seconds. curl shows the status and its exit code. For `half_close` and
`idle_close`, whether the second request still uses the connection is a race, and left out. HTTP/2 is not here: without TLS, only curl speaks it.

A test holds this page to the results; `UPDATE=1 cargo test -p mock-server --test clients` writes it.

";

#[tokio::test(flavor = "multi_thread")]
async fn real_clients_see_each_fault_as_the_table_says() {
    let url = start_with(Settings::default()).await;
    let key = |organization: &str| format!("lnc_test_{:x<26}{organization}", "FullAccess");
    let programs = ["curl01", "httpx1", "reque1", "fetch1"].map(|organization| {
        let (url, key) = (url.clone(), key(organization));
        tokio::task::spawn_blocking(move || program(organization, &url, &key))
    });
    let mut columns = Vec::new();
    for program in programs {
        columns.push(program.await.unwrap());
    }
    columns.push(reqwest(&url, &key("reqwes")).await);
    let names = ["curl", "httpx", "requests", "fetch", "reqwest"];
    held(&table(&names, &columns));
}

/// What the client of an organization sees of each fault.
fn program(organization: &str, url: &str, key: &str) -> Vec<Seen> {
    let (program, script, library) = match organization {
        "curl01" => ("bash".into(), "faults.sh", None),
        "httpx1" => (python(), "faults.py", Some("httpx")),
        "reque1" => (python(), "faults.py", Some("requests")),
        _ => ("node".into(), "faults.mjs", None),
    };
    let mut command: Command = command(&program, script, url, key);
    let output = command.args(library).args(asked()).output().unwrap();
    serde_json::from_str(&printed(script, output)).unwrap()
}

/// The same for reqwest, which most Rust programs use.
async fn reqwest(url: &str, key: &str) -> Vec<Seen> {
    // Fails if another test has already installed it: all tests share one process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut seen = Vec::new();
    for ask in asked() {
        let client = Client::builder().timeout(Duration::from_secs(2)).build();
        let client = client.unwrap();
        let call = |ask: Option<&str>| call(&client, url, key, ask.map(ToOwned::to_owned));
        seen.push((call(Some(&ask)).await, call(None).await));
    }
    seen
}

async fn call(client: &Client, url: &str, key: &str, ask: Option<String>) -> String {
    let request = client.get(format!("{url}/orders?limit=2")).bearer_auth(key);
    let request = match ask {
        Some(ask) => request.header("x-mock-fault", ask),
        None => request,
    };
    let answered = async {
        let response = request.send().await?;
        Ok::<_, reqwest::Error>((response.status().as_u16(), response.bytes().await?))
    };
    match answered.await {
        Ok((status, body)) => match serde_json::from_slice::<serde_json::Value>(&body) {
            Ok(_) => format!("{status}, JSON"),
            Err(_) => format!("{status}, no JSON"),
        },
        Err(error) if error.is_timeout() => "time-out".to_owned(),
        Err(error) => {
            let mut cause: &dyn Error = &error;
            while let Some(deeper) = cause.source() {
                cause = deeper;
            }
            cause.to_string()
        }
    }
}

/// A row for each fault. The second request is mentioned only where its result is unexpected.
fn table(names: &[&str], columns: &[Vec<Seen>]) -> String {
    let mut table = ABOVE.to_owned();
    let mut row = |cells: Vec<String>| {
        let written = writeln!(table, "| {} |", cells.join(" | "));
        written.expect("a string takes all text");
    };
    let head = std::iter::once("fault").chain(names.iter().copied());
    row(head.clone().map(ToOwned::to_owned).collect());
    row(head.map(|_| "---".to_owned()).collect());
    for (index, ask) in asked().iter().enumerate() {
        let cells = columns.iter().map(|column| {
            let (first, second) = &column[index];
            let races = ["half_close", "idle_close"].contains(&&**ask);
            let fine = races || ["200, JSON", "200 0"].contains(&&**second);
            if fine {
                first.clone()
            } else {
                format!("{first}; next {second}")
            }
        });
        let shown = format!("`{ask}`");
        row(std::iter::once(shown).chain(cells).collect());
    }
    table
}

/// Compares the table with the documentation, or updates it.
fn held(table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/what-clients-see.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, table).unwrap();
    }
    let stands = std::fs::read_to_string(&file).unwrap_or_default();
    let lines = stands.lines().zip(table.lines());
    let differing: Vec<_> = lines.filter(|(one, other)| one != other).collect();
    assert!(
        stands == table,
        "docs/what-clients-see.md says otherwise, UPDATE=1 writes it: {differing:#?}"
    );
}
