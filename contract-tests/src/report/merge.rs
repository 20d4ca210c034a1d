//! Merges several reports of one run, such as those of its shards.

use std::collections::BTreeMap;

use super::model::{
    Counts, Coverage, Entry, Mode, ObservedReading, Part, Report, RuleCoverage, Score, Text, Trial,
};
use crate::{
    contract::Keywords,
    finding::{ExitCode, RunFailureKind, SeenCount, Verdict, redaction::Redacted},
};

/// Maximum number of missing parts that an error lists. A report may say that it is one of any number of parts.
const MAX_LISTED: usize = 10;

/// Why reports cannot be merged.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum MergeError {
    /// There is no report.
    #[error("there is no report to merge")]
    Nothing,
    /// A report is of another run: its number, from 0, and the field in which it differs from the first report.
    #[error("it has another `{1}` than the first report; merge the reports of one run")]
    OtherRun(usize, &'static str),
    /// A report is of a part, and the first one of a whole run, or the other way round, or of a run with another number of
    /// parts.
    #[error("it is a report of {1}, and the first one of {2}; merge the reports of one run")]
    OtherParts(usize, String, String),
    /// Two reports are of the same part.
    #[error("it is another report of part {1}; merge one of each part")]
    SamePart(usize, Part),
    /// There is no report of some parts.
    #[error("there is no report of part {}; without it, the whole has no result", listed(.0))]
    MissingParts(Vec<Part>),
    /// Client behaviour over time is judged over all traffic, so traffic reports cannot be merged.
    #[error("reports of {0} cannot be merged with others; judge the recordings together instead")]
    Traffic(Mode),
    /// A report has an exit code that the judge never returns.
    #[error("its `exit_code` is {1}, which contract-tests never returns")]
    ExitCode(usize, u8),
}

impl MergeError {
    /// The number of the report that causes the error, from 0; `None` if it is none in particular.
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::Nothing | Self::MissingParts(_) => None,
            Self::Traffic(_) => Some(0),
            Self::OtherRun(index, _)
            | Self::OtherParts(index, ..)
            | Self::SamePart(index, _)
            | Self::ExitCode(index, _) => Some(*index),
        }
    }
}

fn listed(parts: &[Part]) -> String {
    let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
    parts.join(", ")
}

/// One report with the findings of all. If several reports have a result for the same check and operation, or the same rule and
/// scenario, the most severe one counts.
///
/// # Errors
///
/// If the reports are not of one run, do not have all of its parts, or are of traffic.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let code = exit_code(&reports)?;
    let parts: Vec<_> = reports.iter().map(|report| report.shard).collect();
    let mut reports = reports.into_iter();
    let mut merged = reports.next().ok_or(MergeError::Nothing)?;
    for (index, report) in (1..).zip(reports) {
        if let Some(field) = difference(&merged, &report) {
            return Err(MergeError::OtherRun(index, field));
        }
        if !matches!(merged.mode, Mode::Provider | Mode::Client) {
            return Err(MergeError::Traffic(merged.mode));
        }
        merged.add(report);
    }
    check_parts(&parts)?;
    merged.shard = None;
    merged.verdict = code.verdict();
    merged.exit_code = code as u8;
    Ok(merged)
}

/// The field that shows that a report is of another run.
fn difference(first: &Report, other: &Report) -> Option<&'static str> {
    let fields = [
        ("mode", first.mode != other.mode),
        ("target", first.target != other.target),
        ("seed", first.seed != other.seed),
        ("strict", first.strict != other.strict),
    ];
    let differing = fields.into_iter().find(|(_, differs)| *differs);
    differing.map(|(field, _)| field)
}

/// Checks that each part of a run is there once, if the reports are of parts.
fn check_parts(parts: &[Option<Part>]) -> Result<(), MergeError> {
    let Some(&first) = parts.first() else {
        return Ok(());
    };
    let of = |part: Option<Part>| part.map(|part| part.parts);
    let name = |part: Option<Part>| {
        part.map_or_else(|| "a whole run".to_owned(), |part| format!("part {part}"))
    };
    for (index, &part) in parts.iter().enumerate() {
        if of(part) != of(first) {
            return Err(MergeError::OtherParts(index, name(part), name(first)));
        }
        if let Some(part) = part.filter(|_| parts[..index].contains(&part)) {
            return Err(MergeError::SamePart(index, part));
        }
    }
    let parts_of_run = of(first).unwrap_or_default();
    let all = (1..=parts_of_run).map(|part| Part {
        part,
        parts: parts_of_run,
    });
    let missing = all.filter(|part| !parts.contains(&Some(*part)));
    let missing: Vec<_> = missing.take(MAX_LISTED).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(MergeError::MissingParts(missing))
    }
}

/// The most severe exit code. Only an internal error and an interruption outweigh a proven violation.
fn exit_code(reports: &[Report]) -> Result<ExitCode, MergeError> {
    let gravest = |code: &ExitCode| match code {
        ExitCode::Internal => 0,
        ExitCode::Interrupted => 1,
        ExitCode::Violated => 2,
        ExitCode::InvalidContract => 3,
        ExitCode::Usage => 4,
        ExitCode::Unreachable => 5,
        ExitCode::Inconclusive => 6,
        ExitCode::Passed => 7,
        ExitCode::NothingRan => 8,
    };
    let codes = reports.iter().enumerate().map(|(index, report)| {
        let code = ExitCode::from_repr(report.exit_code);
        code.ok_or(MergeError::ExitCode(index, report.exit_code))
    });
    let codes: Vec<_> = codes.collect::<Result<_, _>>()?;
    codes
        .into_iter()
        .min_by_key(gravest)
        .ok_or(MergeError::Nothing)
}

