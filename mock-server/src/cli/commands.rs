//! The implementation of each command.

mod ask;
mod explain;
mod parent;
mod run;
pub(crate) mod scenarios;
mod serve;
mod stop;
mod trust;
mod watch;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use ::scenarios::{KeyState, SelfDescribingKey, SelfDescribingKeyError};
use docs::Page;
use http::Uri;
use memchr::memmem;
use schemas::{
    Profile,
    key::{ApiKey, Environment, MalformedKey},
};

pub(crate) use self::{explain::explain as explain_request, run::run, serve::serve};
use crate::{
    AppError, ListenError, NEEDS_TLS, Settings, SettingsError,
    cli::{
        arguments::Mint,
        command,
        manuals::write_manuals,
        terminal::{self, OutputError},
    },
};

/// The organization whose keys the greeting shows.
const DEMO: &str = "demo01";
/// Maximum time to wait for a response of a server.
const ANSWER_TIME: Duration = Duration::from_secs(2);

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error("cannot write {}: {error}", path.display())]
    Certificates { path: PathBuf, error: io::Error },
    #[error(
        "port {} on {} is in use; stop the other program, or choose another port with --port (0 picks a free one)",
        .0.port(), .0.ip()
    )]
    PortInUse(SocketAddr),
    #[error(transparent)]
    Listen(ListenError),
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
    #[error(transparent)]
    SelfDescribingKey(#[from] SelfDescribingKeyError),
    #[error("{0}")]
    Scenario(String),
    #[error("{0}")]
    UnknownScenario(String),
    #[error("no server responds on port {0}: {1}")]
    Unhealthy(u16, String),
    #[error("`{0}` is not a server's address, such as http://127.0.0.1:8000")]
    Address(Uri),
    #[error("no explanation from {0}: {1}")]
    Unexplained(String, String),
    #[error("cannot run `{0}`: {1}")]
    Command(String, io::Error),
    #[error(transparent)]
    Docs(#[from] docs::Error),
    #[error("cannot write to {}: {}", .0.display(), .1)]
    Manuals(PathBuf, io::Error),
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl From<ListenError> for Failure {
    fn from(failed: ListenError) -> Self {
        if failed.error.kind() == io::ErrorKind::AddrInUse {
            Self::PortInUse(failed.address)
        } else {
            Self::Listen(failed)
        }
    }
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Listen(_)
            | Self::Start(_)
            | Self::Unhealthy(..)
            | Self::Unexplained(..)
            | Self::Manuals(..) => ExitCode::from(1),
            Self::Settings(_)
            | Self::App(_)
            | Self::Certificates { .. }
            | Self::SelfDescribingKey(_)
            | Self::Scenario(_)
            | Self::UnknownScenario(_)
            | Self::Address(_)
            | Self::Docs(_)
            | Self::Output(_) => ExitCode::from(2),
            Self::PortInUse(_) => ExitCode::from(3),
            Self::Command(_, error) if error.kind() == io::ErrorKind::NotFound => {
                ExitCode::from(127)
            }
            Self::Command(..) => ExitCode::from(126),
        }
    }

    /// The page of the book that helps.
    pub(crate) fn page(&self) -> Option<&'static Page> {
        match self {
            Self::Settings(_) => Some(const { docs::page("settings-file") }),
            Self::App(AppError::Tls(_)) | Self::Certificates { .. } => {
                Some(const { docs::page("tls") })
            }
            Self::SelfDescribingKey(_) => Some(const { docs::page("keys") }),
            Self::Scenario(_) => Some(const { docs::page("write-a-scenario") }),
            Self::Unexplained(..) => Some(const { docs::page("state") }),
            Self::UnknownScenario(_)
            | Self::App(AppError::Organization(_))
            | Self::PortInUse(_)
            | Self::Listen(_)
            | Self::Start(_)
            | Self::Unhealthy(..)
            | Self::Address(_)
            | Self::Command(..)
            | Self::Docs(_)
            | Self::Manuals(..)
            | Self::Output(_) => None,
        }
    }
}

/// `mock-server keys mint`
pub(crate) fn mint(mint: &Mint) -> Result<ExitCode, Failure> {
    terminal::line(mint.described().key(&mint.organization)?)?;
    Ok(ExitCode::SUCCESS)
}

