//! The last report of `contract-tests` that was sent to this server.

use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    super::{
        book,
        components::{self, counted, prose},
        frame::Frame,
    },
    timeline,
};
use crate::app::judge_report::{Check, Counts, JudgeReport, KeptReport, Trial};

/// Maximum number of findings that are listed.
const FINDINGS: usize = 100;
/// Maximum number of timelines that are drawn.
const TIMELINES: usize = 100;
/// The verdicts that people look for, the worst first.
const OF_INTEREST: [&str; 4] = ["FAIL", "INCONCLUSIVE", "WARN", "KNOWN"];

/// The report, or how to get one.
pub(super) fn render(frame: &Frame, kept: Option<&KeptReport>, machine: Timestamp) -> Markup {
    html! {
        h2 #judge { "Judge" }
        @match kept {
            Some(kept) => (report(&kept.report, &components::machine_time(kept.at, machine))),
            None => (how_to(frame)),
        }
    }
}

fn how_to(frame: &Frame) -> Markup {
    let origin = &frame.server.origin;
    let token = if frame.server.needs_token {
        " --report-token \"$MOCK_SERVER_CONTROL_TOKEN\""
    } else {
        ""
    };
    html! {
        p { "No report was sent to this server yet. Judge your client, and what it did in each scenario appears here:" }
        (components::command(&format!("contract-tests client --report mock={origin}{token} -- ./your-client")))
        (book::more(const { docs::page("judge-a-client") }))
    }
}

fn report(report: &JudgeReport, at: &Markup) -> Markup {
    let is_good = &*report.verdict == "pass";
    html! {
        p.why {
            span class={ "pill " (if is_good { "ok" } else { "server" }) } { (report.verdict.replace('_', " ")) } " "
            code { (*report.target) } " is " (*report.about) "."
        }
        p.muted { "Judged as " (*report.mode) ", sent " (at) ". " (counts(&report.counts)) "." }
        (findings(&report.checks))
        (trials(report))
    }
}

/// `5 pass, 2 fail`
fn counts(counts: &Counts) -> String {
    let all = [
        (counts.pass, "pass"),
        (counts.fail, "fail"),
        (counts.known, "known"),
        (counts.warn, "warn"),
        (counts.info, "info"),
        (counts.skip, "skip"),
        (counts.inconclusive, "inconclusive"),
    ];
    let some = all.iter().filter(|(count, _)| *count > 0);
    let some: Vec<_> = some
        .map(|(count, verdict)| format!("{count} {verdict}"))
        .collect();
    if some.is_empty() {
        "Nothing was checked".to_owned()
    } else {
        some.join(", ")
    }
}

fn findings(checks: &[Check]) -> Markup {
    let of = |verdict: &'static str| {
        checks
            .iter()
            .filter(move |check| &*check.verdict == verdict)
    };
    let found: Vec<_> = OF_INTEREST.into_iter().flat_map(of).collect();
    html! {
        @if !found.is_empty() {
            div.scroll tabindex="0" role="region" aria-label="Findings" {
                table.plain {
                    thead { tr { th scope="col" { "Verdict" } th scope="col" { "Check" } th scope="col" { "Finding" } } }
                    tbody { @for check in found.iter().take(FINDINGS) { (finding(check)) } }
                }
            }
        }
        @if found.len() > FINDINGS { p.muted { (found.len() - FINDINGS) " more are not listed." } }
    }
}

fn finding(check: &Check) -> Markup {
    let about = check.operation.as_deref().or(check.scenario.as_deref());
    let class = if &*check.verdict == "FAIL" {
        "server"
    } else {
        "client"
    };
    html! {
        tr {
            td { span class={ "pill " (class) } { (check.verdict.to_lowercase()) } }
            td { code { (*check.id) } @if let Some(about) = about { br; span.muted { (about) } } }
            td {
                (prose(&check.message))
                @if let Some(reason) = check.reason.as_deref() { br; strong { "Reason: " } (prose(reason)) }
                @if let Some(fix) = check.fix.as_deref() { br; strong { "Fix: " } (prose(fix)) }
                @if let Some(replay) = check.replay.as_deref() {
                    details.call { summary { "Repeat it" } (components::command(replay)) }
                }
            }
        }
    }
}

fn trials(report: &JudgeReport) -> Markup {
    let has_finding = |trial: &Trial| {
        let mut checks = report.checks.iter();
        checks.any(|check| {
            &*check.verdict == "FAIL" && check.scenario.as_deref() == Some(&*trial.scenario)
        })
    };
    html! {
        @if !report.trials.is_empty() {
            h3 { "What the client did" }
            p.muted {
                "A lane for each connection, a bar for each request: ✓ succeeded, ✗ rejected or cut off, ○ no response. "
                "Shaded: the response asked the client to wait."
            }
        }
        @for trial in report.trials.iter().take(TIMELINES) {
            details.trial open[has_finding(trial)] {
                summary { strong { (*trial.scenario) } ": " (prose(&trial.summary)) " " span.muted { (counted(trial.left_out.saturating_add(trial.calls.len() as u64), "request")) } }
                (timeline::render(trial))
            }
        }
        @if report.trials.len() > TIMELINES { p.muted { (report.trials.len() - TIMELINES) " more trials are not shown." } }
    }
}
