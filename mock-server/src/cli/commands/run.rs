//! `mock-server run`: runs a command with a sandbox of its own.

mod report;
mod signals;

use std::{
    env,
    ffi::OsString,
    io,
    process::{ExitCode, ExitStatus},
    time::Duration,
};

use ::scenarios::{KeyState, SelfDescribingKey};
use http::Uri;
use schemas::{Preset, Tier};
use tokio::{
    process::{Child, Command},
    sync::oneshot,
};

use self::signals::Signals;
use super::{
    DEMO, Failure, parent,
    serve::{Prepared, Urls, settings},
    trust,
};
use crate::cli::{allocator, arguments::Run};

/// How long the command may take to end after the parent has ended.
const GRACE: Duration = Duration::from_secs(5);

/// `mock-server run`
pub(crate) fn run(run: Run) -> Result<ExitCode, Failure> {
    let parent = parent::Watched::from(run.parent);
    let (mut settings, log) = settings(run.sources)?;
    settings.port.get_or_insert(0);
    let (program, arguments) = run.command.split_first().expect("clap requires one");
    let mut command = Command::new(program);
    let key = run
        .key
        .map_or_else(full_access, |key| Ok(key.expose().to_owned()))?;
    command.args(arguments).env("OPENPROSPECT_API_KEY", key);
    if let Some(token) = &settings.control_token {
        command.env("MOCK_SERVER_CONTROL_TOKEN", token.expose());
    }
    let prepared = Prepared::new(settings, &log)?;
    let app = prepared.app.clone();
    let bundle = app.trusted_certificates().map(trust::bundle).transpose()?;
    if let Some(bundle) = &bundle {
        command.envs(trust::VARIABLES.map(|name| (name, bundle.path())));
    }
    let program = program.to_string_lossy();
    allocator::runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        let server = prepared.bind().await?;
        let origin = server.origin()?;
        let urls = Urls::of(&origin, &app.config);
        command.envs(without_proxy(&origin));
        command.env("OPENPROSPECT_API_URL", urls.api);
        match urls.control {
            Some(control) => command.env("OPENPROSPECT_CONTROL_URL", control),
            None => command.env_remove("OPENPROSPECT_CONTROL_URL"),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        // A stop is also a sender that is dropped.
        let serving = tokio::spawn(server.run(async { stopped.await.unwrap_or_default() }));
        let child = command.spawn();
        let mut child = child.map_err(|error| Failure::Command(program.to_string(), error))?;
        let ended = tokio::select! {
            ended = forwarding(&mut signals, &mut child) => ended?,
            () = parent.ended() => terminated(&mut child).await?,
        };
        drop(stop);
        let _ = serving.await;
        if !ended.status.success() {
            report::failure(&program, ended, &app);
        }
        Ok(exit_code(ended.status))
    })
}

/// The variables that keep a proxy of this machine from getting between the command and the sandbox. Programs read one
/// spelling or the other.
fn without_proxy(origin: &str) -> [(&'static str, OsString); 2] {
    let host = Uri::try_from(origin).ok();
    let host = host.as_ref().and_then(Uri::host).unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    ["NO_PROXY", "no_proxy"].map(|name| {
        let mut hosts = env::var_os(name).unwrap_or_default();
        if !hosts.is_empty() {
            hosts.push(",");
        }
        hosts.push(host);
        (name, hosts)
    })
}

/// A key with all scopes.
fn full_access() -> Result<String, Failure> {
    let described = SelfDescribingKey {
        preset: Preset::FullAccess,
        tier: Tier::Enterprise,
        state: KeyState::Active,
    };
    Ok(described.key(DEMO)?)
}

/// The end of the command.
#[derive(Clone, Copy)]
struct Ended {
    status: ExitStatus,
    /// Whether a signal had been forwarded to it, or its parent had ended.
    signalled: bool,
}

/// Waits for the end of the command, and forwards signals to it.
async fn forwarding(signals: &mut Signals, child: &mut Child) -> io::Result<Ended> {
    let mut signalled = false;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(Ended { status: status?, signalled }),
            signal = signals.next() => {
                signalled = true;
                signals::send(child, signal);
            }
        }
    }
}

/// Ends the command.
async fn terminated(child: &mut Child) -> io::Result<Ended> {
    signals::terminate(child);
    let status = if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        status?
    } else {
        child.kill().await?;
        child.wait().await?
    };
    Ok(Ended {
        status,
        signalled: true,
    })
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = signals::exit_code(status).and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
