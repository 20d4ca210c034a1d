//! Reports and baselines, the same for all commands that judge.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Failure, repository};
use clap::Args;
use contract_tests::{
    clients,
    finding::baseline::{self, About, Baseline, Catalog, Subject},
    provider::checks,
    report::{Detail, OutputFile, Report, ReportOutput, ReportOutputs},
    traffic,
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

/// What the entries of a baseline can name.
const CATALOG: Catalog = Catalog {
    find: |id| match checks::find(id) {
        Some(check) if check.procedure.is_per_operation() => Some(About::EachOperation),
        Some(_) => Some(About::Server),
        None => clients::find(id)
            .map(|_| ())
            .or_else(|| traffic::find(id).map(|_| ()))
            .map(|()| About::Client),
    },
    has_scenario: |name| clients::scenario(name).is_some(),
};
/// Days after which an entry of a new baseline expires.
const EXPIRES_AFTER_DAYS: i64 = 90;

/// The token for `--report mock=URL`.
#[derive(Args, Debug)]
pub(super) struct ReportTokenArgs {
    /// Control token of the sandbox that --report mock=URL names
    #[arg(
        long,
        env = "CONTRACT_TESTS_REPORT_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    report_token: Option<String>,
}

impl ReportTokenArgs {
    pub(super) fn get(&self) -> Option<&str> {
        self.report_token.as_deref()
    }
}

/// Where a run is reported, and which failures are known.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// File with known failures, which do not fail the run
    #[arg(long, env = "CONTRACT_TESTS_BASELINE", value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a baseline with all failures of this run, whose reasons you fill in
    #[arg(long, env = "CONTRACT_TESTS_WRITE_BASELINE", value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Write a report, such as junit=report.xml; may be repeated. Formats: json, junit, tap, sarif, markdown,
    /// github, html. FILE - is standard output; the console output then goes to standard error. mock=URL sends
    /// the report to the dashboard of a running sandbox
    #[arg(
        long = "report",
        env = "CONTRACT_TESTS_REPORT",
        value_name = "FORMAT=FILE",
        value_delimiter = ','
    )]
    reports: Vec<ReportOutput>,
    #[command(flatten)]
    token: ReportTokenArgs,
    /// Leave out the bodies of requests and responses, and values from them
    #[arg(long, env = "CONTRACT_TESTS_NO_BODIES")]
    no_bodies: bool,
    /// Show only failures and the verdict
    #[arg(short, long, env = "CONTRACT_TESTS_QUIET", conflicts_with = "verbose")]
    quiet: bool,
    /// Show every finding in full, and everything that was and was not seen
    #[arg(short, long, env = "CONTRACT_TESTS_VERBOSE")]
    verbose: bool,
}

impl OutputArgs {
    pub(crate) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Normal,
        }
    }

    pub(crate) fn no_bodies(&self) -> bool {
        self.no_bodies
    }

    pub(crate) fn baseline(&self) -> Result<Baseline, Failure> {
        let Some(path) = &self.baseline else {
            return Ok(Baseline::default());
        };
        Baseline::read(path, today(), CATALOG)
            .map_err(|error| Failure::Baseline(path.clone(), error))
    }

    pub(crate) fn open(&self) -> Result<RunOutputs, Failure> {
        Ok(RunOutputs {
            reports: ReportOutputs::open(&self.reports, self.token.get())?,
            template: self
                .write_baseline
                .as_deref()
                .map(BaselineTemplate::open)
                .transpose()?,
            baseline: self.baseline.clone(),
            no_bodies: self.no_bodies,
        })
    }

    pub(crate) fn console(&self) -> Box<dyn Write> {
        console(&self.reports)
    }

    /// Whether [`Self::console`] is standard error.
    pub(crate) fn console_is_stderr(&self) -> bool {
        self.reports.iter().any(ReportOutput::is_stdout)
    }
}

/// Standard output, unless a report goes there.
pub(super) fn console(reports: &[ReportOutput]) -> Box<dyn Write> {
    if reports.iter().any(ReportOutput::is_stdout) {
        to_stderr()
    } else {
        stream(io::stdout())
    }
}

pub(super) fn to_stderr() -> Box<dyn Write> {
    stream(io::stderr())
}

/// The files that a run is written to.
#[derive(Debug)]
pub(crate) struct RunOutputs {
    reports: ReportOutputs,
    template: Option<BaselineTemplate>,
    baseline: Option<PathBuf>,
    no_bodies: bool,
}

impl RunOutputs {
    /// Writes the reports, and a new baseline if one was requested; `known`: the given baseline.
    pub(crate) fn write<F: Subject>(
        self,
        mut report: Report,
        baseline: &Baseline,
        findings: &[F],
    ) -> Result<(), Failure> {
        // A report shows findings at a file: of all files, readers know the baseline best.
        let known = self.baseline.into_iter().chain(report.file);
        report.file = repository::file_of(known);
        if self.no_bodies {
            report.remove_bodies();
        }
        self.reports.write(|format| format.render(&report))?;
        match self.template {
            Some(template) => {
                template.write(|expires| baseline::template(baseline, findings, expires))
            }
            None => Ok(()),
        }
    }
}

/// Without colour where the stream is not a terminal, or `NO_COLOR` is set.
fn stream(
    raw: impl anstream::stream::AsLockedWrite + anstream::stream::RawStream + 'static,
) -> Box<dyn Write> {
    Box::new(anstream::AutoStream::auto(raw))
}

/// Today's date in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "a baseline expires for people, not for a server's clock"
)]
fn today() -> Date {
    TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// A baseline to write. It never replaces an existing file.
#[derive(Debug)]
struct BaselineTemplate(PathBuf, OutputFile);

impl BaselineTemplate {
    /// Fails if the file exists: the reasons in an existing baseline would be lost.
    fn open(path: &Path) -> Result<Self, Failure> {
        let file = OutputFile::create_new(path)
            .map_err(|error| Failure::Template(path.to_owned(), error))?;
        Ok(Self(path.to_owned(), file))
    }

    fn write(
        self,
        template: impl FnOnce(Date) -> Result<String, toml::ser::Error>,
    ) -> Result<(), Failure> {
        let Self(path, file) = self;
        let expires = today().saturating_add(EXPIRES_AFTER_DAYS.days());
        let written = template(expires)
            .map_err(io::Error::other)
            .and_then(|text| file.write_new(&text));
        written.map_err(|error| Failure::Template(path, error))
    }
}
