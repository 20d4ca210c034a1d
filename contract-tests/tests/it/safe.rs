//! A run on a server that is not ours: it only reads, within its limits, and can print in advance what it would send.

use std::{collections::BTreeMap, net::SocketAddr, process::Command};

use contract_tests::{
    finding::{ExitCode, NotPassed, Verdict},
    provider::{
        Plan, Run, Selection,
        check::Finding,
        checks,
        requirements::BURST,
        session::{Options, Session},
    },
};
use http::Method;
use schemas::Evidence;

use crate::{
    command::{provider, text},
    foreign::with_keys,
    target::{
        Bug, PatchedRequest, PatchedResponse, Watched, failed_checks, judge, judge_some,
        start_faithful, start_watched,
    },
};

const TOTAL: &str = "total";
const UNSAFE: &str = "unsafe";
const BELOW_RESERVE: &str = "below the reserve";

/// Counts the requests.
fn watch(request: &mut PatchedRequest) {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&request.head.method);
    request.with_memory(|memory| {
        memory.count(TOTAL);
        if !reads {
            memory.count(UNSAFE);
        }
    });
    request.hide_control();
}

const WATCHED: Bug = Bug {
    request: watch,
    response: |_, _| {},
};

fn count(memory: &Watched, name: &str) -> usize {
    let counted = memory.lock().numbers.get(name).copied();
    usize::try_from(counted.unwrap_or_default()).unwrap()
}

pub(crate) fn plan(address: SocketAddr, options: impl FnOnce(&mut Options)) -> Plan {
    let mut wanted = Options::new(format!("http://{address}/api/v1").parse().unwrap());
    options(&mut wanted);
    Plan::new(&wanted, &Selection::default())
}

