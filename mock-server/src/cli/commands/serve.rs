//! `mock-server serve`: starts a server, and stops it on a signal.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use schemas::{API_PREFIX, control::CONTROL_PREFIX};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::{DEMO, Failure, parent, stop::StopSignals, trust, watch};
use crate::{
    App, Config, CorsOrigin, Server, Settings,
    cli::{
        allocator,
        arguments::{Serve, Sources},
        log::Log,
        terminal,
    },
    config::ControlAccess,
};

/// `mock-server serve`
pub(crate) fn serve(serve: Serve) -> Result<ExitCode, Failure> {
    let parent = parent::Watched::from(serve.parent);
    let (mut settings, log) = settings(serve.sources)?;
    settings.port = settings.port.or(serve.fallback_port);
    let prepared = Prepared::new(settings, &log)?;
    allocator::runtime()?.block_on(async {
        // Signals are handled before the server can be reached, so that none arrives too early.
        let mut signals = StopSignals::listen()?;
        let written = prepared.ca_file.clone();
        let app = prepared.app.clone();
        // A program that starts the server needs a file for its clients. This one lasts as long as the server.
        let bundle = match app.trusted_certificates() {
            Some(certificates) if serve.ready_json && written.is_none() => {
                Some(trust::bundle(certificates)?)
            }
            _ => None,
        };
        let bundle = bundle.as_ref().map(NamedTempFile::path);
        let ca_file = written.as_deref().or(bundle);
        let server = prepared.bind().await?;
        let urls = Urls::of(&server.origin()?, &app.config);
        if serve.ready_json {
            terminal::line(ready(&urls, ca_file))?;
        } else {
            terminal::line(greeting(&urls, ca_file))?;
        }
        let stop = async {
            tokio::select! {
                () = signals.received() => {}
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
    ca_file: Option<PathBuf>,
}

impl Prepared {
    /// Prepares a server, and logs to standard error from now on.
    pub(super) fn new(settings: Settings, log: &Log) -> Result<Self, Failure> {
        log.start();
        let ca_file = settings.tls_write_ca.clone();
        let config = Config::from(settings);
        if config.cors.contains(&CorsOrigin::Any) {
            tracing::warn!(
                "--cors *: every page that a browser on this machine shows may use the API"
            );
        }
        let scenario = config.scenario.as_ref();
        let scenario_file = scenario.and_then(|scenario| scenario.file.clone());
        let app = App::new(config)?;
        let ca_file = ca_file.zip(app.trusted_certificates());
        if let Some((file, certificates)) = &ca_file {
            trust::write(file, certificates)?;
        }
        Ok(Self {
            ca_file: ca_file.map(|(file, _)| file),
            scenario_file,
            app,
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
    /// The URL of the control API, unless it is disabled.
    pub(super) control: Option<String>,
    /// Whether the control API rejects every request.
    control_needs_token: bool,
}

impl Urls {
    /// The URLs of a server with this origin.
    pub(super) fn of(origin: &str, config: &Config) -> Self {
        let control = || format!("{origin}{CONTROL_PREFIX}");
        Self {
            api: format!("{origin}{API_PREFIX}"),
            control: (!matches!(config.control, ControlAccess::Off)).then(control),
            control_needs_token: matches!(config.control, ControlAccess::NeedsToken),
        }
    }
}

/// What a program that started the server reads.
fn ready(urls: &Urls, ca_file: Option<&Path>) -> Value {
    let mut ready = json!({
        "url": urls.api,
        "control_url": urls.control,
        "pid": std::process::id(),
    });
    if let Some(file) = ca_file {
        ready["ca_file"] = json!(file.to_string_lossy());
    }
    ready
}

fn greeting(urls: &Urls, ca_file: Option<&Path>) -> String {
    let url = &urls.api;
    let control = match &urls.control {
        None => String::new(),
        Some(_) if urls.control_needs_token => {
            "  control    needs --control-token, since the server listens on more than loopback addresses\n".to_owned()
        }
        Some(control) => format!("  dashboard  {control}/ui\n  control    {control}\n"),
    };
    let key = |words: &str| format!("lnc_test_{words:x<26}{DEMO}");
    let (trust, trusting) = match ca_file {
        Some(file) => {
            let file = file.to_string_lossy();
            (
                format!("  trust      {file}\n"),
                format!("--cacert '{file}' "),
            )
        }
        None if url.starts_with("https:") => {
            let trust =
                "  trust      nothing yet: --tls-write-ca FILE writes the certificate to trust\n";
            (trust.to_owned(), "--insecure ".to_owned())
        }
        None => (String::new(), String::new()),
    };
    format!(
        "OpenProspect sandbox {version}\n\n  API        {url}\n{control}{trust}\n\
         Valid keys (organization {DEMO}):\n\
         \x20 {full}  all scopes\n\
         \x20 {free}  orders only, 100 requests an hour\n\
         \x20 {revoked}  revoked after 3 requests\n\n\
         Try it:\n  curl {trusting}-H \"Authorization: Bearer {full}\" \"{url}/orders?limit=10\"\n\n\
         Other keys: mock-server keys mint --help. Stop with Ctrl-C.",
        version = env!("CARGO_PKG_VERSION"),
        full = key("FullAccess"),
        free = key("OrdersFree"),
        revoked = key("OrdersRevokedAfter3"),
    )
}
