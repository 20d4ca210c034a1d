//! `contract-tests client -- CMD`.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};

use super::{Failure, output::OutputArgs};
use clap::Args;
use contract_tests::{
    clients::{
        self, Access, Console, ENDLESS_MIB, Options, RULES, Rule, SCENARIOS, Scenario,
        sweep::{LAST, Sweep},
    },
    finding::{ExitCode, Interrupted},
    report::{CommandLine, Report, model::Fault},
};
use strum::VariantArray;

/// What is tried where nothing else is said.
static DEFAULTS: LazyLock<Options> = LazyLock::new(Options::default);

/// What to try, and how.
#[derive(Args, Debug)]
pub(crate) struct ClientArgs {
    /// Try the program under this scenario only: a name that `mock-server scenarios list` shows, or a file with a scenario of
    /// your own; may be repeated
    #[arg(long = "scenario", value_name = "NAME|FILE", value_parser = clients::named)]
    scenarios: Vec<&'static Scenario>,
    /// Try the program under this fault instead, one call later each time: revoke, expire, 429, reset, timeout
    #[arg(long, value_name = "FAULT", value_parser = fault, conflicts_with = "scenarios")]
    sweep: Option<Fault>,
    /// Up to which call the fault comes, where the program makes so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = positions, requires = "sweep")]
    positions: usize,
    /// Seconds that a trial may take; then the program is stopped
    #[arg(long, default_value_t = DEFAULTS.limits.trial.as_secs_f64(), value_parser = seconds)]
    limit: f64,
    /// Seconds without a request after which a program that goes on is stopped
    #[arg(long, default_value_t = DEFAULTS.limits.quiet.as_secs_f64(), value_parser = seconds)]
    idle: f64,
    /// Trials at a time
    #[arg(long, default_value_t = DEFAULTS.side_by_side, value_parser = jobs)]
    jobs: usize,
    /// Tries of one call at the most
    #[arg(long, default_value_t = DEFAULTS.max_attempts)]
    max_attempts: usize,
    /// MiB of memory at the most that an answer without end may take, beyond what the program has where all goes
    /// well; where it takes more, it is killed
    #[arg(long, value_name = "MIB", default_value_t = DEFAULTS.max_memory >> 20, value_parser = mebibytes)]
    max_memory: u64,
    /// A folder that the program writes to: what changes in it is searched for the key
    #[arg(long, value_name = "DIR", value_parser = folder)]
    watch: Option<PathBuf>,
    /// What the sandbox's data and the faults depend on
    #[arg(long, default_value_t = DEFAULTS.seed)]
    seed: u64,
    /// Fail also where the program breaks what it should keep
    #[arg(long, env = "CONTRACT_TESTS_STRICT")]
    strict: bool,
    /// Judge a client that is started elsewhere, under one scenario, until Ctrl-C or --for is over; shows the
    /// base URL and the key to give it
    #[arg(long, conflicts_with_all = ["command", "sweep"])]
    attach: bool,
    /// Seconds after which an attached client is judged
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds, requires = "attach", conflicts_with = "command")]
    time: Option<f64>,
    /// Write base URL and key to this new file, which only you can read, instead of showing them
    #[arg(
        long,
        value_name = "FILE",
        requires = "attach",
        conflicts_with = "command"
    )]
    key_file: Option<PathBuf>,
    /// Show every call of every trial, with its connection and its time
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    output: OutputArgs,
    /// The program and its arguments. It finds the API by `OPENPROSPECT_API_URL` and the key by
    /// `OPENPROSPECT_API_KEY`, or by `{base_url}` and `{api_key}` in its arguments. A file with the key is named by
    /// `OPENPROSPECT_API_KEY_FILE` and `{key_file}`: who takes the latter is to notice a new key there
    #[arg(last = true, required_unless_present = "attach", value_name = "CMD")]
    command: Vec<OsString>,
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

fn fault(name: &str) -> Result<Fault, String> {
    name.parse().map_err(|_| {
        let known: Vec<_> = Fault::VARIANTS.iter().map(ToString::to_string).collect();
        format!("there is no such fault; known are {}", known.join(", "))
    })
}

fn positions(text: &str) -> Result<usize, String> {
    let positions = text.parse().ok().filter(|count| (1..=LAST).contains(count));
    positions.ok_or_else(|| format!("a number from 1 to {LAST} would be right"))
}

/// A time that a trial can take.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok();
    let possible = seconds.filter(|seconds| (0.1..=3600.0).contains(seconds));
    possible.ok_or_else(|| "a number of seconds from 0.1 to 3600 would be right".to_owned())
}

