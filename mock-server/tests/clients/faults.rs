//! What real clients see of each fault.
//!
//! `docs/what-clients-see.md` has it as a table, which `UPDATE=1 cargo test -p mock-server --test clients`
//! writes. A fault that no row asks for fails the test, and so does a client that sees something else.

use std::{error::Error, fmt::Write, path::Path, process::Command, time::Duration};

use mock_server::Settings;
use reqwest::Client;
use scenarios::Protocol;

use crate::{command, printed, python, start_with};

/// Every fault, in the variants that clients tell apart.
const ASKED: &[&str] = &[
    "latency;of=20ms",
    "hang",
    "paging;how=loop",
    "error;status=418",
    "error;status=500",
    "rate_limit",
    "gateway;status=502",
    "redirect;to=itself",
    "redirect;to=nowhere",
    "redirect;to=https",
    "redirect;to=slash",
    "empty",
    "json;remove=[\"/total\"]",
    "numbers;are=overflow",
    "numbers;are=beyond_double",
    "texts;are=nul",
    "dates;are=no_zone",
    "ids;are=number",
    "names;are=camel",
    "optional;are=missing",
    "list;is=empty",
    "error_shape;is=plain_text, error;status=403",
    "body;is=html",
    "body;is=deep",
    "body;is=byte_order_mark",
    "body;is=invalid_utf8",
    "body;is=not_a_number",
    "body;is=infinity",
    "body;is=lone_surrogate",
    "big;mib=1",
    "big;mib=1;chunked=true",
    "stale",
    "truncate;after=100",
    "headers;huge=100000",
    "headers;many=150",
    "headers;latin1=true",
    "cache;is=stale",
    "rate_headers;are=missing",
    "status;is=500",
    "content_type;is=html",
    "encoding;is=plain",
    "encoding;is=corrupt",
    "encoding;is=truncated",
    "encoding;is=wrong_checksum",
    "encoding;is=gzip",
    "encoding;is=brotli",
    "encoding;is=double",
    "encoding;is=double_said_once",
    "encoding;is=bomb",
    "clock_skew;by=1h",
    "reset",
    "reset;after=300",
    "close",
    "close;after=300",
    "stall",
    "stall;after=300",
    "drip;bytes=400;every=10ms",
    "drip;per_second=4000",
    "half_close",
    "half_close;after=0",
    "linger;by=300ms",
    "slow_read;every=10ms",
    "expect;is=refused",
    "content_length;is=too_long",
    "content_length;is=too_short",
    "content_length;is=conflict",
    "content_length;is=beside_chunked",
    "chunks;are=truncated",
    "chunks;are=bad_size",
    "trailers;are=announced",
    "trailers;are=illegal",
    "status_line;is=no_number",
    "status_line;is=http09",
    "status_line;is=garbage",
    "header_lines;are=lf_only",
    "header_lines;are=folded",
    "header_lines;are=nul",
    "early_hints",
    "early_hints;count=20",
    "early_hints;status=100",
    "early_hints;status=102",
    "body_where_none",
    "body_where_none;status=304",
    "keep_alive_race",
    "idle_close",
];

/// What a client sees of a call that a fault meets, and of the plain call after it.
type Seen = (String, String);

/// What stands above the table.
const ABOVE: &str = "\
# What clients see

Each row asks a debug server for a fault on one call, and then makes a plain call with the same connection pool. Where the
second call fails, the first has poisoned the connection. Written by `UPDATE=1 cargo test -p mock-server --test clients`,
and held to by the same test, with a time-out of two seconds. curl tells the status and its exit code. `half_close` and `idle_close` are races:
whether the second call still takes the connection is not told. The faults of HTTP/2 are not here: without TLS, only curl speaks it.

";

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_seen_by_real_clients_as_the_table_says() {
    // None of the clients but curl speaks HTTP/2 here.
    let known = scenarios::faults::all().filter(|known| known.protocol != Protocol::Http2);
    for known in known {
        let asked = |ask: &&str| ask.split(';').next() == Some(known.id);
        assert!(ASKED.iter().any(asked), "no row asks for {}", known.id);
    }
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
    let output = command.args(library).args(ASKED).output().unwrap();
    serde_json::from_str(&printed(script, output)).unwrap()
}

/// The same for the library that most Rust programs use.
async fn reqwest(url: &str, key: &str) -> Vec<Seen> {
    // The first to do so wins, and there is one process for all tests.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut seen = Vec::new();
    for ask in ASKED {
        let client = Client::builder().timeout(Duration::from_secs(2)).build();
        let client = client.unwrap();
        let call = |ask| call(&client, url, key, ask);
        seen.push((call(Some(ask)).await, call(None).await));
    }
    seen
}

async fn call(client: &Client, url: &str, key: &str, ask: Option<&str>) -> String {
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

/// A row for each fault. The second call is told of where it is not as it should be.
fn table(names: &[&str], columns: &[Vec<Seen>]) -> String {
    let mut table = ABOVE.to_owned();
    let mut row = |cells: Vec<String>| {
        let written = writeln!(table, "| {} |", cells.join(" | "));
        written.expect("a string takes all text");
    };
    let head = std::iter::once("fault").chain(names.iter().copied());
    row(head.clone().map(ToOwned::to_owned).collect());
    row(head.map(|_| "---".to_owned()).collect());
    for (index, ask) in ASKED.iter().enumerate() {
        let cells = columns.iter().map(|column| {
            let (first, second) = &column[index];
            let races = ["half_close", "idle_close"].contains(ask);
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

/// The table is as it stands in the documentation.
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
