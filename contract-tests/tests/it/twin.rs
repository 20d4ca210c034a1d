//! Comparing two servers: no output if they are the same, and one line for each difference.

use std::{net::SocketAddr, path::Path, process::Output};

use contract_tests::{
    compare::{self, Comparison},
    finding::ExitCode,
    provider::session::{Options, Session},
};
use http::Method;
use mock_server::{RateHeaders, Settings};
use serde_json::{Value, json};

use crate::{
    command::{contract_tests, text},
    foreign::with_keys,
    target::{
        Bug, FAITHFUL, PatchedRequest, PatchedResponse, start, start_faithful, start_watched,
        start_with,
    },
};

pub(crate) async fn compare(left: SocketAddr, right: SocketAddr) -> Comparison {
    let session = async |address: SocketAddr| {
        let mut options = Options::new(format!("http://{address}/api/v1").parse().unwrap());
        with_keys(&mut options);
        options.safe = true;
        options.permissions.writes = true;
        options.permissions.bursts = true;
        Session::begin(options).await.unwrap()
    };
    let (left, right) = (session(left).await, session(right).await);
    compare::run(&left, &right).await
}

fn facts(twin: &Comparison) -> Vec<[&str; 3]> {
    let divergences = twin.divergences.iter();
    divergences
        .map(|divergence| [&*divergence.at, &*divergence.left, &*divergence.right])
        .collect()
}

#[tokio::test]
async fn two_faithful_servers_do_not_diverge_whatever_their_data() {
    let other = Settings {
        seed: Some(7),
        ..Settings::default()
    };
    let twin = compare(start_faithful().await, start_with(other).await).await;
    assert!(twin.divergences.is_empty(), "{twin}");
    assert!(twin.skipped.is_empty(), "{twin}");
    assert!(twin.compared > 200, "{twin}");
    assert_eq!(twin.exit_code(), ExitCode::Passed);
}