/// Less than that answer has.
fn mebibytes(text: &str) -> Result<u64, String> {
    let known = text
        .parse()
        .ok()
        .filter(|mib| (1..=ENDLESS_MIB / 2).contains(mib));
    known.ok_or_else(|| format!("a number from 1 to {} would be right", ENDLESS_MIB / 2))
}

/// So many trials at a time as one machine can have.
fn jobs(text: &str) -> Result<usize, String> {
    let jobs = text.parse().ok().filter(|jobs| (1..=64).contains(jobs));
    jobs.ok_or_else(|| "a number from 1 to 64 would be right".to_owned())
}

impl ClientArgs {
    /// Runs the program under every scenario, and tells what is to be said of it.
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
                let tell = |access: Access<'_>| self.show_access(&access);
                return clients::attach(&options, scenario, tell, interrupted()).await;
            }
            let tell = |stage| console.trial(stage);
            let judged = clients::judge(&options, tell, interrupted()).await;
            judged.map_err(Failure::Trial)
        })?;
        let report = Report::of_client(&options, &judged);
        console.end(&report);
        outputs.write(report, &options.baseline, &judged.findings)?;
        Ok(judged.exit_code())
    }

    /// The one scenario for a client that is started elsewhere.
    fn attached_scenario(&self) -> Result<&'static Scenario, Failure> {
        match &*self.scenarios {
            [] => Ok(&SCENARIOS[0]),
            [one] => Ok(one),
            [_, _, ..] => Err(Failure::OneScenario),
        }
    }

    /// How long a trial may take; an attached client has all the time that there is, if nothing else is said.
    fn limit(&self) -> Duration {
        match (self.attach, self.time) {
            (true, None) => Duration::MAX,
            (true, Some(seconds)) => Duration::from_secs_f64(seconds),
            (false, _) => Duration::from_secs_f64(self.limit),
        }
    }

    /// Tells whoever starts the client how it comes in, in a file that nobody else can read or on the console; and
    /// what it meets, and how that ends. No report is written here.
    fn show_access(&self, access: &Access<'_>) -> Result<(), Failure> {
        let Access {
            base_url,
            api_key,
            scenario,
        } = access;
        let text = format!("OPENPROSPECT_API_URL={base_url}\nOPENPROSPECT_API_KEY={api_key}\n");
        let place = match &self.key_file {
            None => text,
            Some(path) => {
                let mut file = OpenOptions::new();
                let file = file.write(true).create_new(true).mode(0o600).open(path);
                let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
                written.map_err(|error| Failure::KeyFile(path.clone(), error))?;
                format!("# Its base URL and its key are in {}.\n", path.display())
            }
        };
        let end = match self.time {
            Some(seconds) => format!("After {seconds} s, or with Ctrl-C before,"),
            None => "With Ctrl-C".to_owned(),
        };
        let Scenario { name, summary, .. } = scenario;
        // Comments of a shell, which may read all of this.
        let told = format!(
            "{place}# Waiting for requests of the client. Scenario {name}: {summary}\n\
             # {end} it ends, and the client is judged by the requests that came.\n"
        );
        let _ = io::stderr().write_all(told.as_bytes());
        Ok(())
    }

    fn options(&mut self, command_line: CommandLine) -> Result<Options, Failure> {
        let mut options = Options {
            command: std::mem::take(&mut self.command),
            watch: self.watch.take(),
            limits: clients::Limits {
                trial: self.limit(),
                quiet: Duration::from_secs_f64(self.idle),
            },
            side_by_side: self.jobs,
            max_attempts: self.max_attempts,
            max_memory: self.max_memory << 20,
            seed: self.seed,
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
        }
        Ok(options)
    }
}

/// Every rule, a line each.
pub(crate) fn list() -> String {
    let rules = RULES.iter();
    let lines = rules.map(|rule| format!("{:<20}  {:<10}  {}\n", rule.id, rule.level, rule.rule));
    lines.collect::<Vec<_>>().concat()
}

/// All there is to say of a rule.
pub(crate) fn describe(rule: &Rule) -> String {
    let Rule {
        id,
        level,
        rule,
        source,
        exercised_by,
        tolerance,
        advice,
        ..
    } = rule;
    format!(
        "{id}\n\n  rule       {level}: {rule}\n  source     {source}\n  armed by   {exercised_by}\n  tolerance  {tolerance}\n  \
         fix        {advice}\n"
    )
}
