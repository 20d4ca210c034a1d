//! The report as data: what every format is a view of, and what the JSON Schema is made from.

use std::collections::BTreeMap;

use schemars::{JsonSchema, generate::SchemaSettings};
use schemas::{Evidence, OperationId};
use serde::Serialize;
use serde_json::Value;
use strum::VariantArray;

use crate::{
    check::{Check, Finding, Stop, Verdict, Violation},
    checks,
    clients::{Level, Score, Trial, sweep::Fault},
    ledger::Row,
    readings, replay,
    runner::{Problem, Run, RunVerdict},
    secrets::{Clean, CleanValue, Secrets},
    session::Session,
};

/// Bytes that a value may have before it is shown as a text that is cut.
const SHOWN_VALUE: usize = 2_048;

/// A run of the judge: what was checked, what came of it, and which answers of the contract were seen.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, title = "Report of contract-tests")]
pub struct Report {
    /// Always `contract-tests`.
    pub tool: &'static str,
    /// The version of the judge.
    pub version: &'static str,
    /// What was judged.
    pub mode: Mode,
    /// The base URL of the server, or the command line of the client.
    pub target: Clean,
    /// What the server turned out to be, or how the client was tried, in a sentence.
    pub about: Clean,
    /// What chance was drawn from; `null` where nothing was left to chance.
    pub seed: Option<u64>,
    /// Whether observations fail, too, and objects may have no fields but those of the contract; of a client,
    /// whether it fails where it breaks what it should keep.
    pub strict: bool,
    /// The run in one word.
    pub verdict: RunVerdict,
    /// The run in one number, as the process ends with it.
    pub exit_code: u8,
    /// How many entries of `checks` have which verdict.
    pub counts: Counts,
    /// What fails the run though it is no finding.
    pub problems: Vec<Problem>,
    /// One entry for every check, or for every operation that it was made on; of a client, for every rule in every
    /// scenario that put it to the test.
    pub checks: Vec<Entry>,
    /// How many of the answers that could be provoked were seen; of a client, how many of the rules were put to
    /// the test.
    pub seen: Seen,
    /// The answers of the contract, then others that were seen.
    pub coverage: Vec<Coverage>,
    /// What the server does where the documents contradict one another; empty for a client.
    pub readings: Vec<Followed>,
    /// The rules of clients, and what came of each; empty for a server.
    pub rules: Vec<RuleCoverage>,
    /// What the client did under each scenario; empty for a server.
    pub trials: Vec<Trial>,
    /// How well the client spent its calls and its time in all trials; `null` for a server. It decides nothing.
    pub score: Option<Score>,
    /// What came of a fault that came one call later each time; `null` where there was none.
    pub sweep: Option<Swept>,
}

/// What came of a fault at one call after the other.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Swept {
    /// The fault.
    pub fault: Fault,
    /// The calls that it befell, in their order.
    pub positions: Vec<Position>,
    /// The first at which a rule was broken.
    pub first_broken: Option<usize>,
    /// The first that it did not befall, since the client made no more; `null` where the sweep ended before.
    pub not_reached: Option<usize>,
}

/// What came of a fault at one call.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Position {
    /// Which call, from 1.
    pub position: usize,
    /// The scenario, as `--scenario` takes it.
    pub scenario: &'static str,
    /// The gravest verdict in it.
    pub verdict: Verdict,
    /// The rules that were broken in it.
    pub broken: Vec<&'static str>,
}

/// What was judged.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A server.
    Provider,
    /// A client program.
    Client,
}

/// How many findings have which verdict.
#[derive(Clone, Copy, Debug, Default, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// The rule holds.
    pub pass: usize,
    /// It does not.
    pub fail: usize,
    /// It does not, and the baseline says that this is known.
    pub known: usize,
    /// Something should be otherwise.
    pub warn: usize,
    /// An assumption does not hold.
    pub info: usize,
    /// Not found out.
    pub skip: usize,
    /// Could not be found out this time.
    pub inconclusive: usize,
}

