//! The command `contract-tests`.

mod args;
mod judge_client;

use std::{fs::File, io, process};

use clap::Parser;
use contract_tests::{
    ExitCode, Interrupted, Selection,
    checks::{self, CHECKS},
    clients::TrialError,
    report::{self, Console},
    run,
    session::{Session, SessionError},
};

use schemas::key::redact;

use crate::args::{Cli, Command, Provider};

fn main() -> process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_error) => return help(&help_or_error),
    };
    let outcome = match cli.command {
        Command::Provider(provider) => judge(&provider),
        Command::Client(client) => client.run().map_err(Failure::Trial),
        Command::List => {
            list();
            Ok(ExitCode::Passed)
        }
        Command::Explain { id } => explain(&id),
    };
    outcome
        .unwrap_or_else(|failure| {
            let _ =
                io::Write::write_all(&mut io::stderr(), format!("error: {failure}\n").as_bytes());
            failure.exit_code()
        })
        .into()
}

/// What clap has to say instead of a command line: help, or what is wrong with it. A key that was put in
/// the wrong place is not shown.
fn help(help_or_error: &clap::Error) -> process::ExitCode {
    if !help_or_error.use_stderr() {
        let _ = help_or_error.print();
        return ExitCode::Passed.into();
    }
    let error = help_or_error.to_string();
    let _ = io::Write::write_all(&mut io::stderr(), redact(&error).as_bytes());
    ExitCode::Usage.into()
}

/// Why the judge cannot judge.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no check `{0}`; `contract-tests list` shows them all")]
    UnknownCheck(String),
    #[error("--key (or OPENPROSPECT_API_KEY): {0}")]
    Key(String),
    #[error("cannot write the report {0}: {1}")]
    Report(String, io::Error),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::UnknownCheck(_) | Self::Key(_) | Self::Report(..) => ExitCode::Usage,
            Self::Session(SessionError::Contract(_)) => ExitCode::InvalidContract,
            Self::Session(SessionError::Unreachable(..)) | Self::Trial(TrialError::Program(..)) => {
                ExitCode::Unreachable
            }
            Self::Session(SessionError::Client(_))
            | Self::Start(_)
            | Self::Trial(TrialError::Sandbox(_)) => ExitCode::Internal,
        }
    }
}

fn judge(provider: &Provider) -> Result<ExitCode, Failure> {
    let selection = selected(provider)?;
    let options = provider.options().map_err(Failure::Key)?;
    // Before anything is sent: a run whose report cannot be kept is not worth its calls.
    let file = provider.report.as_ref().map(|path| {
        File::create(path).map_err(|error| Failure::Report(path.display().to_string(), error))
    });
    let file = file.transpose()?;
    let (session, run) = tokio::runtime::Runtime::new()?.block_on(async {
        let session = Session::begin(options).await?;
        let mut console = Console::new(io::stdout());
        console.begin(&session, selection.checks.len());
        let interrupted: Interrupted = Box::pin(async {
            // Where no signal can be waited for, the run just goes on to its end.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        let run = run(
            &session,
            &selection,
            |finding| console.finding(finding),
            interrupted,
        )
        .await;
        session.end().await;
        console.end(&session, &run);
        Ok::<_, SessionError>((session, run))
    })?;
    if let Some(file) = file {
        serde_json::to_writer_pretty(file, &report::json(&session, &run))
            .map_err(|error| Failure::Report("file".to_owned(), error.into()))?;
    }
    Ok(run.exit_code())
}

fn selected(provider: &Provider) -> Result<Selection, Failure> {
    let mut selection = Selection::default();
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
}

fn explain(id: &str) -> Result<ExitCode, Failure> {
    let check = checks::find(id).ok_or_else(|| Failure::UnknownCheck(id.to_owned()))?;
    say(&report::explain(check));
    Ok(ExitCode::Passed)
}

/// A reader who has gone away is no error.
fn say(text: &str) {
    let _ = io::Write::write_all(&mut io::stdout(), text.as_bytes());
}
