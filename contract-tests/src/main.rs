//! The command `contract-tests`.

mod args;
mod judge_client;
mod judge_proxy;
mod judge_self;
mod judge_traffic;
mod keep;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

use clap::{CommandFactory, FromArgMatches};
use contract_tests::{
    CommandLine, ExitCode, Interrupted, OutputFile, Selection, TrustError,
    baseline::BaselineError,
    check::Finding,
    checks::{self, CHECKS},
    clients::{
        self, TrialError,
        advice::{self, Language},
        mutants::Mutant,
    },
    plan::Plan,
    reference::{self, Habits},
    report::{self, Console, Report, SinkError, Sinks, Wanted},
    run,
    session::{Session, SessionError},
    traffic,
    twin::{self, TwinReport},
};
use futures_util::future::select_all;
use schemas::key::redact;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    args::{Cli, Command, Provider, Reporting, Twin, command_line},
    judge_self::ProofError,
    judge_traffic::RecordingError,
};

fn main() -> process::ExitCode {
    let mut command = Cli::command();
    let given = command.try_get_matches_from_mut(env::args_os());
    let parsed = given.and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = match parsed {
        Ok(parsed) => parsed,
        Err(help_or_error) => return help(&help_or_error),
    };
    let again = command_line(&command, &given);
    let outcome = match cli.command {
        Command::Provider(provider) => judge(&provider, again),
        Command::ReferenceClient {
            bug,
            base_url,
            api_key,
            key_file,
        } => {
            return be_the_reference_client(&base_url, &api_key, key_file.as_deref(), bug);
        }
        Command::Client(client) => client.run(again, interrupted),
        Command::Har(recording) => recording.run(traffic::Format::Har, &again),
        Command::Journal(recording) => recording.run(traffic::Format::Journal, &again),
        Command::Proxy(between) => between.run(&again, interrupted),
        Command::Twin(twin) => compare(&twin),
        Command::List => {
            list();
            Ok(ExitCode::Passed)
        }
        Command::Schema { of } => {
            say(&match of {
                Reporting::Judge => report::schema_text(),
                Reporting::Twin => twin::schema_text(),
            });
            Ok(ExitCode::Passed)
        }
        Command::Explain { id, lang } => explain(&id, lang),
        Command::Selftest(selftest) => selftest.run().map_err(Failure::Proof),
    };
    outcome
        .unwrap_or_else(|failure| {
            let _ = writeln!(io::stderr(), "error: {}", redact(&failure.to_string()));
            failure.exit_code()
        })
        .into()
}

fn be_the_reference_client(
    base_url: &str,
    api_key: &str,
    key_file: Option<&Path>,
    bug: Option<&Mutant>,
) -> process::ExitCode {
    let mut habits = Habits::default();
    if let Some(mutant) = bug {
        (mutant.spoil)(&mut habits);
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime
            .block_on(reference::run(base_url, api_key, key_file, habits))
            .into(),
        Err(_) => ExitCode::Internal.into(),
    }
}

/// What clap has to say instead of a command line: help, or what is wrong with it. A key that was put in
/// the wrong place is not shown.
fn help(help_or_error: &clap::Error) -> process::ExitCode {
    if !help_or_error.use_stderr() {
        let _ = help_or_error.print();
        return ExitCode::Passed.into();
    }
    let error = help_or_error.to_string();
    let _ = io::stderr().write_all(redact(&error).as_bytes());
    ExitCode::Usage.into()
}

/// Why the judge cannot judge.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(
        "there is no check `{0}`, nor a rule of clients or recordings; `contract-tests list` shows them all"
    )]
    UnknownCheck(String),
    #[error("there is no code for {id}; there is for {}", advice::rules().collect::<Vec<_>>().join(", "))]
    NoSnippet { id: &'static str },
    #[error("{0}")]
    Key(String),
    #[error(transparent)]
    Report(#[from] SinkError),
    #[error("--baseline {}: {}", .0.display(), .1)]
    Baseline(PathBuf, BaselineError),
    #[error("--write-baseline {}: {}", .0.display(), .1)]
    Template(PathBuf, io::Error),
    #[error("--drift-known {}: {}", .0.display(), .1)]
    Drift(PathBuf, traffic::drift::KnownError),
    #[error("--key-file {}: {}", .0.display(), .1)]
    KeyFile(PathBuf, io::Error),
    #[error("a client that is attached is judged under one --scenario at a time")]
    OneScenario,
    #[error("--learn {}: {}", .0.display(), .1)]
    Learn(PathBuf, io::Error),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(transparent)]
    Recording(#[from] RecordingError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Proxy(#[from] traffic::ProxyError),
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::UnknownCheck(_)
            | Self::NoSnippet { .. }
            | Self::Key(_)
            | Self::Report(_)
            | Self::Baseline(..)
            | Self::Template(..)
            | Self::Drift(..)
            | Self::KeyFile(..)
            | Self::Trust(_)
            | Self::OneScenario
            | Self::Learn(..)
            | Self::Proxy(traffic::ProxyError::Listen(..)) => ExitCode::Usage,
            Self::Session(SessionError::Contract(_)) => ExitCode::InvalidContract,
            Self::Session(SessionError::Unreachable(..) | SessionError::Elsewhere(..))
            | Self::Trial(TrialError::Program(..))
            | Self::Proxy(traffic::ProxyError::Untrusted(..)) => ExitCode::Unreachable,
            Self::Session(SessionError::Client(_))
            | Self::Start(_)
            | Self::Trial(TrialError::Sandbox(_))
            | Self::Proxy(_) => ExitCode::Internal,
            Self::Recording(error) => error.exit_code(),
            Self::Proof(error) => error.exit_code(),
        }
    }
}

