//! Errors that end a command.

use std::{io, path::PathBuf};

use contract_tests::{
    clients::TrialError,
    finding::{ExitCode, baseline::BaselineError},
    http::TrustError,
    provider::session::SessionError,
    report::ReportOutputError,
    traffic,
};
use docs::Page;

use super::{merge::MergeFailure, recording::RecordingError, selftest::ProofError};

/// An error that ends a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("unknown check or rule `{0}`; `contract-tests list` lists them all")]
    UnknownCheck(String),
    #[error("{0}")]
    Key(String),
    #[error(transparent)]
    Report(#[from] ReportOutputError),
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    #[error("--baseline {}: {}", .0.display(), .1)]
    Baseline(PathBuf, BaselineError),
    #[error("--write-baseline {}: {}", .0.display(), .1)]
    Template(PathBuf, io::Error),
    #[error("--drift-known {}: {}", .0.display(), .1)]
    Drift(PathBuf, traffic::drift::KnownDriftError),
    #[error("--key-file {}: {}", .0.display(), .1)]
    KeyFile(PathBuf, io::Error),
    #[error("--attach takes only one --scenario")]
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
    Merge(#[from] MergeFailure),
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error(transparent)]
    Docs(#[from] docs::Error),
    #[error("cannot write to {}: {}", .0.display(), .1)]
    Manuals(PathBuf, io::Error),
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
}

impl Failure {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::UnknownCheck(_)
            | Self::Key(_)
            | Self::Report(_)
            | Self::Output(_)
            | Self::Baseline(..)
            | Self::Template(..)
            | Self::Drift(..)
            | Self::KeyFile(..)
            | Self::Trust(_)
            | Self::OneScenario
            | Self::Learn(..)
            | Self::Docs(_)
            | Self::Manuals(..)
            | Self::Merge(_)
            | Self::Proxy(traffic::ProxyError::Listen(..))
            | Self::Session(SessionError::TokenRefused(_)) => ExitCode::Usage,
            Self::Session(SessionError::Contract(_)) => ExitCode::InvalidContract,
            Self::Session(SessionError::Unreachable(..) | SessionError::WrongBaseUrl(..))
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

    /// The page of the book that helps.
    pub(super) fn page(&self) -> Option<&'static Page> {
        match self {
            Self::UnknownCheck(id) if id.starts_with("PRV") => Some(const { docs::page("checks") }),
            Self::UnknownCheck(_) => Some(const { docs::page("rules") }),
            Self::Key(_) | Self::KeyFile(..) | Self::Session(_) | Self::Trust(_) => {
                Some(const { docs::page("judge-a-server") })
            }
            Self::OneScenario | Self::Trial(_) => Some(const { docs::page("judge-a-client") }),
            Self::Recording(_) | Self::Proxy(_) | Self::Drift(..) => {
                Some(const { docs::page("judge-traffic") })
            }
            Self::Report(_) | Self::Baseline(..) => Some(const { docs::page("reports") }),
            Self::Learn(..) => Some(const { docs::page("twin") }),
            Self::Proof(_) => Some(const { docs::page("proof") }),
            Self::Output(_)
            | Self::Template(..)
            | Self::Merge(_)
            | Self::Docs(_)
            | Self::Manuals(..)
            | Self::Start(_) => None,
        }
    }
}
