//! Findings as text, the same in every format for people.

mod plain;

use std::{borrow::Cow, iter};

use schemas::Evidence;
use serde_json::Value;

pub(crate) use self::plain::plain;
use super::model::{
    Coverage, Entry, ExchangeView, Mode, Occurrences, Position, Report, SweepResult,
};
use crate::{
    contract::{KeywordCount, Keywords},
    finding::{Level, SeenCount, Verdict, count, redaction::Redacted},
    report::model::{Difference, Drift, JudgedCount, Score, TrafficCounts, Trial},
};

/// Maximum length of a value in a block, in bytes.
const MAX_VALUE: usize = 300;

/// The first line: verdict, check, operation, request and status.
pub(crate) fn headline(entry: &Entry) -> String {
    let mut line = format!("{:<4}  {}", entry.verdict, entry.name());
    if let Some(exchange) = &entry.exchange {
        let url: Cow<'_, str> = plain(&exchange.request.url);
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..]));
        let (method, status) = (&exchange.request.method, exchange.response.status);
        let path = path.unwrap_or(&url);
        line.extend(["  ", method, " ", path, " -> ", &status.to_string()]);
    }
    line
}

/// Everything needed to understand and reproduce a finding, one line each.
pub(crate) fn details(entry: &Entry) -> String {
    let lines = match (entry.verdict, &entry.seen, entry.level) {
        (Verdict::Inconclusive, ..) => inconclusive_details(entry),
        (_, Some(seen), _) => traffic_details(entry, seen),
        (_, None, Some(level)) => client_details(entry, level),
        (_, None, None) => server_details(entry),
    };
    indented(&lines)
}

type LabelledLines<'a> = Vec<(&'static str, Cow<'a, str>)>;

fn indented(lines: &LabelledLines<'_>) -> String {
    let lines = lines
        .iter()
        .map(|(name, text)| format!("  {name:<9} {text}\n"));
    lines.collect()
}

/// Why the check or rule has no result.
fn inconclusive_details(entry: &Entry) -> LabelledLines<'_> {
    let mut lines: LabelledLines<'_> = Vec::new();
    lines.extend(
        entry
            .reason
            .as_ref()
            .map(|reason| ("reason", plain(reason))),
    );
    lines.push(("rule", format!("{} ({})", entry.rule, entry.source).into()));
    lines.push(("replay", plain(&entry.replay)));
    lines
}

fn client_details(entry: &Entry, level: Level) -> LabelledLines<'_> {
    let mut lines: LabelledLines<'_> = vec![
        (
            "rule",
            format!("{level}: {} ({})", entry.rule, entry.source).into(),
        ),
        ("seen", plain(&entry.message)),
    ];
    lines.extend(entry.trace.as_ref().map(|trace| ("trace", plain(trace))));
    lines.extend(entry.allowed.clone().map(|allowed| ("tolerance", allowed)));
    lines.extend(entry.fix.clone().map(|fix| ("fix", fix)));
    lines.extend(entry.reason.as_ref().map(|reason| ("known", plain(reason))));
    lines.push(("replay", plain(&entry.replay)));
    lines
}

fn server_details(entry: &Entry) -> LabelledLines<'_> {
    let mut lines: LabelledLines<'_> = Vec::new();
    lines.push(("problem", plain(&entry.message)));
    if let Some(at) = &entry.at {
        lines.push(("at", plain(at)));
    }
    lines.push(("rule", entry.rule.clone()));
    lines.push(("expected", value_text(&entry.expected).into()));
    lines.push(("got", value_text(&entry.actual).into()));
    let evidence = entry.evidence.map(|evidence| format!("{evidence}: "));
    let evidence = evidence.unwrap_or_default() + &entry.source;
    lines.push(("evidence", evidence.into()));
    lines.extend(entry.reason.as_ref().map(|reason| ("known", plain(reason))));
    lines.push(("replay", plain(&entry.replay)));
    lines.extend(entry.curl.as_ref().map(|curl| ("curl", plain(curl))));
    lines
}