/// A difference of the right server, and the one line that reports it.
type Mutant = (
    &'static str,
    fn(&PatchedRequest, &mut PatchedResponse),
    [&'static str; 3],
    ExitCode,
);

fn is_list(request: &PatchedRequest) -> bool {
    request.is(&Method::GET, "/orders")
}

#[rustfmt::skip]
const MUTANTS: &[Mutant] = &[
    ("rows have no title", |request, response| if is_list(request) {
        response.edit_success(|body| for order in body["orders"].as_array_mut().unwrap() { order.as_object_mut().unwrap().remove("title"); });
    }, ["$.orders[*].title", "string", "missing"], ExitCode::Violated),
    ("there is a status more", |request, response| if is_list(request) {
        response.edit_success(|body| for order in body["orders"].as_array_mut().unwrap() { order["status"] = json!("DONE"); });
    }, ["$.orders[*].status", "a word of the contract", "DONE"], ExitCode::Violated),
    ("totals are texts", |_, response| response.edit_success(|body| if body["total"].is_u64() { body["total"] = json!("5"); }),
        ["$.total", "number", "string"], ExitCode::Violated),
    ("a row has a field more", |request, response| if is_list(request) {
        response.edit_success(|body| for order in body["orders"].as_array_mut().unwrap() { order["owner"] = json!("x"); });
    }, ["$.orders[*].owner", "missing", "string"], ExitCode::Passed),
    ("HEAD is not allowed", |request, response| if request.head.method == Method::HEAD { response.set_status(405); },
        ["status", "200", "405"], ExitCode::Passed),
    ("the code of a 401 is another", |_, response| if response.status == 401 { response.edit(|body| body["code"] = json!("UNAUTHORIZED")); },
        ["$.code", "AUTHENTICATION_ERROR", "UNAUTHORIZED"], ExitCode::Violated),
    ("scopes stand in details", |_, response| if response.status == 403 { response.edit(|body| { body.as_object_mut().unwrap().remove("detail"); }); },
        ["$.detail", "object", "missing"], ExitCode::Violated),
    ("an unknown id returns 400", |_, response| if response.is_error("ENTITY_NOT_FOUND") { response.set_status(400); },
        ["status", "404", "400"], ExitCode::Violated),
    ("lists are declared as text", |request, response| if is_list(request) && response.status == 200 { response.set_header("content-type", "text/plain"); },
        ["header content-type", "application/json", "text/plain"], ExitCode::Violated),
    ("a 429 names a date", |_, response| if response.status == 429 { response.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT"); },
        ["header retry-after", "seconds", "date"], ExitCode::Violated),
    ("answers name no request", |_, response| { response.headers.remove("x-request-id"); },
        ["header x-request-id", "present", "absent"], ExitCode::Passed),
    ("values differ", |_, response| response.edit(|body| if body["message"].is_string() { body["message"] = json!("another text"); }),
        ["", "", ""], ExitCode::Passed),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_differing_fact_is_one_divergence() {
    for (what, response, line, exit_code) in MUTANTS {
        let right = start(Bug {
            response: *response,
            ..FAITHFUL
        })
        .await;
        let twin = compare(start_faithful().await, right).await;
        let expected: Vec<_> = std::iter::once(*line)
            .filter(|line| !line[0].is_empty())
            .collect();
        assert_eq!(facts(&twin), expected, "{what}\n{twin}");
        assert_eq!(twin.exit_code(), *exit_code, "{what}\n{twin}");
    }
}

#[test]
fn committed_schema_matches_the_report() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("twin.schema.json");
    let generated = compare::schema_text();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, generated,
        "stale: UPDATE=1 cargo test -p contract-tests"
    );
}

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxtwin01";

/// Runs the command on two servers, in its own process.
async fn command(left: SocketAddr, right: SocketAddr, more: &'static [&str]) -> Output {
    let [left, right] = [left, right].map(|address| format!("http://{address}/api/v1"));
    let run = move || {
        let args = ["twin", "--left", &left, "--right", &right];
        let keys = ["--left-key", KEY, "--right-key", KEY];
        contract_tests(&[&args[..], &keys, more].concat())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn report_validates_against_its_schema_and_matches_the_text() {
    // The server repeats the key as the name of a field, which is reported like any other.
    let right = start(Bug {
        response: |request, answer| {
            if is_list(request) {
                answer.edit_success(|body| {
                    body.as_object_mut().unwrap().remove("total");
                    body[KEY] = json!(1);
                });
            }
        },
        ..FAITHFUL
    })
    .await;
    let output = command(start_faithful().await, right, &["--report", "json=-"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(!text(&output).contains(KEY), "{}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = serde_json::from_str(&compare::schema_text()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.validate(&report).unwrap();
    let divergences = report["divergences"].as_array().unwrap();
    let missing = json!({
        "verdict": "FAIL", "evidence": "documented", "at": "$.total", "left": "number", "right": "missing",
        "cases": ["list_orders with a valid request", "list_orders with a trailing slash"],
    });
    assert!(divergences.contains(&missing), "{divergences:#?}");
    let people = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines = people
        .lines()
        .filter(|line| line.starts_with("FAIL") || line.starts_with("INFO"));
    assert_eq!(lines.count(), divergences.len(), "{people}");
    assert_eq!(report["exit_code"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_run_sends_nothing_and_a_comparison_at_most_its_plan() {
    let (address, memory) = start_watched(Bug {
        request: |ask| {
            ask.with_memory(|memory| memory.count("asked"));
        },
        ..FAITHFUL
    })
    .await;
    let requested = || {
        let counted = memory.lock().numbers.get("asked").copied();
        counted.unwrap_or_default()
    };
    let output = command(start_faithful().await, address, &["--plan"]).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(requested(), 0);
    let plan = text(&output);
    assert_eq!(plan.matches("plan for http://").count(), 2, "{plan}");
    assert!(!plan.contains("first success"), "{plan}");
    let planned = plan.rsplit_once("at most ").unwrap().1;
    let planned: i64 = planned.split(' ').next().unwrap().parse().unwrap();
    let output = command(start_faithful().await, address, &[]).await;
    assert!(output.status.success(), "{}", text(&output));
    assert!(
        (planned - 5..=planned).contains(&requested()),
        "{} of {planned}\n{plan}",
        requested()
    );
}

fn other_settings() -> Settings {
    Settings {
        validation_status: Some(400),
        rate_headers: Some(RateHeaders::Ietf),
        challenges: Some(false),
        trailing_slash: Some(false),
        head: Some(false),
        clamp_limits: Some(true),
        ignore_unknown_parameters: Some(true),
        ..Settings::default()
    }
}

#[tokio::test]
async fn learned_settings_make_the_sandbox_equal() {
    let right = start_with(other_settings()).await;
    let twin = compare(start_faithful().await, right).await;
    let mut found = facts(&twin);
    found.sort_unstable();
    let expected = [
        ["header www-authenticate", "present", "absent"],
        ["rate-limit headers", "x-ratelimit", "ietf"],
        ["status", "200", "404"],
        ["status", "200", "405"],
        ["status", "422", "200"],
        ["status", "422", "400"],
    ];
    assert_eq!(found, expected, "{twin}");

    let file = std::env::temp_dir().join(format!("learned-by-twin-{}.toml", std::process::id()));
    let base = format!("http://{right}/api/v1").parse().unwrap();
    std::fs::write(&file, twin.file(&base)).unwrap();
    let learned = Settings::learned(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let twin = compare(start_with(learned).await, right).await;
    assert!(twin.divergences.is_empty(), "{twin}");
}

#[tokio::test]
async fn writes_nothing_without_permission() {
    let session = async || {
        let base = format!("http://{}/api/v1", start_faithful().await);
        let mut options = Options::new(base.parse().unwrap());
        with_keys(&mut options);
        options.safe = true;
        Session::begin(options).await.unwrap()
    };
    let (left, right) = (session().await, session().await);
    let twin = compare::run(&left, &right).await;
    assert!(
        twin.skipped
            .keys()
            .any(|reason| reason.contains("--allow-writes")),
        "{twin}"
    );
    assert!(
        twin.skipped
            .keys()
            .any(|reason| reason.contains("--allow-bursts")),
        "{twin}"
    );
    assert!(twin.divergences.is_empty() && twin.compared > 150, "{twin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn skips_name_the_side_and_a_file_what_it_lacks() {
    fn without_companies(request: &mut PatchedRequest) {
        if request.is(&Method::GET, "/companies") {
            request.set_target("/nothing");
        }
    }
    let right = start(Bug {
        request: without_companies,
        response: |request, response| {
            if request.head.method == Method::HEAD {
                response.set_status(501);
            }
        },
    })
    .await;
    let learned = tempfile::NamedTempFile::new().unwrap();
    let path = learned.path().to_str().unwrap().to_owned();
    let [left, right] = [start_faithful().await, right].map(|at| format!("http://{at}/api/v1"));
    let revoked = format!("revoked={KEY}");
    let output = tokio::task::spawn_blocking(move || {
        let servers = ["twin", "--left", &left, "--right", &right];
        let keys = [
            "--left-key",
            KEY,
            "--left-key",
            &revoked,
            "--right-key",
            KEY,
        ];
        contract_tests(&[&servers[..], &keys, &["--learn", &path]].concat())
    })
    .await
    .unwrap();
    let text = text(&output);
    for line in [
        "needs a key: --right-key revoked=…\n",
        "needs a key: --left-key expired=… and --right-key expired=…\n",
        "get_company: only the left server has data for it; right: could not be prepared: GET /companies: \
         the response is 404 Not Found\n",
        "head was not learned: list_orders with HEAD, ",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let learned = std::fs::read_to_string(learned.path()).unwrap();
    assert!(
        learned.contains("\n# head was not learned: list_orders with HEAD, "),
        "{learned}"
    );
    assert!(learned.contains("returned 501"), "{learned}");
}