#[tokio::test]
async fn sends_only_the_planned_reads() {
    let (address, memory) = start_watched(WATCHED).await;
    let (_, run) = judge(address, with_keys).await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    assert_eq!(count(&memory, UNSAFE), 0);
    let planned = plan(address, with_keys).requests();
    let sent = count(&memory, TOTAL);
    assert!((100..=planned).contains(&sent), "{sent} of {planned}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_run_sends_no_request() {
    let (address, memory) = start_watched(WATCHED).await;
    let planned = provider(address, &["--plan", "--max-requests", "0"]).await;
    assert_eq!(planned.status.code(), Some(0), "{}", text(&planned));
    let line = "the run stops after 0 (--max-requests)";
    assert!(text(&planned).contains(line), "{}", text(&planned));
    assert_eq!(count(&memory, TOTAL), 0);

    let run = provider(address, &["--safe", "--max-requests", "0"]).await;
    assert_eq!(run.status.code(), Some(3), "{}", text(&run));
    assert!(text(&run).starts_with("plan for "), "{}", text(&run));
    assert_eq!(count(&memory, TOTAL), 1, "the question whether it answers");
}

#[tokio::test]
async fn stops_at_the_request_limit_and_names_what_would_enable_the_rest() {
    let (address, memory) = start_watched(WATCHED).await;
    let (_, run) = judge(address, |options| {
        with_keys(options);
        options.limits.max_requests = 30;
    })
    .await;
    let sent = count(&memory, TOTAL);
    assert!((15..=30).contains(&sent), "{sent}");
    let reported = |finding: &Finding| matches!(&finding.outcome, Err(NotPassed::Skipped(reason)) if reason.contains("--max-requests"));
    assert!(run.findings.iter().any(reported));
    assert_eq!(run.exit_code(), ExitCode::Passed);
}

#[tokio::test]
async fn documented_checks_run_before_guides_and_assumptions() {
    let (address, _) = start_watched(WATCHED).await;
    let mut evidence = Vec::new();
    let base = format!("http://{address}/api/v1").parse().unwrap();
    let mut options = Options::new(base);
    with_keys(&mut options);
    let session = Session::begin(options).await.unwrap();
    let forever = Box::pin(std::future::pending());
    let selection = Selection::default();
    let tell =
        |finding: &Finding| evidence.extend((finding.sent.total() > 0).then_some(finding.evidence));
    let run = contract_tests::provider::run(&session, &selection, tell, forever).await;
    assert!(evidence.is_sorted(), "{evidence:?}");
    for class in [Evidence::Documented, Evidence::Guide, Evidence::Assumed] {
        assert!(evidence.contains(&class), "{class}");
    }
    let ids: Vec<_> = run.findings.iter().map(|finding| finding.id).collect();
    let place = |id: &&str| selection.checks.iter().position(|check| check.id == *id);
    assert!(
        ids.is_sorted_by_key(place),
        "the report has the order of the table"
    );
}

/// A quota that ends before the run does, and comes back in an hour.
fn small_quota(request: &PatchedRequest, response: &mut PatchedResponse) {
    if !response.headers.contains_key("x-ratelimit-limit") {
        return;
    }
    let left = request.with_memory(|memory| {
        let left = 50 - memory.count(request.authorization().unwrap());
        if left < 5 {
            memory.count(BELOW_RESERVE);
        }
        left
    });
    response.set_header("x-ratelimit-limit", "50");
    response.set_header("x-ratelimit-remaining", &left.to_string());
    response.set_header("x-ratelimit-reset", "3600");
}

#[tokio::test]
async fn leaves_a_reserve_of_the_quota_to_others() {
    let (address, memory) = start_watched(Bug {
        response: small_quota,
        ..WATCHED
    })
    .await;
    let (_, run) = judge(address, with_keys).await;
    assert_eq!(count(&memory, BELOW_RESERVE), 0);
    let reported = |finding: &Finding| matches!(&finding.outcome, Err(NotPassed::Skipped(reason)) if reason.contains("--max-wait 3600"));
    assert!(run.findings.iter().any(reported), "{run:#?}");
}

#[tokio::test]
async fn no_check_exceeds_its_declared_requests() {
    let (_, run) = judge(start_faithful().await, |_| {}).await;
    for finding in &run.findings {
        let requirements = &checks::find(finding.id).unwrap().requirements;
        let said = requirements.max_requests(finding.operation);
        let burst = if requirements.burst { BURST } else { 0 };
        let further = requirements.max_fill_requests(finding.operation);
        let sent = finding.sent;
        assert!(
            sent.reads <= said.reads + burst + further.reads
                && sent.writes <= said.writes + further.writes
                && sent.deletions <= said.deletions + further.deletions,
            "{} {:?} sent {sent:?}, and says {said:?}",
            finding.id,
            finding.operation.map(|operation| operation.id),
        );
    }
    assert!(run.findings.iter().any(|finding| finding.sent.writes > 0));
}

#[tokio::test]
async fn sandbox_can_be_treated_as_another_server() {
    let selection = Selection {
        checks: vec![checks::find("PRV-REVOKE-NOW").unwrap()],
        ..Selection::default()
    };
    let (session, run) = judge_some(start_faithful().await, &selection, |options| {
        options.safe = true;
    })
    .await;
    assert!(!session.is_sandbox());
    assert_eq!(run.count(Verdict::Skip), 1);
}

/// The skips that a plan announces, and those of a run, with their numbers.
type Skips = BTreeMap<(String, String), usize>;

fn announced(plan: &Plan) -> Skips {
    let text = plan.to_string();
    let (_, skipped) = text.split_once("\nskipped\n").unwrap();
    let skips = skipped.lines().filter_map(|line| {
        let (check, rest) = line.split_once(char::is_whitespace)?;
        let (results, reason) = rest.trim_start().split_once(" x  ")?;
        let key = (check.to_owned(), reason.to_owned());
        Some((key, results.parse().unwrap()))
    });
    skips.collect()
}

/// Without those that depend on what the server has.
fn skips_of(run: &Run) -> Skips {
    let mut skips = Skips::new();
    for finding in &run.findings {
        let of_the_server = [
            "needs a list with at least",
            "which the read_only key holds",
        ];
        if let Err(NotPassed::Skipped(reason)) = &finding.outcome
            && !of_the_server.iter().any(|part| reason.contains(part))
        {
            let key = (finding.id.to_owned(), reason.clone());
            *skips.entry(key).or_default() += 1;
        }
    }
    skips
}

#[tokio::test]
async fn plan_announces_every_skip_of_the_run() {
    let cases: [fn(&mut Options); 5] = [
        |_| {},
        |options| {
            with_keys(options);
            options.keys.truncate(1);
        },
        with_keys,
        |options| {
            with_keys(options);
            options.permissions.writes = true;
        },
        |options| {
            with_keys(options);
            options.permissions.bursts = true;
            options.permissions.revocations = true;
            options.limits.max_requests = 200;
        },
    ];
    for options in cases {
        let address = start_watched(WATCHED).await.0;
        let plan = plan(address, options);
        let (_, run) = judge(address, options).await;
        assert_eq!(announced(&plan), skips_of(&run));
        let results = format!("\n{} results, at least ", run.findings.len());
        assert!(plan.to_string().contains(&results), "{plan}");
    }
}

#[tokio::test]
async fn burst_without_room_is_announced_as_skipped_and_not_begun() {
    let (address, memory) = start_watched(WATCHED).await;
    let selection = Selection {
        checks: vec![checks::find("PRV-429-SHAPE").unwrap()],
        ..Selection::default()
    };
    let permitted = |options: &mut Options| {
        with_keys(options);
        options.permissions.bursts = true;
        options.limits.max_requests = BURST;
    };
    let (_, run) = judge_some(address, &selection, permitted).await;
    assert_eq!(run.count(Verdict::Skip), run.findings.len());
    assert!(count(&memory, TOTAL) < 5);
    let text = plan(address, permitted).to_string();
    assert!(
        text.contains("PRV-429-SHAPE              20 x  needs more than the 1100 requests"),
        "{text}"
    );
    assert!(text.contains("has room for all checks"), "{text}");
}

#[tokio::test]
async fn every_permission_enables_what_it_says() {
    let address = start_faithful().await;
    let text = |options: fn(&mut Options)| {
        plan(address, |wanted| {
            with_keys(wanted);
            options(wanted);
        })
        .to_string()
    };
    let nothing = text(|_| {});
    for flag in ["--allow-writes", "--allow-bursts", "--allow-revocations"] {
        assert!(nothing.contains(flag), "{flag} in\n{nothing}");
    }
    assert!(!text(|options| options.permissions.writes = true).contains("--allow-writes"));
    assert!(!text(|options| options.permissions.bursts = true).contains("--allow-bursts"));
    let both = text(|options| {
        options.permissions.writes = true;
        options.permissions.revocations = true;
    });
    assert!(!both.contains("--allow-revocations"));
    let keyless = plan(address, |_| {}).to_string();
    assert!(keyless.contains("--key full=…") && keyless.contains("--key revoked=…"));
}

/// A flag for one role leaves the keys of the variable for the others.
#[test]
fn flag_for_one_role_keeps_the_key_of_the_variable() {
    let plan = |command: &[&str], variable: &str| {
        let mut judge = Command::new(env!("CARGO_BIN_EXE_contract-tests"));
        judge.args(command).arg("--plan").env_clear();
        judge.env(variable, "lnc_test_FullAccessxxxxxxxxxxxxxxxxforeig");
        text(&judge.output().unwrap())
    };
    let read_only = "read_only=lnc_test_ReadOnlyxxxxxxxxxxxxxxxxxxforeig";
    let (left, right) = ("http://127.0.0.1:1/api/v1", "http://127.0.0.1:2/api/v1");
    for (command, variable, flag) in [
        (
            &["provider", "--key", read_only][..],
            "OPENPROSPECT_API_KEY",
            "--key",
        ),
        (
            &[
                "twin",
                "--left",
                left,
                "--right",
                right,
                "--left-key",
                read_only,
            ],
            "CONTRACT_TESTS_LEFT_KEY",
            "--left-key",
        ),
    ] {
        let text = plan(command, variable);
        let plan = text.split("plan for http://127.0.0.1:2").next().unwrap();
        assert!(plan.contains(&format!(" {flag} revoked=…")), "{text}");
        for given in ["full", "read_only"] {
            assert!(
                !plan.contains(&format!("-key {given}=…")),
                "{given}: {text}"
            );
        }
    }
}

fn redirect(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.is_api() {
        response.set_status(307);
        response.set_header("location", "/elsewhere");
    } else if request.path() == "/elsewhere" {
        request.with_memory(|memory| memory.count("followed"));
    }
}

#[tokio::test]
async fn does_not_follow_redirects() {
    let (address, memory) = start_watched(Bug {
        response: redirect,
        ..WATCHED
    })
    .await;
    let (_, run) = judge(address, with_keys).await;
    assert_eq!(run.exit_code(), ExitCode::Violated);
    assert_eq!(count(&memory, "followed"), 0);
    assert!(count(&memory, TOTAL) > 50);
}
