//! The report as data: what every format is a view of, and what the JSON Schema is made from.

mod coverage;
mod drift;
mod entry;
mod exchange;
mod traffic;
mod trial;

use std::path::PathBuf;

use schemars::{JsonSchema, generate::SchemaSettings};
use schemas::Evidence;
use serde::Serialize;
use strum::VariantArray;

pub use self::{
    coverage::{Coverage, Fault, ObservedReading, Position, RuleCoverage, SweepResult},
    drift::{Difference, Drift, DriftKind, Rank},
    entry::{Entry, Occurrences},
    exchange::{ExchangeView, RequestView, ResponseView},
    traffic::{JudgedCount, Side, TrafficCounts},
    trial::{Score, Trial, TrialRequest},
};
pub(crate) use self::{entry::truncated, trial::API};
use crate::finding::{Level, RunFailure, RunVerdict, SeenCount, Verdict, redaction::Clean};

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
    /// The base URL of the server, the command line of the client, or the file of the recording.
    pub target: Clean,
    /// What the server turned out to be, how the client was tried, or what was recorded, in a sentence.
    pub about: Clean,
    /// What chance was drawn from; `null` where nothing was left to chance.
    pub seed: Option<u64>,
    /// Whether what is only assumed fails, too, and objects may have no fields but those of the contract; of a client,
    /// whether it fails where it breaks what it should keep.
    pub strict: bool,
    /// The run in one word.
    pub verdict: RunVerdict,
    /// The run in one number, as the process ends with it.
    pub exit_code: u8,
    /// How many entries of `checks` have which verdict.
    pub counts: Counts,
    /// What fails the run though it is no finding.
    pub problems: Vec<RunFailure>,
    /// One entry for every check, or for every operation that it was made on; of a client, for every rule in every
    /// scenario that put it to the test; of traffic, for all that is wrong, and for every rule and operation in which
    /// nothing is.
    pub checks: Vec<Entry>,
    /// How many of the answers that could be provoked were seen; of a client and of traffic, how many of the rules
    /// were put to the test.
    pub seen: SeenCount,
    /// The answers of the contract, then others that were seen; empty for a client and for traffic.
    pub coverage: Vec<Coverage>,
    /// What the server does where the documents contradict one another; empty for a client and for traffic.
    pub readings: Vec<ObservedReading>,
    /// The rules of clients, or those that traffic is judged by, and what came of each; empty for a server.
    pub rules: Vec<RuleCoverage>,
    /// What the client did under each scenario; empty for others.
    pub trials: Vec<Trial>,
    /// How well the client spent its calls and its time in all trials; `null` for others. It decides nothing.
    pub score: Option<Score>,
    /// What came of a fault that came one call later each time; `null` where there was none.
    pub sweep: Option<SweepResult>,
    /// What the traffic consists of that was judged; `null` for others.
    pub traffic: Option<TrafficCounts>,
    /// Where traffic differs from the contract; `null` for others. It decides nothing.
    pub drift: Option<Drift>,
    /// All checks or rules that there are for what was judged, in the order of their table.
    #[serde(skip)]
    pub catalog: Vec<Rule>,
    /// The file that a tool for code shows findings at: one of those who look at it, below the present folder.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// A check or a rule as tools for code list it.
#[derive(Debug)]
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// What it says.
    pub rule: &'static str,
    /// The page or the standard that says so.
    pub source: &'static str,
    /// How well a check of servers is founded.
    pub evidence: Option<Evidence>,
    /// How much a rule of clients weighs.
    pub level: Option<Level>,
}

/// What was judged.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A server.
    Provider,
    /// A client program.
    Client,
    /// What passed between a client and a server, both sides of it.
    Proxy,
    /// An HTTP Archive, both sides of it.
    Har,
    /// The sandbox's journal, both sides of it.
    Journal,
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

impl Report {
    /// What makes the run red.
    pub fn failures(&self) -> Vec<(&Entry, Vec<&Entry>)> {
        self.grouped(Verdict::Fail)
    }

    /// What has a verdict, the first of each check in full, of traffic the first at each place; with it the operations of
    /// the others.
    pub fn grouped(&self, verdict: Verdict) -> Vec<(&Entry, Vec<&Entry>)> {
        let mut groups: Vec<(&Entry, Vec<&Entry>)> = Vec::new();
        for entry in self.checks.iter().filter(|entry| entry.verdict == verdict) {
            match groups.iter_mut().find(|(first, _)| first.is_like(entry)) {
                Some((_, others)) => others.push(entry),
                None => groups.push((entry, Vec::new())),
            }
        }
        groups
    }

    /// The last line: the verdict and the counts.
    pub fn summary(&self) -> String {
        format!(
            "{}: {} (exit code {})",
            self.verdict.to_string().replace('_', " "),
            self.counts.summary(),
            self.exit_code
        )
    }
}

impl Counts {
    /// Of these verdicts.
    pub(crate) fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(verdict);
        }
        counts
    }

    /// And one more.
    pub(crate) fn add(&mut self, verdict: Verdict) {
        *self.of_verdict(verdict) += 1;
    }

    /// Of all verdicts together.
    pub(crate) fn all(self) -> usize {
        self.nonzero().map(|(_, count)| count).sum()
    }

    /// Those that are not zero: `3 pass, 1 fail`.
    pub(crate) fn summary(self) -> String {
        let words = self
            .nonzero()
            .map(|(verdict, count)| format!("{count} {}", verdict.to_string().to_lowercase()));
        words.collect::<Vec<_>>().join(", ")
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
    pub fn nonzero(self) -> impl Iterator<Item = (Verdict, usize)> {
        let counts = Verdict::VARIANTS
            .iter()
            .map(move |verdict| (*verdict, self.get(*verdict)));
        counts.filter(|(_, count)| *count > 0)
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