/// How many answers that could be provoked were seen.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Seen {
    /// That were seen.
    pub seen: usize,
    /// That the judge could provoke, on this target, with all keys and permissions; of a client, all rules.
    pub of: usize,
}

/// A check that ran, on one operation or on none in particular.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Entry {
    /// The check or the rule.
    pub id: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    /// The operation; `null` where it is about none in particular.
    pub operation: Option<&'static str>,
    /// The scenario; `null` where there was none.
    pub scenario: Option<&'static str>,
    /// How well the rule is founded; `null` for a rule of clients.
    pub evidence: Option<Evidence>,
    /// How much a rule of clients weighs; `null` for a check of servers.
    pub level: Option<Level>,
    /// The rule.
    pub rule: &'static str,
    /// The page or the standard that says so.
    pub source: &'static str,
    /// What is wrong, as a sentence; the rule, where nothing is.
    pub message: Clean,
    /// Where: a JSON path, `header <name>`, `status` or `body`.
    pub at: Option<Clean>,
    /// What would be right.
    pub expected: CleanValue,
    /// What was there.
    pub actual: CleanValue,
    /// Why it could not be found out, or why a failure is known.
    pub reason: Option<Clean>,
    /// The command that makes this check again.
    pub replay: Clean,
    /// The command that sends the request again; the key is `$OPENPROSPECT_API_KEY`.
    pub curl: Option<Clean>,
    /// The request and its answer.
    pub exchange: Option<ShownExchange>,
    /// What a rule of clients lets pass.
    pub allowed: Option<&'static str>,
    /// How to keep a rule of clients.
    pub fix: Option<&'static str>,
    /// What the client did, where it broke the rule.
    pub trace: Option<Clean>,
}

/// A request and its answer; long bodies are cut.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Exchange")]
pub struct ShownExchange {
    /// What was sent.
    pub request: ShownRequest,
    /// What came back.
    pub response: ShownResponse,
}

/// What was sent.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Request")]
pub struct ShownRequest {
    /// Its method.
    pub method: Clean,
    /// Its URL.
    pub url: Clean,
    /// Its body.
    pub body: Option<Clean>,
}

/// What came back.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Response")]
pub struct ShownResponse {
    /// Its status.
    pub status: u16,
    /// Its headers; a name with several values is there several times.
    pub headers: Vec<(Clean, Clean)>,
    /// Its body.
    pub body: Clean,
}

/// A rule of clients, and in how many trials it came to what.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct RuleCoverage {
    /// The rule.
    pub id: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// Where it was put to the test.
    pub armed: usize,
    /// Where it was kept.
    pub kept: usize,
    /// Where it was broken.
    pub broken: usize,
    /// What it needs to be put to the test.
    pub needs: &'static str,
}

/// What a server does where the documents contradict one another.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Followed {
    /// What they contradict one another in.
    pub about: &'static str,
    /// What one of them says, and the server does.
    pub reading: &'static str,
    /// The page that says so.
    pub source: &'static str,
    /// In how many answers.
    pub seen: usize,
}

impl Followed {
    fn new(followed: readings::Followed) -> Self {
        Self {
            about: followed.contradiction.about,
            reading: followed.reading.says,
            source: followed.reading.source,
            seen: followed.seen,
        }
    }
}

/// An answer, and how often it was seen.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Coverage {
    /// The operation.
    pub operation: &'static str,
    /// The status.
    pub status: u16,
    /// The error code; `null` for success.
    pub code: Option<Clean>,
    /// Whether the contract has it.
    pub documented: bool,
    /// Whether it counts for `seen`: it was seen, or could have been.
    pub expected: bool,
    /// How often it was seen.
    pub seen: usize,
    /// How often it was right.
    pub valid: usize,
    /// How often it was not.
    pub invalid: usize,
    /// How often it was declared as what, such as `application/json`; `none` where it was not.
    pub media_types: BTreeMap<Clean, usize>,
    /// The fields, items and words of its body that none had, such as `$.orders[*].status: COMPLETED`. What is
    /// within one that is named here is not; of an answer that was not seen, nothing is.
    pub never_seen: Vec<Clean>,
    /// Why it was not seen.
    pub reason_unseen: Option<&'static str>,
    /// A command that would provoke it; `null` where nothing can be relied on to.
    pub provoke: Option<Clean>,
}

