//! `contract-tests client -- CMD`.

use std::{
    env,
    ffi::OsString,
    fs::OpenOptions,
    io::{self, Write},
    mem,
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};

use super::{Failure, output::OutputArgs};
use clap::Args;
use contract_tests::{
    clients::{
        self, Access, Console, ENDLESS_MIB, OAUTH_SCENARIOS, Options, RULES, SCENARIOS, Scenario,
        Shard,
        sweep::{LAST, Sweep},
    },
    finding::{ExitCode, Interrupted},
    report::{CommandLine, Report, model::Fault},
};
use mock_server::CorsOrigin;
use strum::VariantArray;

static DEFAULTS: LazyLock<Options> = LazyLock::new(Options::default);

#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct ClientArgs {
    /// Run the program only under this scenario: a name from `mock-server scenarios list`, or a scenario file; may
    /// be repeated
    #[arg(long = "scenario", value_name = "NAME|FILE", value_parser = clients::named)]
    scenarios: Vec<&'static Scenario>,
    /// The program signs in by OAuth instead of using a key. It is run under the scenarios that are about tokens, unless
    /// others are named
    #[arg(long, conflicts_with = "sweep")]
    oauth: bool,
    /// Run only this part of the scenarios, such as 2/4 for the second of four machines; `contract-tests merge` makes one
    /// report of those of all parts
    #[arg(long, value_name = "PART/PARTS", default_value_t, conflicts_with_all = ["sweep", "attach"])]
    shard: Shard,
    /// Inject this fault instead, at the first request, then at the second, and so on: revoke, expire, 429, reset,
    /// timeout
    #[arg(long, value_name = "FAULT", value_parser = fault, conflicts_with = "scenarios")]
    sweep: Option<Fault>,
    /// Last request at which the fault is injected, if the program sends that many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = positions, requires = "sweep")]
    positions: usize,
    /// Seconds that a trial may take from the first connection of the program, which is then stopped
    #[arg(long, default_value_t = DEFAULTS.limits.trial.as_secs_f64(), value_parser = seconds)]
    limit: f64,
    /// Seconds without a request after which the program is stopped
    #[arg(long, default_value_t = DEFAULTS.limits.quiet.as_secs_f64(), value_parser = seconds)]
    idle: f64,
    /// Number of trials to run at the same time
    #[arg(long, default_value_t = DEFAULTS.side_by_side, value_parser = jobs)]
    jobs: usize,
    /// Maximum number of attempts for one request
    #[arg(long, default_value_t = DEFAULTS.max_attempts)]
    max_attempts: usize,
    /// Maximum memory in MiB that an endless response may use, beyond what the program uses without faults; a
    /// program that uses more is killed
    #[arg(long, value_name = "MIB", default_value_t = DEFAULTS.max_memory >> 20, value_parser = mebibytes)]
    max_memory: u64,
    /// Directory that the program writes to: changed files in it are searched for the key
    #[arg(long, value_name = "DIR", value_parser = folder)]
    watch: Option<PathBuf>,
    /// Seed of the sandbox's data and of the faults
    #[arg(long, default_value_t = DEFAULTS.seed)]
    seed: u64,
    /// Also fail for rules that say SHOULD
    #[arg(long, env = "CONTRACT_TESTS_STRICT")]
    strict: bool,
    /// Judge a client that is started elsewhere, under one scenario, until Ctrl-C or the end of --for; prints
    /// the base URL and the key for it
    #[arg(long, conflicts_with_all = ["command", "sweep"])]
    attach: bool,
    /// Seconds after which an attached client is judged
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds, requires = "attach", conflicts_with = "command")]
    time: Option<f64>,
    /// Origin of the web page that is the attached client, such as `http://localhost:5173`, or `*` for all; may be repeated
    #[arg(
        long,
        value_name = "ORIGIN",
        requires = "attach",
        conflicts_with = "command"
    )]
    cors: Vec<CorsOrigin>,
    /// Write the base URL and the key to this new file, which only you can read, instead of printing them
    #[arg(
        long,
        value_name = "FILE",
        requires = "attach",
        conflicts_with = "command"
    )]
    key_file: Option<PathBuf>,
    /// Show every request of every trial, with its connection and time
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    output: OutputArgs,
    /// The program and its arguments. It gets the base URL in `OPENPROSPECT_API_URL` and the key in
    /// `OPENPROSPECT_API_KEY`, or in place of `{base_url}` and `{api_key}` in its arguments.
    /// `OPENPROSPECT_API_KEY_FILE` and `{key_file}` name a file with the key; a program that uses `{key_file}`
    /// must notice a new key in it. With `--oauth` there is no key: the program gets `OPENPROSPECT_OAUTH_ISSUER`,
    /// `OPENPROSPECT_OAUTH_CLIENT_ID`, `OPENPROSPECT_OAUTH_REFRESH_TOKEN` and `OPENPROSPECT_OAUTH_LOGIN_HINT`, or
    /// `{issuer}`, `{client_id}`, `{refresh_token}` and `{login_hint}`
    #[arg(last = true, required_unless_present = "attach", value_name = "CMD")]
    command: Vec<OsString>,
}

/// The directory must exist: in a missing one, nothing would ever be found.
fn folder(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if path.is_dir() {
        Ok(path)
    } else {
        Err("no such directory".to_owned())
    }
}

fn fault(name: &str) -> Result<Fault, String> {
    name.parse().map_err(|_| {
        let known: Vec<_> = Fault::VARIANTS.iter().map(ToString::to_string).collect();
        format!("unknown fault; use one of {}", known.join(", "))
    })
}

