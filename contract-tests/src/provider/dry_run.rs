//! The plan of a run on a server that is not a sandbox: the requests it would send, listed before anything is sent.

use std::fmt;

use schemas::Operation;

use crate::{
    http::{Requests, RunLimits},
    provider::{
        Selection, absence,
        check::Procedure,
        permissions::RunPermissions,
        requirements::{BURST, NO_KEYS, Requirements},
        session::{Options, base_url},
        vacuous_pass,
    },
};

/// Requests that detect the control API.
pub(crate) const CONTROL_PROBES: usize = 1;

/// Maximum number of requests that verify the base URL, detect the control API, and look for a first success.
fn probes() -> usize {
    base_url::MAX_REQUESTS + CONTROL_PROBES + vacuous_pass::max_requests()
}

/// The requests that a run would send, and the checks that it would skip.
#[derive(Debug)]
pub struct Plan {
    base: String,
    limits: RunLimits,
    /// The heading of the column that names checks or cases.
    title: &'static str,
    /// The separator of these names: those of cases contain spaces.
    between: &'static str,
    lines: Vec<Line>,
    skipped: Vec<Skipped>,
    bursts: bool,
    /// Maximum number of further requests where some fail: to shrink generated ones, and to find out whether an operation
    /// exists.
    where_some_fail: usize,
}

/// The requests to one operation, or those of checks that are not about a single operation.
#[derive(Debug)]
struct Line {
    operation: Option<&'static Operation>,
    requests: Requests,
    checks: Vec<&'static str>,
}

/// A skipped check, and the number of operations it is skipped for.
#[derive(Debug)]
struct Skipped {
    reason: String,
    check: &'static str,
    operations: usize,
}

impl Plan {
    /// The plan of a run on a server without a control API.
    pub fn new(options: &Options, selection: &Selection) -> Self {
        let mut plan = Self::empty(options, "checks", " ");
        let permissions = options.run_permissions();
        for check in &selection.checks {
            match check.procedure {
                Procedure::Once(_) => plan.add(&permissions, check.id, &check.requirements, None),
                Procedure::PerOperation(pick, _) => selection
                    .operations
                    .iter()
                    .filter(|operation| pick(operation))
                    .for_each(|operation| {
                        plan.add(&permissions, check.id, &check.requirements, Some(operation));
                    }),
                Procedure::AfterPerOperation(_) if check.id == absence::REPORTED_BY => {
                    let operations = selection
                        .operations
                        .iter()
                        .filter(|one| permissions.allow(&NO_KEYS.requests(1), Some(one)).is_ok());
                    let most = operations.map(|one| absence::max_requests(one).total());
                    plan.where_some_fail += most.sum::<usize>();
                }
                Procedure::AfterPerOperation(_) | Procedure::AfterOnce(_) => {}
            }
        }
        plan
    }

    pub(crate) fn empty(options: &Options, title: &'static str, between: &'static str) -> Self {
        Self {
            base: options.base.to_string(),
            limits: options.limits,
            title,
            between,
            lines: Vec::new(),
            skipped: Vec::new(),
            bursts: false,
            where_some_fail: 0,
        }
    }

    /// Maximum number of requests, without the run limit and if no generated request fails.
    pub fn requests(&self) -> usize {
        let planned: usize = self.lines.iter().map(|line| line.requests.total()).sum();
        probes() + planned + if self.bursts { BURST } else { 0 }
    }

    pub(crate) fn add(
        &mut self,
        permissions: &RunPermissions,
        name: &'static str,
        requirements: &Requirements,
        operation: Option<&'static Operation>,
    ) {
        match permissions.allow(requirements, operation) {
            Ok(()) => {
                self.bursts |= requirements.burst;
                self.where_some_fail += requirements.max_shrink_requests();
                let line = self.line(operation);
                line.requests += requirements.max_requests(operation);
                line.checks.push(name);
            }
            Err(reason) => self.skip(name, reason),
        }
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
            Some(skipped) => skipped.operations += 1,
            None => self.skipped.push(Skipped {
                reason,
                check,
                operations: 1,
            }),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "plan for {}, as a server that is not a sandbox:\n\
             at most {} requests; the run stops after {} (--max-requests)",
            self.base,
            self.requests(),
            self.limits.max_requests,
        )?;
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
            "operation", self.title
        )?;
        for line in &self.lines {
            writeln!(
                formatter,
                "{:<24}  {:>8}  {:>6}  {:>9}  {}",
                line.operation
                    .map_or("-", |operation| operation.id.as_str()),
                line.requests.total(),
                line.requests.writes,
                line.requests.deletions,
                line.checks.join(self.between),
            )?;
        }
        if self.bursts {
            writeln!(
                formatter,
                "{:<24}  {BURST:>8}  {:>6}  {:>9}  to use up the quota of the key `limited`",
                "list_orders", 0, 0
            )?;
        }
        if !self.skipped.is_empty() {
            writeln!(formatter, "\nskipped")?;
        }
        for skipped in &self.skipped {
            writeln!(
                formatter,
                "{:<24}  {:>3} x  {}",
                skipped.check, skipped.operations, skipped.reason
            )?;
        }
        Ok(())
    }
}