fn traffic_details<'a>(entry: &'a Entry, seen: &'a Occurrences) -> LabelledLines<'a> {
    let mut lines: LabelledLines<'_> = vec![
        ("side", seen.side.to_string().into()),
        ("problem", plain(&entry.message)),
    ];
    lines.extend(entry.at.as_ref().map(|at| ("at", plain(at))));
    let values = [("expected", &entry.expected), ("got", &entry.actual)];
    let values = values.into_iter().filter(|(_, value)| !value.is_null());
    lines.extend(values.map(|(name, value)| (name, value_text(value).into())));
    let founded = match (entry.level, entry.evidence) {
        (_, Some(Evidence::Assumed)) | (None, None) => "assumed".to_owned(),
        (Some(level), _) => level.to_string(),
        (None, Some(evidence)) => evidence.to_string(),
    };
    let rule = format!("{founded}: {} ({})", entry.rule, entry.source);
    lines.push(("rule", rule.into()));
    lines.extend(entry.allowed.clone().map(|allowed| ("tolerance", allowed)));
    lines.extend(entry.fix.clone().map(|fix| ("fix", fix)));
    lines.extend(entry.reason.as_ref().map(|reason| ("known", plain(reason))));
    let first = seen.first.as_deref().unwrap_or_default();
    lines.push((
        "seen",
        format!("{}, {} in all", plain(first), seen.count).into(),
    ));
    lines.push(("replay", plain(&entry.replay)));
    lines
}

/// Headline and details.
pub(crate) fn block(entry: &Entry) -> String {
    format!("{}\n{}", headline(entry), details(entry))
}

/// What a check found: the request, the status of its response, and how the response differs from what is expected.
pub(crate) fn found(entry: &Entry) -> String {
    let mut lines = server_details(entry);
    lines.retain(|(name, _)| ["problem", "at", "expected", "got"].contains(name));
    format!("{}\n{}", headline(entry), indented(&lines))
}

/// How a response differs from what is expected, on one line.
pub(crate) fn seen(entry: &Entry) -> String {
    let values = [("expected", &entry.expected), ("got", &entry.actual)];
    // A null can be what was got instead of a value.
    let values = values.into_iter().skip_while(|(_, value)| value.is_null());
    let values = values.map(|(name, value)| match value.as_str() {
        // A body: as JSON, each of its quotes would have a backslash.
        Some(text) if text.starts_with('{') => format!("; {name} {}", plain(text)),
        Some(_) | None => format!("; {name} {}", value_text(value)),
    });
    format!("{}{}", plain(&entry.message), values.collect::<String>())
}

/// A finding on one line; for a pass, the rule.
pub(crate) fn sentence(entry: &Entry) -> Cow<'_, str> {
    match (entry.verdict, &entry.reason) {
        (Verdict::Skip | Verdict::Inconclusive, Some(reason)) => plain(reason),
        _ => plain(&entry.message),
    }
}

/// Other operations or scenarios with the same failure.
pub(crate) fn others(others: &[&Entry]) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let others_in: Vec<_> = others.iter().map(|other| other.group()).collect();
    Some(format!(
        "{} more like this: {}",
        others.len(),
        others_in.join(", ")
    ))
}

/// A response of the contract: operation, status and code.
pub(crate) fn status_and_code(row: &Coverage) -> String {
    format!(
        "{} {} {}",
        row.operation,
        row.status,
        plain(row.code_or_kind())
    )
}

/// The number of schema keywords seen, and the violated ones.
pub(crate) fn keywords(keywords: &Keywords<Redacted>) -> String {
    let Keywords {
        of, seen, broken, ..
    } = keywords;
    let name = |(name, count): (&Redacted, &KeywordCount)| {
        format!(
            ", {} violated by {} of {}",
            plain(name),
            count.invalid,
            count.seen
        )
    };
    let broken: String = broken.iter().map(name).collect();
    format!("{seen} of {of} keywords seen{broken}")
}

/// The last lines: what fails a run besides its findings, and its results.
pub(crate) fn closing(report: &Report) -> Vec<String> {
    [problems(report), results(report)].concat()
}

/// What fails a run besides its findings.
pub(crate) fn problems(report: &Report) -> Vec<String> {
    let problems = report.problems.iter().flat_map(|problem| {
        let marks = ["error: "].into_iter().chain(iter::repeat("  | "));
        let lines = marks.zip(problem.message.lines());
        let lines = lines.map(|(mark, line)| format!("{mark}{}", plain(line)));
        let page = problem.kind.page();
        lines.chain(page.map(|page| format!("  see `contract-tests docs {}`", page.topic)))
    });
    problems.collect()
}

/// The results of a run besides its findings.
pub(crate) fn results(report: &Report) -> Vec<String> {
    let SeenCount { seen, of } = &report.seen;
    let seen = match report.mode {
        Mode::Provider => {
            format!("{seen} of the {of} responses that the run can trigger were seen")
        }
        Mode::Client => {
            format!("{seen} of {of} rules were exercised; each has a result for each scenario")
        }
        Mode::Proxy | Mode::Har | Mode::Journal => {
            format!("{seen} of {of} rules were exercised; each has a result for each operation")
        }
    };
    let seed = report
        .seed
        .map(|seed| format!("reproduce with --seed {seed}"));
    let score = report.score.as_ref().map(score);
    let counts = report
        .traffic
        .as_ref()
        .map(traffic_lines)
        .into_iter()
        .flatten();
    let drift = report.drift.as_ref().map(Drift::summary);
    let results = counts.chain(drift).chain([seen]).chain(seed).chain(score);
    results.chain([report.summary()]).collect()
}