/// `mock-server keys explain`
pub(crate) fn explain(text: &str) -> Result<ExitCode, Failure> {
    match explanation(text) {
        Ok(explanation) => {
            terminal::line(explanation)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(reason) => {
            terminal::line(format_args!(
                "rejected  401, like any invalid key\nreason    {reason}"
            ))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// How a freshly started server treats a key: its description, or why it is rejected.
fn explanation(text: &str) -> Result<String, String> {
    let key =
        ApiKey::parse(text.trim()).map_err(|malformed: MalformedKey| malformed.to_string())?;
    if key.environment() == Environment::Live {
        return Err(
            "it is a live key; a sandbox never accepts live keys, so keep it away from test setups"
                .to_owned(),
        );
    }
    let secret = &key.expose()[Environment::Test.prefix().len()..];
    let (described, organization) = SelfDescribingKey::read(secret).map_err(|error| {
        format!(
            "unless it is registered on the server: {}",
            schemas::key::redact(&error.to_string())
        )
    })?;
    let state = match described.state {
        KeyState::Active => "valid".to_owned(),
        KeyState::Expired => return Err(format!("{} describes itself as expired", key.masked())),
        KeyState::Revoked => return Err(format!("{} describes itself as revoked", key.masked())),
        KeyState::RevokedAfter(uses) if uses.get() == 1 => {
            "valid for 1 request, then revoked".to_owned()
        }
        KeyState::RevokedAfter(uses) => format!("valid for {uses} requests, then revoked"),
        KeyState::ExpiresIn(duration) => format!(
            "valid for {} seconds from its first use",
            duration.as_secs()
        ),
    };
    Ok(format!(
        "key           {}\norganization  {organization}\nscopes        {} ({})\ntier          {}, by default {} requests an hour\nstate         {state}",
        key.masked(),
        described.preset.scopes(),
        described.preset,
        described.tier,
        described.tier.requests_per_hour(),
    ))
}

/// `mock-server openapi`
pub(crate) fn openapi(documented_only: bool) -> Result<ExitCode, Failure> {
    let profile = Profile::of(documented_only);
    terminal::line(schemas::openapi::text(profile).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// `mock-server schema`
pub(crate) fn schema() -> Result<ExitCode, Failure> {
    terminal::line(format_args!("{:#}", Settings::schema()))?;
    Ok(ExitCode::SUCCESS)
}

/// `mock-server docs`
pub(crate) fn docs(topic: Option<&str>) -> Result<ExitCode, Failure> {
    terminal::line(docs::text(topic)?.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// `mock-server healthcheck`
pub(crate) fn healthcheck(port: u16) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let asked =
        runtime.block_on(async { tokio::time::timeout(ANSWER_TIME, is_healthy(port)).await });
    match asked {
        Ok(Ok(())) => Ok(ExitCode::SUCCESS),
        Ok(Err(error)) => Err(Failure::Unhealthy(port, error.to_string())),
        Err(_) => Err(Failure::Unhealthy(
            port,
            format!("no response within {} seconds", ANSWER_TIME.as_secs()),
        )),
    }
}

/// `mock-server manuals`
pub(crate) fn manuals(folder: &Path) -> Result<ExitCode, Failure> {
    write_manuals(command(), folder).map_err(|error| Failure::Manuals(folder.to_owned(), error))?;
    Ok(ExitCode::SUCCESS)
}

async fn is_healthy(port: u16) -> Result<(), ask::Error> {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string();
    let (status, body) = ask::get(&server, "/_mock/health", None).await?;
    // A server with TLS is as healthy if it can say that it needs TLS.
    if status.is_success() || memmem::find(&body, NEEDS_TLS.as_bytes()).is_some() {
        Ok(())
    } else {
        Err(format!("it returns {status}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanation_shows_everything_but_the_key() {
        let explained = explanation("lnc_test_OrdersFreeRevokedAfter3xxxdemo01").unwrap();
        insta::assert_snapshot!(explained, @r"
        key           lnc_test_Orde…mo01
        organization  demo01
        scopes        orders:read, orders:write (orders)
        tier          free, by default 100 requests an hour
        state         valid for 3 requests, then revoked
        ");
    }

    #[test]
    fn refusal_has_a_reason() {
        let reason = |key: &str| explanation(key).unwrap_err();
        assert!(
            reason("lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9").starts_with("it is a live key")
        );
        assert_eq!(
            reason("lnc_test_OrdersExpiredxxxxxxxxxxxxxdemo01"),
            "lnc_test_Orde…mo01 describes itself as expired"
        );
        assert_eq!(reason("secret"), "a key starts with lnc_test_ or lnc_live_");
        assert!(
            reason("lnc_test_OrdersGoldxxxxxxxxxxxxxxxxdemo01").contains("unknown word `Gold`")
        );
    }
}
