//! The plan of a run on a server that is not a sandbox: the requests it would send, listed before anything is sent.

use std::fmt;

use schemas::Operation;

use crate::{
    finding::count,
    http::{Requests, RunLimits},
    provider::{
        Selection, absence,
        requirements::{BURST, NO_KEYS, Requirements},
        schedule::{Scheduled, foreseen_skips, schedule},
        session::{Options, base_url},
        vacuous_pass,
    },
};

/// Requests that detect the control API.
pub(crate) const CONTROL_PROBES: usize = 1;

/// Maximum number of requests that verify the base URL and detect the control API.
const FIRST_PROBES: usize = base_url::MAX_REQUESTS + CONTROL_PROBES;

/// Maximum number of requests of a run that verify the base URL, detect the control API, and look for a first success.
pub(crate) fn probes() -> usize {
    FIRST_PROBES + vacuous_pass::max_requests()
}

/// The requests that a run would send, and the checks that it would skip.
#[derive(Debug)]
pub struct Plan {
    base: String,
    limits: RunLimits,
    kind: Kind,
    lines: Vec<Line>,
    skipped: Vec<Skipped>,
    bursts: bool,
    /// Maximum number of requests without the run limit, if none fails, and if some fail.
    unlimited: [usize; 2],
    /// The number of results of the run; 0 for a comparison, which has none.
    results: usize,
    /// Maximum number of further requests where some fail: to shrink generated ones, and to find out whether an operation
    /// exists.
    where_some_fail: usize,
}

/// What the plan is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Checks,
    Comparison,
}

impl Kind {
    /// The heading of the column that names checks or cases.
    fn title(self) -> &'static str {
        match self {
            Self::Checks => "checks",
            Self::Comparison => "cases",
        }
    }

    /// The separator of these names: those of cases contain spaces.
    fn separator(self) -> &'static str {
        match self {
            Self::Checks => " ",
            Self::Comparison => ", ",
        }
    }

    /// The requests before the first check or case, and what they are for. A comparison needs no success.
    fn probes(self) -> (usize, &'static str) {
        match self {
            Self::Checks => (probes(), "to find the API, and a first success"),
            Self::Comparison => (FIRST_PROBES, "to find the API"),
        }
    }
}

/// The requests to one operation, or those of checks that are not about a single operation.
#[derive(Debug)]
struct Line {
    operation: Option<&'static Operation>,
    requests: Requests,
    checks: Vec<&'static str>,
}

/// A check, and how many of its results are skips for a reason.
#[derive(Debug)]
struct Skipped {
    reason: String,
    check: &'static str,
    results: usize,
}

impl Plan {
    /// The plan of a run on a server without a control API.
    pub fn new(options: &Options, selection: &Selection) -> Self {
        let permissions = options.run_permissions();
        let all = Self::scheduled(options, &schedule(selection, &permissions, None));
        let scheduled = schedule(selection, &permissions, Some(options.limits));
        let results = selection.checks.iter();
        let mut plan = Self {
            results: results.map(|check| selection.findings(check)).sum(),
            ..Self::scheduled(options, &scheduled)
        };
        for (check, reason) in foreseen_skips(selection, &permissions, &scheduled) {
            plan.skip(check.id, reason);
        }
        let mut checks = selection.checks.iter();
        let mut absences = 0;
        if checks.any(|check| check.id == absence::REPORTED_BY) {
            let operations = selection.operations.iter().copied();
            let may_ask =
                |one: &&Operation| permissions.allow(&NO_KEYS.requests(1), Some(one)).is_ok();
            let asked: Vec<&Operation> = operations.filter(may_ask).collect();
            absences = absence::max_requests(&asked).total();
        }
        plan.where_some_fail += absences;
        let unlimited = all.requests();
        plan.unlimited = [unlimited, unlimited + all.where_some_fail + absences];
        plan
    }

    fn scheduled(options: &Options, scheduled: &[Scheduled]) -> Self {
        let mut plan = Self::empty(options, Kind::Checks);
        for one in scheduled {
            match &one.allowed {
                Ok(()) => plan.add(one.check.id, &one.check.requirements, one.operation),
                Err(reason) => plan.skip(one.check.id, reason.clone()),
            }
        }
        plan
    }

