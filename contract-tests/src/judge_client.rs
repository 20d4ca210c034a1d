//! `contract-tests client -- CMD`.

use std::{ffi::OsString, io, path::PathBuf, time::Duration};

use clap::Args;
use contract_tests::{
    ExitCode, Interrupted,
    clients::{self, Options, RULES, Rule, SCENARIOS, Scenario, TrialError, console},
};

/// What to try, and how.
#[derive(Args, Debug)]
pub(crate) struct Client {
    /// Try the program under this scenario only; may be repeated
    #[arg(long = "scenario", value_name = "NAME", value_parser = scenario)]
    scenarios: Vec<&'static Scenario>,
    /// Seconds that a trial may take; then the program is stopped
    #[arg(long, default_value_t = 30.0, value_parser = seconds)]
    limit: f64,
    /// Seconds without a request after which a program that goes on is stopped
    #[arg(long, default_value_t = 5.0, value_parser = seconds)]
    quiet: f64,
    /// Trials at a time
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Tries of one call at the most
    #[arg(long, default_value_t = 5)]
    max_attempts: usize,
    /// A folder that the program writes to: what changes in it is searched for the key
    #[arg(long, value_name = "DIR", value_parser = folder)]
    watch: Option<PathBuf>,
    /// What the sandbox's data and the faults depend on
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program and its arguments. It finds the API by `OPENPROSPECT_API_URL` and the key by
    /// `OPENPROSPECT_API_KEY`, or by `{base_url}` and `{api_key}` in its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

fn scenario(name: &str) -> Result<&'static Scenario, String> {
    let found = SCENARIOS.iter().find(|scenario| scenario.name == name);
    found.ok_or_else(|| {
        let names: Vec<_> = SCENARIOS.iter().map(|known| known.name).collect();
        format!(
            "there is no scenario `{name}`; known are {}",
            names.join(", ")
        )
    })
}

/// A folder that is there: in another, nothing would ever be found.
fn folder(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if path.is_dir() {
        Ok(path)
    } else {
        Err("there is no such folder; one that is there would be right".to_owned())
    }
}

/// A time that a trial can take.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok();
    let possible = seconds.filter(|seconds| (0.1..=3600.0).contains(seconds));
    possible.ok_or_else(|| "a number of seconds from 0.1 to 3600 would be right".to_owned())
}

impl Client {
    /// Runs the program under every scenario, and tells what is to be said of it.
    pub(crate) fn run(
        self,
        interrupted: impl FnOnce() -> Interrupted,
    ) -> Result<ExitCode, TrialError> {
        let mut options = Options {
            command: self.command,
            watch: self.watch,
            limits: clients::Limits {
                trial: Duration::from_secs_f64(self.limit),
                quiet: Duration::from_secs_f64(self.quiet),
            },
            side_by_side: self.jobs.into(),
            max_attempts: self.max_attempts,
            seed: self.seed,
            ..Options::default()
        };
        if !self.scenarios.is_empty() {
            options.scenarios = self.scenarios;
        }
        let mut console = console::Console::new(io::stdout());
        console.begin(&options);
        let judged = tokio::runtime::Runtime::new()?.block_on(async {
            let tell = |scenario: &Scenario, took| console.trial(scenario, took);
            clients::judge(&options, tell, interrupted()).await
        })?;
        console.end(&judged);
        Ok(judged.exit_code())
    }
}

/// Every rule, a line each.
pub(crate) fn list() -> String {
    let rules = RULES.iter();
    let lines = rules.map(|rule| format!("{:<20}  {:<10}  {}\n", rule.id, rule.level, rule.rule));
    lines.collect::<Vec<_>>().concat()
}

/// All there is to say of a rule.
pub(crate) fn card(rule: &Rule) -> String {
    let Rule {
        id,
        level,
        rule,
        source,
        armed_by,
        tolerance,
        advice,
        ..
    } = rule;
    format!(
        "{id}\n\n  rule       {level}: {rule}\n  source     {source}\n  armed by   {armed_by}\n  tolerance  {tolerance}\n  \
         fix        {advice}\n"
    )
}
