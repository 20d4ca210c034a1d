//! The judge proves itself.
//!
//! A mutant is a faithful server, or the client that keeps every rule, with one bug. It must be caught by the check or
//! rule it is meant for, every one of them must catch one that is meant for it, and of the faithful ones there must be
//! nothing to say. What is red for which bug is the matrix, kept in `docs/what-the-judge-catches.md` and
//! `docs/bugs-of-clients.md`: a check that begins to sound for a bug that is not its own shows in review.

pub mod clients;
mod console;
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

/// What was said of a mutant.
#[derive(Debug)]
pub struct Judged {
    /// Its bug, in words.
    pub bug: &'static str,
    /// What it is called by.
    pub name: String,
    /// The check or rule that is meant to catch it; none where nothing is wrong and the judge must not say so.
    pub caught_by: Option<&'static str>,
    /// The checks or rules that were red, each once.
    pub red: Vec<&'static str>,
    /// Whether what is meant to catch it was inconclusive wherever the bug is to show, where that is what it has to be: the
    /// client was stopped before it could do wrong.
    pub inconclusive: bool,
    /// The scenarios in which what is meant to catch it was red; none of a server.
    pub shows_in: Vec<&'static str>,
}

impl Judged {
    /// Whether it is as it should be: caught by what it is meant for, or let through where nothing is wrong.
    pub fn is_as_expected(&self) -> bool {
        match self.caught_by {
            Some(check) => self.red.contains(&check) || self.inconclusive,
            None => self.red.is_empty(),
        }
    }
}

/// What a faithful server or client was blamed for, or what could not be said of it.
#[derive(Debug)]
pub struct FalseAlarm {
    /// Who.
    pub of: &'static str,
    /// The check or rule, where, and what it said.
    pub said: String,
}

/// What came of it all.
#[derive(Debug, Default)]
pub struct Proof {
    /// What was said of each mutant.
    pub judged: Vec<Judged>,
    /// What faithful ones were blamed for.
    pub alarms: Vec<FalseAlarm>,
    /// Checks and rules that catch no mutant that is meant for them; looked for where all mutants are judged.
    pub unproven: Vec<&'static str>,
    /// Scenarios that are tried by default in which no mutant shows; looked for likewise.
    pub idle: Vec<&'static str>,
}

impl Proof {
    /// Whether all is as it should be.
    pub fn passes(&self) -> bool {
        let mut judged = self.judged.iter();
        judged.all(Judged::is_as_expected)
            && self.alarms.is_empty()
            && self.unproven.is_empty()
            && self.idle.is_empty()
    }

    /// The proof in one number.
    pub fn exit_code(&self) -> ExitCode {
        if self.passes() {
            ExitCode::Passed
        } else {
            ExitCode::Violated
        }
    }

    /// Both in one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.judged.extend(other.judged);
        self.alarms.extend(other.alarms);
        self.unproven.extend(other.unproven);
        self.idle.extend(other.idle);
        self
    }

    /// Takes mutants in as they are judged, and tells of each.
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

    /// Looks which of these catch no mutant that is meant for them.
    fn find_unproven(&mut self, ids: impl Iterator<Item = &'static str>) {
        let meant = self.judged.iter();
        let meant =
            meant.filter_map(|judged| judged.caught_by.filter(|id| judged.red.contains(id)));
        let proven: BTreeSet<_> = meant.collect();
        self.unproven = ids.filter(|id| !proven.contains(id)).collect();
    }

    /// Looks in which of these scenarios no mutant shows.
    fn find_unexercised(&mut self, scenarios: impl Iterator<Item = &'static str>) {
        let shows_in = self.judged.iter().flat_map(|judged| &judged.shows_in);
        let exercised: BTreeSet<_> = shows_in.copied().collect();
        self.idle = scenarios.filter(|name| !exercised.contains(name)).collect();
    }
}

/// Why the judge cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum SelftestError {
    /// There is no faithful server.
    #[error(transparent)]
    Server(#[from] Unusable),
    /// There is no port for one.
    #[error("cannot listen on the loopback address: {0}")]
    Listen(#[from] io::Error),
    /// A session with one cannot begin.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A client cannot be tried.
    #[error(transparent)]
    Trial(#[from] TrialError),
}
