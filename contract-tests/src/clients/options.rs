//! The settings of a run.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use mock_server::CorsOrigin;

use super::{CONTROL, Limits, RULES, Rule, SCENARIOS, Scenario, Shard, scenarios, sweep::Sweep};
use crate::{finding::baseline::Baseline, report::CommandLine};

/// What to run, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program and its arguments; empty if it is started elsewhere.
    pub command: Vec<OsString>,
    /// The executable whose command `supervise` ends all processes that the program started. Without it, processes that leave
    /// the program's process group are left behind, and so is every process after a `kill -9` of this one.
    pub supervisor: Option<PathBuf>,
    /// A directory that the program writes to, which is searched for its key.
    pub watch: Option<PathBuf>,
    /// Whether the program signs in by OAuth, and has no key.
    pub oauth: bool,
    /// The scenarios to run, besides the control scenario.
    pub scenarios: Vec<&'static Scenario>,
    /// The part of the scenarios to run here.
    pub shard: Shard,
    /// Time limits.
    pub limits: Limits,
    /// Maximum number of concurrent trials.
    pub side_by_side: usize,
    /// Maximum number of attempts of one request.
    pub max_attempts: usize,
    /// Maximum memory for an endless response, in bytes, beyond what the program uses when nothing fails.
    pub max_memory: u64,
    /// The seed of the sandbox's data and of the faults.
    pub seed: u64,
    /// The origins of web pages that may use the sandbox.
    pub cors: Vec<CorsOrigin>,
    /// Whether violations of SHOULD rules fail as well.
    pub strict: bool,
    /// Known failures.
    pub baseline: Baseline,
    /// A fault that is injected one request later each time, instead of the scenarios.
    pub sweep: Option<Sweep>,
    /// The command of this run, for the commands that reproduce its findings.
    pub again: CommandLine,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            supervisor: None,
            watch: None,
            oauth: false,
            scenarios: SCENARIOS.iter().collect(),
            shard: Shard::default(),
            limits: Limits {
                trial: Duration::from_secs(30),
                // The vendor advises waits of up to 10 s between attempts.
                quiet: Duration::from_secs(12),
            },
            side_by_side: 12,
            max_attempts: 5,
            max_memory: 64 << 20,
            seed: 1,
            cors: Vec::new(),
            strict: false,
            baseline: Baseline::default(),
            sweep: None,
            again: CommandLine::new("client"),
        }
    }
}

impl Options {
    /// The rules that apply to the program.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        let oauth = self.oauth;
        RULES
            .iter()
            .filter(move |rule| oauth || !rule.is_about_oauth())
    }

    /// The scenarios to run: the control scenario first, in every part.
    pub fn trials(&self) -> Vec<&'static Scenario> {
        let control = scenarios::find(CONTROL).into_iter();
        let here = self.shard.select(&self.with_faults());
        control.chain(here).collect()
    }

    /// The scenarios that the other parts run.
    pub(crate) fn elsewhere(&self) -> Vec<&'static Scenario> {
        let mut all = self.with_faults();
        let here = self.shard.select(&all);
        all.retain(|scenario| !here.iter().any(|one| one.name == scenario.name));
        all
    }

    /// The scenarios of all parts besides the control scenario.
    fn with_faults(&self) -> Vec<&'static Scenario> {
        let swept = self.sweep.map(Sweep::scenarios);
        let mut all = swept.unwrap_or_else(|| self.scenarios.clone());
        all.retain(|scenario| scenario.name != CONTROL);
        all
    }
}