impl Report {
    /// All that a run came to.
    pub fn new(session: &Session, run: &Run) -> Self {
        let rows = session.coverage();
        Self {
            tool: "contract-tests",
            version: env!("CARGO_PKG_VERSION"),
            mode: Mode::Provider,
            target: session.secrets.text(session.target().as_str()),
            about: session.secrets.text(&session.describe()),
            seed: Some(session.seed()),
            strict: session.is_strict(),
            verdict: run.verdict(),
            exit_code: run.exit_code() as u8,
            counts: Counts::of(run.findings.iter().map(|finding| finding.verdict)),
            problems: run.problems.clone(),
            checks: run
                .findings
                .iter()
                .map(|finding| Entry::new(session, finding))
                .collect(),
            seen: Seen::of(&rows),
            coverage: rows.iter().map(|row| Coverage::new(session, row)).collect(),
            readings: session
                .ledger
                .readings()
                .followed()
                .map(Followed::new)
                .collect(),
            rules: Vec::new(),
            trials: Vec::new(),
            score: None,
            sweep: None,
        }
    }

    /// What makes the run red, the first of each check in full; with it the operations of the others.
    pub fn failures(&self) -> Vec<(&Entry, Vec<&Entry>)> {
        let mut failures: Vec<(&Entry, Vec<&Entry>)> = Vec::new();
        for entry in self
            .checks
            .iter()
            .filter(|entry| entry.verdict == Verdict::Fail)
        {
            match failures.iter_mut().find(|(first, _)| first.id == entry.id) {
                Some((_, others)) => others.push(entry),
                None => failures.push((entry, Vec::new())),
            }
        }
        failures
    }

    /// The last line: the verdict and the counts.
    pub fn summary(&self) -> String {
        let counts: Vec<_> = self.counts.some().collect();
        let counts: Vec<_> = counts
            .iter()
            .map(|(verdict, count)| format!("{count} {}", verdict.to_string().to_lowercase()))
            .collect();
        format!(
            "{}: {} (exit code {})",
            self.verdict.to_string().replace('_', " "),
            counts.join(", "),
            self.exit_code
        )
    }
}

impl Counts {
    /// Of these verdicts.
    pub(crate) fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            *counts.of_verdict(verdict) += 1;
        }
        counts
    }

    fn of_verdict(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Known => &mut self.known,
            Verdict::Warn => &mut self.warn,
            Verdict::Info => &mut self.info,
            Verdict::Skip => &mut self.skip,
            Verdict::Inconclusive => &mut self.inconclusive,
        }
    }

    /// How many have this verdict.
    pub fn get(mut self, verdict: Verdict) -> usize {
        *self.of_verdict(verdict)
    }

    /// Those that are not zero.
    pub fn some(self) -> impl Iterator<Item = (Verdict, usize)> {
        let counts = Verdict::VARIANTS
            .iter()
            .map(move |verdict| (*verdict, self.get(*verdict)));
        counts.filter(|(_, count)| *count > 0)
    }
}

impl Seen {
    /// Of these rows.
    pub fn of(rows: &[Row]) -> Self {
        let expected = || rows.iter().filter(|row| row.is_expected());
        Self {
            seen: expected().filter(|row| row.seen > 0).count(),
            of: expected().count(),
        }
    }
}

impl Entry {
    /// A finding as the report has it.
    pub fn new(session: &Session, finding: &Finding) -> Self {
        let check = checks::find(finding.id);
        let secrets = &session.secrets;
        let mut entry = Self {
            id: finding.id,
            verdict: finding.verdict,
            operation: finding.operation.map(|operation| operation.id.as_str()),
            scenario: None,
            evidence: Some(finding.evidence),
            level: None,
            rule: check.map_or("", |check| check.rule),
            source: check.map_or("", |check| check.source),
            message: check.map_or("", |check| check.rule).into(),
            at: None,
            expected: CleanValue::default(),
            actual: CleanValue::default(),
            reason: None,
            replay: secrets.text(&replay::line(session, finding)),
            curl: None,
            exchange: None,
            allowed: None,
            fix: None,
            trace: None,
        };
        match &finding.outcome {
            Ok(()) => {}
            Err(Stop::Skipped(reason) | Stop::Inconclusive(reason)) => {
                entry.reason = Some(secrets.text(reason));
            }
            Err(Stop::Violated(violation)) => entry.tell(secrets, violation),
        }
        if let Some(known) = &finding.known {
            entry.reason = Some(secrets.text(known));
        }
        entry
    }