impl Report {
    fn add(&mut self, other: Self) {
        self.checks = gravest(self.checks.drain(..).chain(other.checks));
        let order = |entry: &Entry| self.catalog.iter().position(|rule| *rule.id == *entry.id);
        self.checks.sort_by_key(order);
        self.counts = Counts::from_verdicts(self.checks.iter().map(|entry| entry.verdict));
        for problem in other.problems {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        for row in other.coverage {
            match self
                .coverage
                .iter_mut()
                .find(|coverage| coverage.is_of_same_response(&row))
            {
                Some(coverage) => coverage.add(row),
                None => self.coverage.push(row),
            }
        }
        for reading in other.readings {
            match self.readings.iter_mut().find(|one| one.is_same(&reading)) {
                Some(one) => one.seen += reading.seen,
                None => self.readings.push(reading),
            }
        }
        self.add_trials(other.trials);
        if self.supports_a_scenario() {
            self.problems
                .retain(|problem| problem.kind != RunFailureKind::NothingSupported);
        }
        for rule in &mut self.rules {
            rule.count(&self.checks);
        }
        self.seen = self.seen();
        if let (Some(sweep), Some(other)) = (&mut self.sweep, other.sweep) {
            sweep.positions.extend(other.positions);
            sweep.positions.sort_by_key(|position| position.position);
            sweep.positions.dedup_by_key(|position| position.position);
            let broken = sweep
                .positions
                .iter()
                .find(|position| !position.broken.is_empty());
            sweep.first_broken = broken.map(|position| position.position);
            sweep.not_reached = sweep.not_reached.into_iter().chain(other.not_reached).min();
        }
    }

    /// Every shard starts with the control scenario.
    fn add_trials(&mut self, trials: Vec<Trial>) {
        for trial in trials {
            if self.trials.iter().all(|one| one.scenario != trial.scenario) {
                self.trials.push(trial);
            }
        }
        if self.score.is_some() {
            self.score = Some(Score::total(self.trials.iter().map(|trial| &trial.score)));
        }
    }

    /// Whether a client was judged under a scenario besides that in which nothing goes wrong, which is the first of all.
    fn supports_a_scenario(&self) -> bool {
        self.trials.iter().skip(1).any(|trial| trial.supported)
    }

    fn seen(&self) -> SeenCount {
        if matches!(self.mode, Mode::Provider) {
            let expected = || self.coverage.iter().filter(|row| row.expected);
            return SeenCount {
                seen: expected().filter(|row| row.seen > 0).count(),
                of: expected().count(),
            };
        }
        SeenCount {
            seen: self.rules.iter().filter(|rule| rule.armed > 0).count(),
            of: self.rules.len(),
        }
    }
}

/// The most severe entry of each check and operation, or rule and scenario. A rule that was exercised anywhere is not reported
/// as skipped.
fn gravest(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    type Subject = (Text, Option<Text>, Option<Text>);
    let mut kept: Vec<Entry> = Vec::new();
    let mut places: BTreeMap<Subject, usize> = BTreeMap::new();
    for entry in entries {
        let subject = (
            entry.id.clone(),
            entry.operation.clone(),
            entry.scenario.clone(),
        );
        let place = *places.entry(subject).or_insert(kept.len());
        match kept.get_mut(place) {
            None => kept.push(entry),
            Some(known) if entry.verdict.weight() < known.verdict.weight() => *known = entry,
            Some(_) => {}
        }
    }
    let exercised: Vec<Text> = kept
        .iter()
        .filter(|entry| entry.verdict != Verdict::Skip)
        .map(|entry| entry.id.clone())
        .collect();
    kept.retain(|entry| {
        let is_of_client = entry.level.is_some();
        entry.verdict != Verdict::Skip || !is_of_client || !exercised.contains(&entry.id)
    });
    kept
}

impl RuleCoverage {
    /// Counts the entries about this rule.
    pub(crate) fn count(&mut self, entries: &[Entry]) {
        let about = entries.iter().filter(|entry| entry.id == self.id);
        let counts = Counts::from_verdicts(about.map(|entry| entry.verdict));
        self.kept = counts.pass;
        self.broken = counts.fail + counts.known + counts.warn + counts.info;
        self.armed = self.kept + self.broken + counts.inconclusive;
    }
}

impl ObservedReading {
    fn is_same(&self, other: &Self) -> bool {
        (&self.about, &self.reading) == (&other.about, &other.reading)
    }
}

impl Coverage {
    fn is_of_same_response(&self, other: &Self) -> bool {
        (&self.operation, self.status, &self.code) == (&other.operation, other.status, &other.code)
    }

    fn add(&mut self, other: Self) {
        if other.seen == 0 {
            return;
        }
        if self.seen == 0 {
            *self = other;
            return;
        }
        self.seen += other.seen;
        self.valid += other.valid;
        self.invalid += other.invalid;
        for (name, count) in other.media_types {
            *self.media_types.entry(name).or_default() += count;
        }
        self.never_seen
            .retain(|name| other.never_seen.contains(name));
        if let (Some(keywords), Some(other)) = (&mut self.keywords, other.keywords) {
            keywords.add(other);
        }
    }
}

impl Keywords<Redacted> {
    /// A report contains only the number of checked keywords, not their names: the union is at least as large as either.
    fn add(&mut self, other: Self) {
        self.seen = self.seen.max(other.seen);
        self.valid = self.valid.max(other.valid);
        for (name, count) in other.broken {
            let sum = self.broken.entry(name).or_default();
            sum.seen += count.seen;
            sum.invalid += count.invalid;
        }
        self.invalid = self.broken.len();
    }
}
