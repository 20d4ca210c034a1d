//! The judge of clients, on small programs with known behaviour.

use std::{fs, future::pending, path::PathBuf, time::Duration};

use contract_tests::{
    clients::{Judged, Limits, Options, judge, named},
    finding::{ExitCode, Verdict},
};

/// Judges a shell script under some scenarios.
pub(crate) async fn judged(script: &str, scenarios: &[&str]) -> Judged {
    judged_with(script, scenarios, None).await
}

/// Also searches a folder for what the script leaves there.
pub(crate) async fn judged_with(
    script: &str,
    scenarios: &[&str],
    watch: Option<PathBuf>,
) -> Judged {
    let scenarios = scenarios.iter().map(|name| named(name).unwrap());
    let options = Options {
        watch,
        command: ["sh", "-c", script].map(Into::into).to_vec(),
        scenarios: scenarios.collect(),
        ..Options::default()
    };
    judge(&options, |_| {}, Box::pin(pending())).await.unwrap()
}

/// The verdicts on a rule, in order, without those of trials that did not exercise it.
pub(crate) fn about(judged: &Judged, rule: &str) -> Vec<Verdict> {
    let about = judged.findings.iter().filter(|one| one.rule.id == rule);
    let verdicts = about.map(|finding| finding.verdict);
    verdicts
        .filter(|verdict| *verdict != Verdict::Skip)
        .collect()
}

pub(crate) const LIST: &str = r#"printf "Authorization: Bearer %s" $OPENPROSPECT_API_KEY | curl -sf -o /dev/null -H @- $OPENPROSPECT_API_URL/orders"#;

pub(crate) const HTTP2: &str =
    "it uses HTTP/2 with prior knowledge, which is not supported; use HTTP/1.1";

#[tokio::test(flavor = "multi_thread")]
async fn idle_client_passes_no_rule() {
    let idle = judged("exit 0", &["revoked-at-start"]).await;
    assert_eq!(idle.rules(Verdict::Pass), 0);
    assert_eq!(idle.exit_code(), ExitCode::NothingRan);
    let unsupported = judged("exit 77", &["revoked-at-start"]).await;
    assert_eq!(unsupported.unsupported.len(), 1);
    assert_eq!(unsupported.exit_code(), ExitCode::NothingRan);
    // A client that never succeeds does not pass rules about what it must not do.
    let wrong_path = judged(&format!("{LIST}/nowhere"), &["revoked-at-start"]).await;
    assert_eq!(wrong_path.rules(Verdict::Pass), 0);
    assert_eq!(wrong_path.exit_code(), ExitCode::Inconclusive);
}

/// A program that supports some scenarios passes; one that supports none was judged only where nothing goes wrong.
#[tokio::test(flavor = "multi_thread")]
async fn scenarios_that_a_program_does_not_support_are_no_pass() {
    let only =
        |known: &str| format!("case $OPENPROSPECT_SCENARIO in {known}) {LIST};; *) exit 77; esac");
    let scenarios = ["missing-scope", "not-found"];
    let some = judged(&only("control | not-found"), &scenarios).await;
    assert_eq!(some.unsupported.len(), 1);
    assert_eq!(some.exit_code(), ExitCode::Passed, "{:?}", some.problems);
    let none = judged(&only("control"), &scenarios).await;
    assert_eq!(none.unsupported.len(), 2);
    assert_eq!(none.exit_code(), ExitCode::NothingRan);
    let [problem] = &*none.problems else {
        panic!("{:?}", none.problems);
    };
    assert!(problem.message.contains("supports none of the scenarios"));
}

/// Such as one that remembers an error on disk.
#[tokio::test(flavor = "multi_thread")]
async fn program_that_sends_nothing_in_a_scenario_was_not_judged_there() {
    let script = format!("case $OPENPROSPECT_SCENARIO in control) {LIST};; *) exit 3; esac");
    let judged = judged(&script, &["missing-scope", "not-found"]).await;
    assert_eq!(judged.exit_code(), ExitCode::Inconclusive);
    let [problem] = &*judged.problems else {
        panic!("{:?}", judged.problems);
    };
    let named = "under missing-scope (exit status: 3), not-found (exit status: 3)";
    assert!(problem.message.contains(named), "{}", problem.message);
}

