//! `contract-tests twin`.

use std::{
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use contract_tests::{
    compare::{self, ComparisonReport},
    finding::ExitCode,
    http::Permissions,
    provider::{
        Plan,
        session::{Options, Session, SessionError},
    },
    report::{Detail, Format, OutputFile, ReportOutput, ReportOutputs},
};
use schemas::key::redact;
use url::Url;

use super::{
    Failure, print,
    target::{KEY_DELIMITER, KeySource, LimitArgs, base_url, keys, to_stderr},
    tls::TlsArgs,
};

/// Neither server is treated as a sandbox.
#[derive(Args, Debug)]
pub(crate) struct TwinArgs {
    /// Base URL of the left server, such as the sandbox, including /api/v1
    #[arg(long, env = "CONTRACT_TESTS_LEFT_URL", value_name = "URL", value_parser = base_url)]
    left: Url,
    /// Base URL of the right server, such as the real API, including /api/v1
    #[arg(long, env = "CONTRACT_TESTS_RIGHT_URL", value_name = "URL", value_parser = base_url)]
    pub(crate) right: Url,
    /// Key for the left server; may be repeated. Roles as for `provider`
    #[arg(
        long = "left-key",
        env = "CONTRACT_TESTS_LEFT_KEY",
        hide_env_values = true,
        value_name = "[ROLE=]KEY",
        value_delimiter = KEY_DELIMITER
    )]
    left_key: Vec<String>,
    /// Key for the right server; may be repeated
    #[arg(
        long = "right-key",
        env = "CONTRACT_TESTS_RIGHT_KEY",
        hide_env_values = true,
        value_name = "[ROLE=]KEY",
        value_delimiter = KEY_DELIMITER
    )]
    right_key: Vec<String>,
    /// TOML file with keys for the left server
    #[arg(long, env = "CONTRACT_TESTS_LEFT_KEYS", value_name = "FILE")]
    left_keys: Option<PathBuf>,
    /// TOML file with keys for the right server
    #[arg(long, env = "CONTRACT_TESTS_RIGHT_KEYS", value_name = "FILE")]
    right_keys: Option<PathBuf>,
    /// Write the behaviour of the right server to a file for `mock-server --assumptions`
    #[arg(long, env = "CONTRACT_TESTS_LEARN", value_name = "FILE")]
    pub(crate) learn: Option<PathBuf>,
    /// Print what would be sent to both servers, and send nothing
    #[arg(long)]
    pub(crate) plan: bool,
    /// Write the comparison as JSON, such as json=twin.json. FILE - is standard output; the console output then
    /// goes to standard error
    #[arg(long, env = "CONTRACT_TESTS_REPORT", value_name = "json=FILE", value_parser = json_report)]
    pub(crate) report: Option<ReportOutput>,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

impl TwinArgs {
    pub(crate) fn options(&self) -> Result<[Options; 2], String> {
        let trust = self.tls.trust().map_err(|error| error.to_string())?;
        let options = |base: &Url, source: KeySource<'_>, file: Option<&PathBuf>| {
            Ok::<_, String>(Options {
                keys: keys(source, file)?,
                key_flag: source.flag,
                safe: true,
                permissions: Permissions {
                    writes: self.limits.allow_writes,
                    bursts: self.limits.allow_bursts,
                    revocations: false,
                },
                limits: self.limits.run_limits(),
                notifier: to_stderr(Detail::Normal),
                trust: trust.clone(),
                // A comparison that is cut off would look complete.
                max_time: Duration::MAX,
                ..Options::new(base.clone())
            })
        };
        let left = KeySource {
            flag: "--left-key",
            given: &self.left_key,
            variable: "CONTRACT_TESTS_LEFT_KEY",
        };
        let right = KeySource {
            flag: "--right-key",
            given: &self.right_key,
            variable: "CONTRACT_TESTS_RIGHT_KEY",
        };
        Ok([
            options(&self.left, left, self.left_keys.as_ref())?,
            options(&self.right, right, self.right_keys.as_ref())?,
        ])
    }
}

fn json_report(text: &str) -> Result<ReportOutput, String> {
    let output: ReportOutput = text.parse()?;
    if output.is_sandbox() {
        return Err("a comparison can be written to a file only".to_owned());
    }
    if output.format() == Format::Json {
        return Ok(output);
    }
    let format = output.format();
    Err(format!("the format of a comparison is json, not {format}"))
}

pub(super) fn run(args: &TwinArgs) -> Result<ExitCode, Failure> {
    let [left, right] = args.options().map_err(Failure::Key)?;
    if args.plan {
        print(&format!(
            "{}\n{}",
            Plan::comparison(&left),
            Plan::comparison(&right)
        ))?;
        return Ok(ExitCode::Passed);
    }
    // Open the files before sending: a result that cannot be written is not worth the requests.
    let learned_file = args.learn.as_ref().map(|path| {
        let opened = OutputFile::create(path);
        opened.map_err(|error| Failure::Learn(path.clone(), error))
    });
    let learned_file = learned_file.transpose()?;
    let outputs = ReportOutputs::open(args.report.as_slice(), None)?;
    let (comparison, report, is_gone) = tokio::runtime::Runtime::new()?.block_on(async {
        let (left, right) = (Session::begin(left).await?, Session::begin(right).await?);
        let comparison = compare::run(&left, &right).await;
        let report = ComparisonReport::new([&left, &right], &comparison);
        let is_gone = left.is_gone() || right.is_gone();
        Ok::<_, SessionError>((comparison, report, is_gone))
    })?;
    let mut text = comparison.to_string();
    if args.learn.is_some() {
        for line in comparison.unlearned_lines() {
            text.push_str(&line);
            text.push('\n');
        }
    }
    let text = redact(&text).into_owned();
    let printed = if args.report.as_ref().is_some_and(ReportOutput::is_stdout) {
        let _ = io::stderr().write_all(text.as_bytes());
        Ok(())
    } else {
        print(&text)
    };
    outputs.write(|_| report.json())?;
    if let (Some(learned_file), Some(path)) = (learned_file, &args.learn) {
        let written = learned_file.write(&comparison.file(&args.right));
        written.map_err(|error| Failure::Learn(path.clone(), error))?;
    }
    printed?;
    if is_gone {
        let _ = io::stderr().write_all(b"error: a server stopped accepting connections\n");
        return Ok(ExitCode::Unreachable);
    }
    Ok(comparison.exit_code())
}
