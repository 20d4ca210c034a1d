//! `mock-server serve`: starts a server, and stops it on a signal.

use std::{path::PathBuf, process::ExitCode};

use mock_server::{App, Config, CorsOrigin, Server, Settings};
use schemas::{API_PREFIX, control::CONTROL_PREFIX};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::{DEMO, Failure, parent, watch};
use crate::cli::{
    allocator,
    arguments::{Serve, Sources},
    log::Log,
    terminal::{self, OutputError},
};

/// `mock-server serve`
pub(crate) fn serve(serve: Serve) -> Result<ExitCode, Failure> {
    let parent = parent::Watched::from(serve.parent);
    let (mut settings, log) = settings(serve.sources)?;
    settings.port = settings.port.or(serve.fallback_port);
    let prepared = Prepared::new(settings, &log)?;
    allocator::runtime()?.block_on(async {
        // Signals are handled before the server can be reached, so that none arrives too early.
        let (mut terminate, mut interrupt) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        let server = prepared.bind().await?;
        greet(&Urls::of(&server.origin()?), serve.ready_json)?;
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                () = parent.ended() => {}
            }
        };
        server.run(stop).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// The settings of all sources, and what they say about the log.
pub(super) fn settings(sources: Sources) -> Result<(Settings, Log), Failure> {
    let file = sources.config.as_ref().map(Settings::read).transpose()?;
    let learned = sources.assumptions.as_ref().map(Settings::learned);
    let settings = sources
        .settings
        .over(file.unwrap_or_default())
        .over(learned.transpose()?.unwrap_or_default());
    let log = Log {
        level: settings.log_level,
        directives: sources.rust_log,
        format: settings.log_format.unwrap_or_default(),
    };
    Ok((settings.with_control_token()?, log))
}

/// A server that does not listen yet.
pub(super) struct Prepared {
    /// Its state.
    pub(super) app: App,
    scenario_file: Option<PathBuf>,
}

impl Prepared {
    /// Prepares a server, and logs to standard error from now on.
    pub(super) fn new(settings: Settings, log: &Log) -> Result<Self, Failure> {
        log.start();
        let config = Config::from(settings);
        if config.cors.contains(&CorsOrigin::Any) {
            tracing::warn!(
                "--cors *: every page that a browser on this machine shows may use the API"
            );
        }
        let scenario = config.scenario.as_ref();
        Ok(Self {
            scenario_file: scenario.and_then(|scenario| scenario.file.clone()),
            app: App::new(config)?,
        })
    }

    /// Binds its address, and watches its scenario file.
    pub(super) async fn bind(self) -> Result<Server, Failure> {
        let server = Server::bind(self.app.clone()).await?;
        if let Some(file) = self.scenario_file {
            tokio::spawn(watch::file(self.app, file));
        }
        Ok(server)
    }
}

/// Where clients on this machine reach a server.
pub(super) struct Urls {
    /// The base URL of the API.
    pub(super) api: String,
    /// The URL of the control API.
    pub(super) control: String,
}

impl Urls {
    /// The URLs of a server with this origin.
    pub(super) fn of(origin: &str) -> Self {
        Self {
            api: format!("{origin}{API_PREFIX}"),
            control: format!("{origin}{CONTROL_PREFIX}"),
        }
    }
}

fn greet(urls: &Urls, ready_json: bool) -> Result<(), OutputError> {
    let (url, control_url) = (&urls.api, &urls.control);
    if ready_json {
        return terminal::line(
            json!({"url": url, "control_url": control_url, "pid": std::process::id()}),
        );
    }
    let key = |words: &str| format!("lnc_test_{words:x<26}{DEMO}");
    terminal::line(format_args!(
        "OpenProspect sandbox {version}\n\n  API      {url}\n  control  {control_url}\n\n\
         Valid keys (organization {DEMO}):\n\
         \x20 {full}  all scopes\n\
         \x20 {free}  orders only, 100 requests an hour\n\
         \x20 {revoked}  revoked after 3 requests\n\n\
         Try it:\n  curl -H \"Authorization: Bearer {full}\" \"{url}/orders?limit=10\"\n\n\
         Other keys: mock-server keys mint --help. Stop with Ctrl-C.",
        version = env!("CARGO_PKG_VERSION"),
        full = key("FullAccess"),
        free = key("OrdersFree"),
        revoked = key("OrdersRevokedAfter3"),
    ))
}