    fn tell(&mut self, secrets: &Secrets, violation: &Violation) {
        self.message = secrets.text(&violation.message);
        self.at = Some(secrets.text(&violation.at));
        self.expected = shown(secrets, &violation.expected);
        self.actual = shown(secrets, &violation.actual);
        if let Some(exchange) = &violation.exchange {
            self.curl = Some(exchange.curl(secrets));
            self.exchange = Some(exchange.shown(secrets));
        }
    }

    /// The check and its operation, or the rule and its scenario, on one line that can be searched for.
    pub fn name(&self) -> String {
        match (self.operation, self.scenario) {
            (Some(operation), _) => format!("{} {operation}", self.id),
            (None, Some(scenario)) => format!("{} scenario {scenario}", self.id),
            (None, None) => self.id.to_owned(),
        }
    }

    /// What it belongs to: an operation or a scenario, or else all of what is judged.
    pub fn group(&self) -> &'static str {
        let whole = if self.level.is_some() {
            "client"
        } else {
            "server"
        };
        self.operation.or(self.scenario).unwrap_or(whole)
    }
}

/// A value, or the beginning of its text where it is long.
fn shown(secrets: &Secrets, value: &Value) -> CleanValue {
    let text = value.to_string();
    if text.len() <= SHOWN_VALUE {
        return secrets.value(value);
    }
    let cut = secrets.text(&text).cut(SHOWN_VALUE);
    secrets.value(&Value::String(format!("{cut} ({} bytes)", text.len())))
}

impl Coverage {
    /// Whether it was not seen, though it could have been.
    pub fn is_missing(&self) -> bool {
        self.expected && self.seen == 0
    }

    fn new(session: &Session, row: &Row) -> Self {
        let unseen = row.unseen.as_ref();
        Self {
            operation: OperationId::as_str(row.operation.id),
            status: row.status,
            code: row.code.as_deref().map(|code| session.secrets.text(code)),
            documented: row.documented,
            expected: row.is_expected(),
            seen: row.seen,
            valid: row.valid,
            invalid: row.seen - row.valid,
            media_types: row
                .media_types
                .iter()
                .map(|(name, count)| (session.secrets.text(name), *count))
                .collect(),
            never_seen: row
                .never_seen
                .iter()
                .map(|name| session.secrets.text(name))
                .collect(),
            reason_unseen: unseen.map(|unseen| unseen.reason),
            provoke: unseen.and_then(|unseen| unseen.how).map(|how| {
                session
                    .secrets
                    .text(&how.command(session.target(), row.operation))
            }),
        }
    }
}

/// The JSON Schema of a report, as text.
///
/// # Panics
///
/// Never: a schema is JSON.
pub fn schema_text() -> String {
    schema_of::<Report>()
}

/// The JSON Schema of what is written as JSON, as text.
pub(crate) fn schema_of<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let schema = generator.into_root_schema_for::<T>();
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// What `contract-tests explain` shows: the rule, and how well it is founded.
pub fn explain(check: &Check) -> String {
    format!(
        "{}\n\n  rule      {}\n  evidence  {}: {}\n  source    {}\n",
        check.id,
        check.rule,
        check.evidence,
        match check.evidence {
            Evidence::Documented => "on the vendor's authentication page, the authority",
            Evidence::Guide => "on a sibling page of the same generation",
            Evidence::Assumed =>
                "ours, where the documents are silent; on a server that is no sandbox it only informs",
        },
        check.source,
    )
}
