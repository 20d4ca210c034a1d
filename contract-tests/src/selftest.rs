//! Tests the judge itself.
//!
//! A mutant is a faithful server, or the client that follows every rule, with one bug. The check or rule intended for a mutant
//! must catch it; every check and rule must catch at least one mutant intended for it; and faithful servers and clients must
//! pass. The matrix lists which checks fail for which bug. It is committed in `docs/what-the-judge-catches.md` and
//! `docs/bugs-of-clients.md`, so that a check that starts to fail for an unrelated bug shows up in review.

pub mod clients;
mod console;
pub mod examples;
mod matrix;
pub mod mutants;
pub mod servers;
pub mod target;
mod wire;

use std::{collections::BTreeSet, io, pin::pin};

use futures_util::{Stream, StreamExt};

use self::target::Unusable;
pub use self::{
    console::{Console, list_of_clients, list_of_servers},
    matrix::{Page, Row, json, markdown},
};
use crate::{clients::TrialError, finding::ExitCode, provider::session::SessionError};

/// The result of judging a mutant.
#[derive(Debug)]
pub struct Judged {
    /// Its bug, in words.
    pub bug: &'static str,
    /// Its name.
    pub name: String,
    /// The check or rule that must catch it; `None` for a harmless change that the judge must not report.
    pub caught_by: Option<&'static str>,
    /// The checks or rules that failed, each once.
    pub red: Vec<&'static str>,
    /// Whether the intended check or rule was inconclusive in every scenario that exposes the bug, and that is the expected
    /// result: the client was stopped before it could violate the rule.
    pub inconclusive: bool,
    /// The scenarios in which the intended rule failed; empty for servers.
    pub shows_in: Vec<&'static str>,
    /// What the intended check found on a server: the exchange, and how it differs from the contract.
    pub found: Option<String>,
}

impl Judged {
    /// Whether the result is as expected: caught by the intended check or rule, or not reported if nothing is wrong.
    pub fn is_as_expected(&self) -> bool {
        match self.caught_by {
            Some(check) => self.red.contains(&check) || self.inconclusive,
            None => self.red.is_empty(),
        }
    }
}

/// A failure or an inconclusive result of a faithful server or client.
#[derive(Debug)]
pub struct FalseAlarm {
    /// The server or client.
    pub of: &'static str,
    /// The check or rule, the place, and its message.
    pub said: String,
}

/// The result of a self-test.
#[derive(Debug, Default)]
pub struct Proof {
    /// The result of each mutant.
    pub judged: Vec<Judged>,
    /// Findings about faithful servers and clients.
    pub alarms: Vec<FalseAlarm>,
    /// Checks and rules that catch no mutant intended for them; determined only if all mutants are judged.
    pub unproven: Vec<&'static str>,
    /// Scenarios run by default that expose no mutant; determined only if all mutants are judged.
    pub idle: Vec<&'static str>,
}

impl Proof {
    /// Whether every result is as expected.
    pub fn passes(&self) -> bool {
        let mut judged = self.judged.iter();
        judged.all(Judged::is_as_expected)
            && self.alarms.is_empty()
            && self.unproven.is_empty()
            && self.idle.is_empty()
    }

    pub fn exit_code(&self) -> ExitCode {
        if self.passes() {
            ExitCode::Passed
        } else {
            ExitCode::Violated
        }
    }

    /// Merges two results.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.judged.extend(other.judged);
        self.alarms.extend(other.alarms);
        self.unproven.extend(other.unproven);
        self.idle.extend(other.idle);
        self
    }

    /// Adds the results of mutants as they arrive, and reports each.
    async fn take(
        &mut self,
        judged: impl Stream<Item = Result<Judged, SelftestError>>,
        mut progress: impl FnMut(&Judged),
    ) -> Result<(), SelftestError> {
        let mut judged = pin!(judged);
        while let Some(one) = judged.next().await {
            let one = one?;
            progress(&one);
            self.judged.push(one);
        }
        Ok(())
    }

    /// Finds the checks and rules that catch no mutant intended for them.
    fn find_unproven(&mut self, ids: impl Iterator<Item = &'static str>) {
        let meant = self.judged.iter();
        let caught_by =
            meant.filter_map(|judged| judged.caught_by.filter(|id| judged.red.contains(id)));
        let proven: BTreeSet<_> = caught_by.collect();
        self.unproven = ids.filter(|id| !proven.contains(id)).collect();
    }

    /// Finds the scenarios that expose no mutant.
    fn find_unexercised(&mut self, scenarios: impl Iterator<Item = &'static str>) {
        let shows_in = self.judged.iter().flat_map(|judged| &judged.shows_in);
        let exercised: BTreeSet<_> = shows_in.copied().collect();
        self.idle = scenarios.filter(|name| !exercised.contains(name)).collect();
    }
}

/// Why the self-test cannot run.
#[derive(Debug, thiserror::Error)]
pub enum SelftestError {
    /// The server under test cannot be created.
    #[error(transparent)]
    Server(#[from] Unusable),
    /// No port is available.
    #[error("cannot listen on the loopback address: {0}")]
    Listen(#[from] io::Error),
    /// A session with the server cannot start.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A client cannot be run.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// There is no example of a check: on its own, it does not find its first bug.
    #[error("{check} finds nothing on a server where {bug}, so it has no example")]
    NoExample {
        /// The check.
        check: &'static str,
        /// The bug that it must catch.
        bug: &'static str,
    },
}
