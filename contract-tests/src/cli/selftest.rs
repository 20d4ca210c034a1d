//! `contract-tests selftest`.

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use contract_tests::{
    finding::ExitCode,
    reference_client,
    report::OutputFile,
    selftest::{self, Judged, Proof, SelftestError},
};
use strum::{Display, EnumString, VariantArray};

#[derive(Args, Debug)]
pub(crate) struct SelftestArgs {
    /// Judge only this mutant, a server or a client, and show what the check found on the server; may be repeated
    #[arg(long = "mutant", value_name = "NAME", value_delimiter = ',', value_parser = mutant)]
    mutants: Vec<Mutant>,
    /// Judge only mutants of this kind
    #[arg(long, value_name = "WHAT", conflicts_with = "mutants")]
    only: Option<MutantKind>,
    /// List every mutant with the check or rule that must catch it
    #[arg(long, conflicts_with = "mutants")]
    list: bool,
    /// Write the matrix, such as markdown=matrix.md; may be repeated. Formats: json, markdown
    #[arg(long = "report", value_name = "FORMAT=FILE", value_delimiter = ',', value_parser = report)]
    reports: Vec<(Format, PathBuf)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum MutantKind {
    /// Servers with a bug
    Servers,
    /// Clients with a bug
    Clients,
}

#[derive(Clone, Copy, Debug)]
enum Mutant {
    Server(&'static selftest::mutants::Mutant),
    Client(&'static reference_client::mutants::Mutant),
}

#[derive(Clone, Copy, Debug, Display, EnumString, VariantArray)]
#[strum(serialize_all = "lowercase")]
enum Format {
    Json,
    Markdown,
}

/// Why the selftest cannot run, or its report cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProofError {
    #[error("cannot write the report {}: {}", .0.display(), .1)]
    Report(PathBuf, io::Error),
    #[error(transparent)]
    Selftest(#[from] SelftestError),
    #[error("cannot start: {0}")]
    Start(io::Error),
}

impl ProofError {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Report(..) => ExitCode::Usage,
            Self::Selftest(_) | Self::Start(_) => ExitCode::Internal,
        }
    }
}

fn mutant(text: &str) -> Result<Mutant, String> {
    let server = selftest::servers::find(text).map(Mutant::Server);
    let known = server.or_else(|| reference_client::mutants::find(text).map(Mutant::Client));
    known
        .ok_or_else(|| "unknown mutant; `contract-tests selftest --list` lists them all".to_owned())
}

fn report(text: &str) -> Result<(Format, PathBuf), String> {
    let known = text.split_once('=').and_then(|(format, path)| {
        let format = format.parse().ok()?;
        (!path.is_empty()).then(|| (format, path.into()))
    });
    known.ok_or_else(|| {
        let known = Format::VARIANTS.iter();
        let known: Vec<_> = known.map(|format| format!("{format}=FILE")).collect();
        format!("expected {}", known.join(" or "))
    })
}

impl SelftestArgs {
    pub(crate) fn run(&self) -> Result<ExitCode, ProofError> {
        if self.list {
            // A reader that has closed the pipe is not an error.
            let _ = io::stdout().write_all(self.names().as_bytes());
            return Ok(ExitCode::Passed);
        }
        // Open the files before judging: a result that cannot be written is not worth the wait.
        let open = |(format, path): &(Format, PathBuf)| match OutputFile::create(path) {
            Ok(file) => Ok((*format, path.clone(), file)),
            Err(error) => Err(ProofError::Report(path.clone(), error)),
        };
        let files: Vec<_> = self.reports.iter().map(open).collect::<Result<_, _>>()?;
        let mut console = selftest::Console::new(io::stdout(), self.count());
        let runtime = tokio::runtime::Runtime::new().map_err(ProofError::Start)?;
        let show = |judged: &Judged| {
            console.judged(judged);
            if !self.mutants.is_empty() {
                console.found(judged);
            }
        };
        let proof = runtime.block_on(self.prove(show))?;
        console.end(&proof);
        for (format, path, file) in files {
            let text = match format {
                Format::Json => format!("{:#}\n", selftest::json(&proof)),
                Format::Markdown => selftest::markdown(&proof),
            };
            let written = file.write(&text);
            written.map_err(|error| ProofError::Report(path, error))?;
        }
        Ok(proof.exit_code())
    }

    /// Whether all mutants of a kind are judged.
    fn includes(&self, kind: MutantKind) -> bool {
        self.mutants.is_empty() && self.only.is_none_or(|only| only == kind)
    }

    fn names(&self) -> String {
        let servers = self.includes(MutantKind::Servers);
        let clients = self.includes(MutantKind::Clients);
        let servers = servers.then(selftest::list_of_servers);
        let clients = clients.then(selftest::list_of_clients);
        servers.into_iter().chain(clients).collect()
    }

    fn count(&self) -> usize {
        let servers = self.includes(MutantKind::Servers);
        let clients = self.includes(MutantKind::Clients);
        let servers = servers.then(|| selftest::servers::mutants().count());
        let clients = clients.then_some(reference_client::mutants::MUTANTS.len());
        self.mutants.len() + servers.unwrap_or_default() + clients.unwrap_or_default()
    }

    async fn prove(&self, mut on_verdict: impl FnMut(&Judged)) -> Result<Proof, ProofError> {
        let (mut servers, mut clients) = (Vec::new(), Vec::new());
        for mutant in &self.mutants {
            match mutant {
                Mutant::Server(mutant) => servers.push(*mutant),
                Mutant::Client(mutant) => clients.push(*mutant),
            }
        }
        let mut proof = Proof::default();
        if !servers.is_empty() || self.includes(MutantKind::Servers) {
            proof = selftest::servers::prove(&servers, &mut on_verdict).await?;
        }
        if !clients.is_empty() || self.includes(MutantKind::Clients) {
            let ourselves = env::current_exe().map_err(ProofError::Start)?;
            let program = [ourselves.into_os_string(), "reference-client".into()];
            let tried = selftest::clients::prove(&program, &clients, &mut on_verdict).await?;
            proof = proof.and(tried);
        }
        Ok(proof)
    }
}
