//! What is kept of a run: reports, and a baseline with its failures. The same for all that judge.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Failure;
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
        Some(check) if check.run.is_on_operations() => Some(About::EachOperation),
        Some(_) => Some(About::Server),
        None => clients::find(id)
            .map(|_| ())
            .or_else(|| traffic::find(id).map(|_| ()))
            .map(|()| About::Client),
    },
    has_scenario: |name| clients::scenario(name).is_some(),
};
/// Days for which a failure is known at first.
const EXPIRES_AFTER_DAYS: i64 = 90;

/// What is told of a run, to whom, and which failures are known.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Failures that are known, and do not fail the run
    #[arg(long, env = "CONTRACT_TESTS_BASELINE", value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a baseline with all failures of this run, whose reasons are to be filled in
    #[arg(long, env = "CONTRACT_TESTS_WRITE_BASELINE", value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Write a report, such as junit=report.xml; may be repeated. Formats: json, junit, tap, sarif, markdown,
    /// github, html. FILE - is standard output; what people read then goes to standard error
    #[arg(
        long = "report",
        env = "CONTRACT_TESTS_REPORT",
        value_name = "FORMAT=FILE",
        value_delimiter = ','
    )]
    reports: Vec<ReportOutput>,
    /// Show only what fails, and the verdict
    #[arg(short, long, env = "CONTRACT_TESTS_QUIET", conflicts_with = "verbose")]
    quiet: bool,
    /// Show every finding by itself and in full, and all that was or was not seen
    #[arg(short, long, env = "CONTRACT_TESTS_VERBOSE")]
    verbose: bool,
}

impl OutputArgs {
    /// How much is told.
    pub(crate) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Normal,
        }
    }

    /// The failures that are known.
    pub(crate) fn baseline(&self) -> Result<Baseline, Failure> {
        let Some(path) = &self.baseline else {
            return Ok(Baseline::default());
        };
        Baseline::read(path, today(), CATALOG)
            .map_err(|error| Failure::Baseline(path.clone(), error))
    }

    /// Opens all that is to be written.
    pub(crate) fn open(&self) -> Result<RunOutputs, Failure> {
        Ok(RunOutputs {
            reports: ReportOutputs::open(&self.reports)?,
            template: self
                .write_baseline
                .as_deref()
                .map(BaselineTemplate::open)
                .transpose()?,
            baseline: self.baseline.clone(),
        })
    }

    /// Where people read: standard output, unless a report goes there.
    pub(crate) fn console(&self) -> Box<dyn Write> {
        if self.reports.iter().any(ReportOutput::is_stdout) {
            stream(io::stderr())
        } else {
            stream(io::stdout())
        }
    }
}

/// What a run is written to.
#[derive(Debug)]
pub(crate) struct RunOutputs {
    reports: ReportOutputs,
    template: Option<BaselineTemplate>,
    baseline: Option<PathBuf>,
}

impl RunOutputs {
    /// Writes the reports, and the baseline if one is wanted; `known`: what was known before.
    pub(crate) fn write<F: Subject>(
        self,
        mut report: Report,
        known: &Baseline,
        findings: &[F],
    ) -> Result<(), Failure> {
        // Of all that a finding may be shown at, those who look at it know this best.
        report.file = self
            .baseline
            .as_deref()
            .and_then(below_current_folder)
            .or(report.file);
        self.reports.write(|format| format.render(&report))?;
        match self.template {
            Some(template) => {
                template.write(|expires| baseline::template(known, findings, expires))
            }
            None => Ok(()),
        }
    }
}

/// The path as it is from the present folder, if it is below that.
fn below_current_folder(path: &Path) -> Option<PathBuf> {
    if path.is_relative() {
        return Some(path.to_owned());
    }
    let current_folder = env::current_dir().ok()?;
    path.strip_prefix(current_folder).ok().map(Path::to_owned)
}

/// Without colour where the stream is no terminal, or `NO_COLOR` says so.
fn stream(
    raw: impl anstream::stream::AsLockedWrite + anstream::stream::RawStream + 'static,
) -> Box<dyn Write> {
    Box::new(anstream::AutoStream::auto(raw))
}

/// The day, as it is everywhere in the world at some time of it.
#[expect(
    clippy::disallowed_methods,
    reason = "a baseline expires for people, not for a server's clock"
)]
fn today() -> Date {
    TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// A baseline to be written, beside which there was none.
#[derive(Debug)]
struct BaselineTemplate(PathBuf, OutputFile);

impl BaselineTemplate {
    /// One that is there has reasons in it, which would be lost.
    fn open(path: &Path) -> Result<Self, Failure> {
        let file = OutputFile::create_new(path)
            .map_err(|error| Failure::Template(path.to_owned(), error))?;
        Ok(Self(path.to_owned(), file))
    }

    /// Writes what it is, given the day on which its entries expire.
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