    pub(crate) fn empty(options: &Options, kind: Kind) -> Self {
        Self {
            base: options.base.to_string(),
            limits: options.limits,
            kind,
            lines: Vec::new(),
            skipped: Vec::new(),
            bursts: false,
            unlimited: [0, 0],
            results: 0,
            where_some_fail: 0,
        }
    }

    /// Maximum number of requests, without the run limit and if no generated request fails.
    pub fn requests(&self) -> usize {
        let planned: usize = self.lines.iter().map(|line| line.requests.total()).sum();
        let (probes, _) = self.kind.probes();
        probes + planned + if self.bursts { BURST } else { 0 }
    }

    pub(crate) fn add(
        &mut self,
        name: &'static str,
        requirements: &Requirements,
        operation: Option<&'static Operation>,
    ) {
        self.bursts |= requirements.burst;
        self.where_some_fail += requirements.max_shrink_requests();
        let line = self.line(operation);
        line.requests += requirements.max_requests(operation);
        line.checks.push(name);
    }

    fn line(&mut self, operation: Option<&'static Operation>) -> &mut Line {
        let id = |operation: Option<&Operation>| operation.map(|operation| operation.id);
        let known = self
            .lines
            .iter()
            .position(|line| id(line.operation) == id(operation));
        let place = known.unwrap_or_else(|| {
            self.lines.push(Line {
                operation,
                requests: Requests::default(),
                checks: Vec::new(),
            });
            self.lines.len() - 1
        });
        &mut self.lines[place]
    }

    pub(crate) fn skip(&mut self, check: &'static str, reason: String) {
        let same = |one: &&mut Skipped| one.check == check && one.reason == reason;
        match self.skipped.iter_mut().find(same) {
            Some(skipped) => skipped.results += 1,
            None => self.skipped.push(Skipped {
                reason,
                check,
                results: 1,
            }),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "plan for {}, as a server that is not a sandbox:\n\
             at most {}; the run stops after {} (--max-requests)",
            self.base,
            count(self.requests(), "request"),
            self.limits.max_requests,
        )?;
        let [all, all_if_some_fail] = self.unlimited;
        if all > self.limits.max_requests {
            writeln!(
                formatter,
                "--max-requests {all_if_some_fail} has room for all checks, also where requests fail"
            )?;
        }
        if self.where_some_fail > 0 {
            let more = self.where_some_fail;
            writeln!(
                formatter,
                "at most {more} more where requests fail: to shrink generated ones, and to find out whether an \
                 operation exists"
            )?;
        }
        writeln!(
            formatter,
            "\n{:<24}  requests  writes  deletions  {}",
            "operation",
            self.kind.title()
        )?;
        let (reads, why) = self.kind.probes();
        let probes = Requests {
            reads,
            ..Requests::default()
        };
        row(formatter, "-", probes, why)?;
        for line in &self.lines {
            let operation = line.operation.map_or("-", |one| one.id.as_str());
            row(
                formatter,
                operation,
                line.requests,
                &line.checks.join(self.kind.separator()),
            )?;
        }
        if self.bursts {
            let burst = Requests {
                reads: BURST,
                ..Requests::default()
            };
            row(
                formatter,
                "list_orders",
                burst,
                "to use up the quota of the key `limited`",
            )?;
        }
        self.fmt_skipped(formatter)
    }
}

impl Plan {
    fn fmt_skipped(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.skipped.is_empty() {
            writeln!(formatter, "\nskipped")?;
        }
        for skipped in &self.skipped {
            writeln!(
                formatter,
                "{:<24}  {:>3} x  {}",
                skipped.check, skipped.results, skipped.reason
            )?;
        }
        if self.results > 0 {
            let skipped: usize = self.skipped.iter().map(|one| one.results).sum();
            let results = count(self.results, "result");
            writeln!(
                formatter,
                "\n{results}, at least {skipped} of them skipped; more if the server lacks data, such as a second row in a list"
            )?;
        }
        Ok(())
    }
}

/// A row of the table of requests.
fn row(
    formatter: &mut fmt::Formatter<'_>,
    operation: &str,
    requests: Requests,
    why: &str,
) -> fmt::Result {
    let Requests {
        writes, deletions, ..
    } = requests;
    let total = requests.total();
    writeln!(
        formatter,
        "{operation:<24}  {total:>8}  {writes:>6}  {deletions:>9}  {why}"
    )
}