/// A shell ends with 127 where it finds no program, and a program may end with any status after its requests.
#[tokio::test(flavor = "multi_thread")]
async fn program_that_sends_requests_is_judged_whatever_its_exit_status() {
    for end in ["there-is-no-such-program", "exit 77"] {
        let script = format!("{LIST} || {end}");
        let judged = judged(&script, &["missing-scope"]).await;
        assert_eq!(judged.unsupported.len(), 0, "{end}");
        assert_eq!(judged.exit_code(), ExitCode::Passed, "{end}");
        let about = judged.findings.iter().filter_map(|one| one.scenario);
        assert!(
            about.clone().any(|one| one.name == "missing-scope"),
            "{end}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unsupported_protocol_ends_the_run_with_a_message() {
    let http2 = LIST.replace("curl", "curl --http2-prior-knowledge");
    let none = "host=${OPENPROSPECT_API_URL#http://}; host=${host%%/*}; exec 3<>/dev/tcp/${host%:*}/${host#*:}; echo hello >&3";
    for (script, says) in [
        (http2, HTTP2),
        (format!("bash -c '{none}'"), "it does not send HTTP/1.1"),
    ] {
        let judged = judged(&script, &["revoked-at-start", "hang"]).await;
        assert!(judged.findings.is_empty(), "{:?}", judged.findings);
        assert_eq!(judged.trials.len(), 1);
        assert_eq!(judged.exit_code(), ExitCode::Inconclusive);
        let [problem] = &*judged.problems else {
            panic!("{:?}", judged.problems);
        };
        assert!(problem.message.starts_with(says), "{}", problem.message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_start_takes_nothing_from_the_time_limit() {
    let options = Options {
        command: ["sh", "-c", &format!("sleep 2; {LIST}; sleep 1")]
            .map(Into::into)
            .to_vec(),
        scenarios: vec![named("revoked-at-start").unwrap()],
        limits: Limits {
            trial: Duration::from_millis(2500),
            ..Options::default().limits
        },
        ..Options::default()
    };
    let judged = judge(&options, |_| {}, Box::pin(pending())).await.unwrap();
    let ended = judged.trials.iter().map(|trial| trial.ended.as_deref());
    assert_eq!(ended.collect::<Vec<_>>(), [Some("with exit status 0"); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn client_that_sends_nothing_in_the_control_trial_ends_the_run() {
    let script = "seq 30; echo using $OPENPROSPECT_API_KEY >&2; exit 4";
    let lost = judged(script, &["revoked-at-start", "hang"]).await;
    assert!(lost.findings.is_empty());
    assert_eq!(lost.trials.len(), 1);
    assert_eq!(lost.exit_code(), ExitCode::NothingRan);
    let [problem] = &*lost.problems else {
        panic!("{:?}", lost.problems);
    };
    let mut lines = problem.message.lines();
    let reason = lines.next().unwrap();
    assert!(
        reason.starts_with("it sent no request to http://127.0.0.1:"),
        "{reason}"
    );
    let says = "/api/v1; does it read OPENPROSPECT_API_URL? It ended with exit status: 4; the end of its output:";
    assert!(reason.ends_with(says), "{reason}");
    let printed: Vec<_> = lines.collect();
    assert_eq!((printed.len(), printed[0], printed[18]), (20, "12", "30"));
    // Its mask is shorter than the key.
    assert!(printed[19].starts_with("using lnc_test_"), "{printed:?}");
    assert!(printed[19].len() < 32, "{printed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn client_that_fails_the_control_trial_never_passes() {
    let script = format!("{LIST}; echo out of luck >&2; exit 3");
    let fails = judged(&script, &["truncated"]).await;
    assert_eq!(fails.rules(Verdict::Pass), 0);
    assert_eq!(fails.exit_code(), ExitCode::Inconclusive);
    let [problem] = &*fails.problems else {
        panic!("{:?}", fails.problems);
    };
    assert_eq!(
        problem.message,
        "it ended with exit status: 3 in the control scenario; the end of its output:\nout of luck"
    );
    // A proven violation outweighs it.
    let leaks = judged(&format!("{LIST}?k=$OPENPROSPECT_API_KEY; exit 3"), &[]).await;
    assert_eq!(leaks.exit_code(), ExitCode::Violated);
}

/// The example is written as a user would write it, and does not contain the mutants.
#[tokio::test(flavor = "multi_thread")]
async fn example_client_passes_every_rule_in_every_scenario() {
    let options = Options {
        command: vec![env!("CARGO_BIN_EXE_good-client").into()],
        ..Options::default()
    };
    let judged = judge(&options, |_| {}, Box::pin(pending()));
    let judged = judged.await.unwrap();
    let failed = judged.findings.iter();
    let wrong: Vec<_> = failed
        .filter(|finding| ![Verdict::Pass, Verdict::Skip].contains(&finding.verdict))
        // On a machine that is too busy to judge the spread of waits, these rules are inconclusive for any client.
        .filter(|finding| {
            finding.verdict != Verdict::Inconclusive
                || !["CLI-RETRY-7", "CLI-RETRY-8"].contains(&finding.rule.id)
        })
        .map(|finding| {
            (
                finding.rule.id,
                finding.scenario.map(|scenario| scenario.name),
                &finding.seen,
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(judged.rules(Verdict::Pass) >= 65, "{:?}", judged.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_retries_after_401_and_accepts_clients_that_stop() {
    let stops = judged(LIST, &["revoked-at-start"]).await;
    assert_eq!(about(&stops, "CLI-AUTH-7"), [Verdict::Pass]);
    assert_eq!(stops.exit_code(), ExitCode::Passed);
    // Each request has its own connection: none was open when the request was sent.
    for again in ["", "sleep 0.2;"] {
        let script = format!("{LIST} || {{ {again} {LIST}; }}");
        let insists = judged(&script, &["revoked-at-start"]).await;
        assert_eq!(about(&insists, "CLI-AUTH-7"), [Verdict::Fail], "{again}");
        assert_eq!(insists.exit_code(), ExitCode::Violated);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_waits_on_the_wire() {
    let after = |wait: &str| format!("{LIST} || {{ sleep {wait}; {LIST}; }}");
    // Far from the bounds: a busy machine makes waits longer.
    let early = judged(&after("0.4"), &["rate-limit-once"]).await;
    assert_eq!(about(&early, "CLI-RETRY-1"), [Verdict::Fail]);
    let in_time = judged(&after("1.0"), &["rate-limit-once"]).await;
    assert_eq!(about(&in_time, "CLI-RETRY-1"), [Verdict::Pass]);
}

/// The judge has the same catalogue of scenarios as the sandbox.
#[tokio::test(flavor = "multi_thread")]
async fn names_select_built_in_scenarios() {
    for shipped in scenarios::library::all() {
        let scenario = named(&shipped.name).unwrap();
        assert_eq!(scenario.summary, shipped.summary);
        assert_eq!(scenario.yaml, scenarios::library::text(&shipped.name));
    }
    // Five requests in a row are rejected with a time to wait, from the second one on.
    let hasty = format!("{LIST}; {LIST} || {{ sleep 0.2; {LIST}; }}");
    let storm = judged(&hasty, &["rate-limit-storm"]).await;
    assert_eq!(about(&storm, "CLI-RETRY-1"), [Verdict::Fail]);
}

#[tokio::test(flavor = "multi_thread")]
async fn gives_the_program_the_key_of_a_scenario() {
    let twice = format!("{LIST} || exit 1; {LIST} || {{ sleep 0.2; {LIST}; }}");
    let file = scenario_file(
        "own-key.yaml",
        "name: own-key\nsummary: Its key is revoked.\nkeys: [{name: mine, preset: orders}]\n\
         steps: [{after: {requests: 1}, do: [{revoke: {key: mine}}]}]\n",
    );
    let judged = judged(&twice, &[file.to_str().unwrap()]).await;
    assert_eq!(about(&judged, "CLI-AUTH-7"), [Verdict::Fail]);
}

#[test]
fn scenario_files_work_and_names_are_unambiguous() {
    let own = "name: refused-thrice\nsummary: Three are refused.\nrules: [{when: {nth: 1-3}, do: [{rate_limit: {}}]}]\n";
    let file = scenario_file("refused.yaml", own);
    let scenario = named(file.to_str().unwrap()).unwrap();
    assert_eq!(scenario.name, "refused-thrice");
    assert_eq!(scenario.file.as_ref(), Some(&file));
    // From then on, it is also found by its name.
    assert!(std::ptr::eq(named("refused-thrice").unwrap(), scenario));
    assert!(std::ptr::eq(
        named(file.to_str().unwrap()).unwrap(),
        scenario
    ));
    let wrong = |file: &PathBuf| named(file.to_str().unwrap()).unwrap_err();
    let other = scenario_file("other.yaml", own);
    assert!(
        wrong(&other).contains("`refused-thrice` is the name of the scenario in "),
        "{}",
        wrong(&other)
    );
    let taken = own.replace("refused-thrice", "truncated");
    let error = wrong(&scenario_file("taken.yaml", &taken));
    let said = "taken.yaml: `truncated` is the name of a built-in scenario with other content; choose another name";
    assert!(error.ends_with(said), "{error}");
    // A copy of a built-in scenario is that scenario.
    let text = scenarios::library::text("rate-limit-storm").unwrap();
    let copy = scenario_file("copy.yaml", text);
    assert!(std::ptr::eq(
        named(copy.to_str().unwrap()).unwrap(),
        named("rate-limit-storm").unwrap()
    ));
    let broken = own.replace("nth", "nht");
    let error = wrong(&scenario_file("broken.yaml", &broken));
    assert!(
        error.contains("broken.yaml") && error.contains("nht"),
        "{error}"
    );
    assert_eq!(
        named("rate-limit-strom").unwrap_err(),
        "unknown scenario or file `rate-limit-strom`; did you mean `rate-limit-storm`?"
    );
}

/// A file with a scenario.
fn scenario_file(name: &str, text: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("scenarios-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file
}