fn judge(provider: &Provider, again: CommandLine) -> Result<ExitCode, Failure> {
    let mut selection = selected(provider)?;
    let options = provider.options(again).map_err(Failure::Key)?;
    let plan = Plan::new(&options, &selection);
    if provider.plan_only() {
        say(&plan.to_string());
        return Ok(ExitCode::Passed);
    }
    selection.baseline = provider.keep.known()?;
    let kept = provider.keep.open()?;
    let mut console = Console::new(provider.keep.console(), provider.keep.detail());
    let told = options.safe;
    if told {
        console.plan(&plan);
    }
    let (report, run) = tokio::runtime::Runtime::new()?.block_on(async {
        let session = Session::begin(options).await?;
        let interrupted = interrupted();
        if !told && !session.is_sandbox() {
            console.plan(&plan);
        }
        console.begin(&session, &selection);
        let tell = |finding: &Finding| console.finding(&session, finding);
        let run = run(&session, &selection, tell, interrupted).await;
        session.end().await;
        let report = Report::new(&session, &run);
        console.end(&report);
        Ok::<_, SessionError>((report, run))
    })?;
    kept.write(report, &selection.baseline, &run.findings)?;
    Ok(run.exit_code())
}

/// Ctrl-C, or what CI stops a job with; from now on neither ends the process by itself.
fn interrupted() -> Interrupted {
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    Box::pin(async {
        // Where none can be waited for, the run just goes on to its end.
        let mut signals: Vec<_> = signals.into_iter().flatten().collect();
        if signals.is_empty() {
            std::future::pending::<()>().await;
        }
        select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    })
}

fn compare(arguments: &Twin) -> Result<ExitCode, Failure> {
    let [left, right] = arguments.options().map_err(Failure::Key)?;
    if arguments.plan {
        say(&format!("{}\n{}", Plan::twin(&left), Plan::twin(&right)));
        return Ok(ExitCode::Passed);
    }
    // Before anything is sent: what is learned and cannot be kept is not worth its calls.
    let file = arguments.learn.as_ref().map(|path| {
        let opened = OutputFile::create(path);
        opened.map_err(|error| Failure::Learn(path.clone(), error))
    });
    let file = file.transpose()?;
    let sinks = Sinks::open(arguments.report.as_slice())?;
    let (found, report) = tokio::runtime::Runtime::new()?.block_on(async {
        let (left, right) = (Session::begin(left).await?, Session::begin(right).await?);
        let found = twin::run(&left, &right).await;
        let report = TwinReport::new([&left, &right], &found);
        Ok::<_, SessionError>((found, report))
    })?;
    let text = redact(&found.to_string()).into_owned();
    if arguments.report.as_ref().is_some_and(Wanted::is_stdout) {
        let _ = io::stderr().write_all(text.as_bytes());
    } else {
        say(&text);
    }
    sinks.write(|_| report.json())?;
    if let (Some(file), Some(path)) = (file, &arguments.learn) {
        let written = file.write(&found.file(&arguments.right));
        written.map_err(|error| Failure::Learn(path.clone(), error))?;
    }
    Ok(found.exit_code())
}

fn selected(provider: &Provider) -> Result<Selection, Failure> {
    let mut selection = Selection {
        min_seen: provider.min_seen,
        ..Selection::default()
    };
    if !provider.checks.is_empty() {
        let ids = provider.checks.iter();
        let find = |id: &String| checks::find(id).ok_or_else(|| Failure::UnknownCheck(id.clone()));
        selection.checks = ids.map(find).collect::<Result<_, _>>()?;
    }
    if !provider.operations.is_empty() {
        selection.operations.clone_from(&provider.operations);
    }
    Ok(selection)
}

fn list() {
    let lines: Vec<_> = CHECKS
        .iter()
        .map(|check| format!("{:<20}  {:<10}  {}\n", check.id, check.evidence, check.rule))
        .collect();
    say(&lines.concat());
    say(&judge_client::list());
    say(&judge_traffic::list());
}

fn explain(id: &str, language: Option<Language>) -> Result<ExitCode, Failure> {
    if let Some(rule) = traffic::find(id) {
        if language.is_some() {
            return Err(Failure::NoSnippet { id: rule.id });
        }
        say(&judge_traffic::card(rule));
        return Ok(ExitCode::Passed);
    }
    let card = match (checks::find(id), clients::find(id), language) {
        (Some(check), _, None) => report::explain(check),
        (None, Some(rule), None) => judge_client::card(rule),
        (None, Some(rule), Some(language)) => advice::snippet(rule, language)
            .ok_or(Failure::NoSnippet { id: rule.id })?
            .to_owned(),
        (Some(check), _, Some(_)) => return Err(Failure::NoSnippet { id: check.id }),
        (None, None, _) => return Err(Failure::UnknownCheck(id.to_owned())),
    };
    say(&card);
    Ok(ExitCode::Passed)
}

/// A reader who has gone away is no error.
fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