/// What the traffic consists of, and how much of it is correct.
fn traffic_lines(counts: &TrafficCounts) -> Vec<String> {
    let TrafficCounts {
        exchanges,
        others,
        unreadable: _,
        redacted: _,
        unanswered,
        without_body,
        warnings,
        left_out,
        requests,
        answers,
        rules,
    } = counts;
    let right = |count: &JudgedCount, what| format!("{} of {} {what}", count.right, count.judged);
    let mut lines = vec![
        format!(
            "{} with the API, {others} elsewhere; {unanswered} without a response, {} without a body",
            count(*exchanges, "exchange"),
            count(*without_body, "response")
        ),
        format!(
            "correct: {}, {}, {} over time",
            right(requests, "requests"),
            right(answers, "responses"),
            right(rules, "rules")
        ),
    ];
    let warnings = warnings
        .iter()
        .map(|warning| format!("warning: {}", plain(warning)));
    lines.splice(0..0, warnings);
    if *left_out > 0 {
        lines.push(format!(
            "not judged by the rules over time, which cannot pass without them: {} with an unknown body, or beyond the limit",
            count(*left_out, "request")
        ));
    }
    lines
}

/// A request and its response, as on the wire except for characters that would break a line.
pub(crate) fn exchange(exchange: &ExchangeView) -> String {
    let ExchangeView { request, response } = exchange;
    let mut lines = vec![format!("> {} {}", request.method, plain(&request.url))];
    lines.extend(
        request
            .body
            .as_deref()
            .map(|body| format!("> {}", plain(body))),
    );
    lines.push(format!("< {}", response.status));
    let headers = response.headers.iter();
    lines.extend(headers.map(|(name, value)| format!("< {name}: {}", plain(value))));
    lines.push(format!("< {}\n", plain(&response.body)));
    lines.join("\n")
}

/// Every request of a trial, one line each, with the time since the first.
pub(crate) fn timeline(trial: &Trial) -> String {
    let first = trial.calls.first().map_or(0, |request| request.at_ms);
    let requests = trial.calls.iter().map(|request| {
        let line = request.line_since(first);
        format!("  #{:<3} {}\n", request.connection, plain(&line))
    });
    let calls: String = requests.collect();
    match trial.left_out {
        0 => calls,
        count => format!("{calls}  … {count} more\n"),
    }
}

/// A difference from the contract on one line.
pub(crate) fn difference(difference: &Difference) -> String {
    let known = if difference.known { " (known)" } else { "" };
    let (rank, fingerprint, about) = (
        difference.rank(),
        &difference.fingerprint,
        difference.about(),
    );
    format!(
        "{rank:<9}  {fingerprint}  {about:<25}  {} {}; count {}, first {}{known}",
        plain(&difference.at),
        plain(&difference.sentence()),
        difference.count,
        plain(&difference.first)
    )
}

/// The result at each position, as a table.
pub(crate) fn sweep(result: &SweepResult) -> String {
    let row = |one: &Position| {
        let (position, verdict) = (one.position, one.verdict.to_string());
        let row = format!("  {position:>4}  {verdict:<12}  {}", one.broken.join(" "));
        format!("{}\n", row.trim_end())
    };
    let rows: String = result.positions.iter().map(row).collect();
    let first = match result.first_broken {
        Some(position) => format!("fails first at request {position}"),
        None => "fails at no request".to_owned(),
    };
    let end = match result.not_reached {
        Some(position) => format!("there is no request {position}"),
        None => "there may be more requests than --positions".to_owned(),
    };
    format!("SWEEP  {}\n{rows}  {first}; {end}\n", result.fault)
}

/// How economical a client was, on one line.
fn score(score: &Score) -> String {
    let Score {
        requests,
        calls,
        wasted,
        lost_ms,
    } = score;
    format!(
        "score: {} for {} ({:.2} per call), {wasted} wasted, {} lost",
        count(*requests, "request"),
        count(*calls, "call"),
        score.amplification(),
        seconds(*lost_ms)
    )
}

pub(crate) fn seconds(millis: u64) -> String {
    format!("{}.{:03} s", millis / 1000, millis % 1000)
}

fn value_text(value: &Value) -> String {
    let text = value.to_string();
    let end = text.floor_char_boundary(MAX_VALUE);
    let cut = if end < text.len() { "…" } else { "" };
    format!("{}{cut}", plain(&text[..end]))
}

#[cfg(test)]
mod tests;