fn positions(text: &str) -> Result<usize, String> {
    let positions = text.parse().ok().filter(|count| (1..=LAST).contains(count));
    positions.ok_or_else(|| format!("expected a number from 1 to {LAST}"))
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok();
    let possible = seconds.filter(|seconds| (0.1..=3600.0).contains(seconds));
    possible.ok_or_else(|| "expected a number of seconds from 0.1 to 3600".to_owned())
}

/// A number of MiB, at most half the size of the endless response.
fn mebibytes(text: &str) -> Result<u64, String> {
    let known = text
        .parse()
        .ok()
        .filter(|mib| (1..=ENDLESS_MIB / 2).contains(mib));
    known.ok_or_else(|| format!("expected a number from 1 to {}", ENDLESS_MIB / 2))
}

fn jobs(text: &str) -> Result<usize, String> {
    let jobs = text.parse().ok().filter(|jobs| (1..=64).contains(jobs));
    jobs.ok_or_else(|| "expected a number from 1 to 64".to_owned())
}

impl ClientArgs {
    pub(crate) fn run(
        mut self,
        command_line: CommandLine,
        interrupted: impl FnOnce() -> Interrupted,
    ) -> Result<ExitCode, Failure> {
        let options = self.options(command_line)?;
        let outputs = self.output.open()?;
        let (out, detail) = (self.output.console(), self.output.detail());
        let trials = if self.attach {
            1
        } else {
            options.trials().len()
        };
        let mut console = Console::new(out, detail, self.trace, trials);
        let judged = tokio::runtime::Runtime::new()?.block_on(async {
            if self.attach {
                let scenario = self.attached_scenario()?;
                let announce = |access: Access<'_>| self.show_access(&access);
                return clients::attach(&options, scenario, announce, interrupted()).await;
            }
            let announce = |stage| console.trial(stage);
            let judged = clients::judge(&options, announce, interrupted()).await;
            judged.map_err(Failure::Trial)
        })?;
        let report = Report::of_client(&options, &judged);
        console.end(&report);
        outputs.write(report, &options.baseline, &judged.findings)?;
        Ok(judged.exit_code())
    }

    fn attached_scenario(&self) -> Result<&'static Scenario, Failure> {
        match &*self.scenarios {
            [] => Ok(&SCENARIOS[0]),
            [scenario] => Ok(scenario),
            [_, _, ..] => Err(Failure::OneScenario),
        }
    }

    /// An attached client has no limit by default.
    fn limit(&self) -> Duration {
        match (self.attach, self.time) {
            (true, None) => Duration::MAX,
            (true, Some(seconds)) => Duration::from_secs_f64(seconds),
            (false, _) => Duration::from_secs_f64(self.limit),
        }
    }

    /// Writes the base URL and the key to a file that only you can read, or to standard error, where no report is written.
    fn show_access(&self, access: &Access<'_>) -> Result<(), Failure> {
        let Access {
            base_url,
            credential,
            scenario,
        } = access;
        let url = ("OPENPROSPECT_API_URL", *base_url);
        let lines = [url].into_iter().chain(credential.iter().copied());
        let lines = lines.map(|(variable, value)| format!("{variable}={value}\n"));
        let text: String = lines.collect();
        let place = match &self.key_file {
            None => text,
            Some(path) => {
                let file = private_file().open(path);
                let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
                written.map_err(|error| Failure::KeyFile(path.clone(), error))?;
                let what = if self.oauth { "the tokens" } else { "the key" };
                format!("# The base URL and {what} are in {}.\n", path.display())
            }
        };
        let end = match self.time {
            Some(seconds) => format!("After {seconds} s, or on Ctrl-C,"),
            None => "On Ctrl-C,".to_owned(),
        };
        let Scenario { name, summary, .. } = scenario;
        // Shell comments: a shell may source all of this.
        let message = format!(
            "{place}# Waiting for requests from the client. Scenario {name}: {summary}\n\
             # {end} the client is judged by the requests it has sent.\n"
        );
        let _ = io::stderr().write_all(message.as_bytes());
        Ok(())
    }

    fn options(&mut self, command_line: CommandLine) -> Result<Options, Failure> {
        let mut options = Options {
            command: mem::take(&mut self.command),
            supervisor: Some(env::current_exe()?),
            watch: self.watch.take(),
            oauth: self.oauth,
            shard: self.shard,
            limits: clients::Limits {
                trial: self.limit(),
                quiet: Duration::from_secs_f64(self.idle),
            },
            side_by_side: self.jobs,
            max_attempts: self.max_attempts,
            max_memory: self.max_memory << 20,
            seed: self.seed,
            cors: mem::take(&mut self.cors),
            strict: self.strict,
            baseline: self.output.baseline()?,
            sweep: self.sweep.map(|fault| Sweep {
                fault,
                positions: self.positions,
            }),
            again: command_line,
            ..Options::default()
        };
        if !self.scenarios.is_empty() {
            options.scenarios.clone_from(&self.scenarios);
        } else if self.oauth {
            options.scenarios.clone_from(&OAUTH_SCENARIOS);
        }
        Ok(options)
    }
}

/// How a file is created that only its owner can read, as far as its mode decides that.
fn private_file() -> OpenOptions {
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file
}

pub(crate) fn list() -> String {
    let rules = RULES.iter();
    let lines = rules.map(|rule| format!("{:<20}  {:<10}  {}\n", rule.id, rule.level, rule.rule));
    lines.collect::<Vec<_>>().concat()
}
