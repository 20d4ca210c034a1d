//! One run of a program under one scenario: what it was told, what it did on the wire, how it ended.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

use super::{
    Options,
    process::{Output, Program, Told},
    sandbox::{Sandbox, Tenant},
    scenarios::Scenario,
    spread::Spread,
    tap::{self, Log},
    trace::{Origin, Trace},
    watch::Watched,
};
use crate::stopwatch::Stopwatch;

/// How often to look whether a program has fallen silent.
const LOOK: Duration = Duration::from_millis(100);
/// Looks whose lateness is noted.
const MAX_NOTED: usize = 10_000;
/// How often, and how many times, to look whether the connections of one that has ended are over, too.
const SHORT_LOOK: Duration = Duration::from_millis(2);
const LOOKS: u32 = 500;
/// What a stranger answers whoever comes to it: it has nothing to give.
const STRANGER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A trial in all; then the program is stopped.
    pub trial: Duration,
    /// Without a request, after which a program that goes on is taken to have nothing more to do.
    pub quiet: Duration,
}

/// What is known of one run of a program.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// Under which scenario.
    pub scenario: &'static Scenario,
    /// The key that it was given.
    pub key: String,
    /// What it did on the wire.
    pub trace: Trace,
    /// How it ended, and what it printed; nothing of one that was started elsewhere.
    pub output: Option<Output>,
    /// How long it ran.
    pub took: Duration,
    /// Whether its time was up.
    pub out_of_time: bool,
    /// By how much waits of this machine differed meanwhile that were to be the same; nothing, where none was seen.
    pub lateness: Option<Duration>,
}

/// Why a program cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// It does not start.
    #[error("cannot start {0}: {1}")]
    Program(String, io::Error),
    /// The sandbox, or the addresses in front of it, cannot be opened.
    #[error("cannot prepare a trial: {0}")]
    Sandbox(#[from] io::Error),
}

/// Runs a program under a scenario.
pub(crate) async fn run(
    sandbox: &Sandbox,
    scenario: &'static Scenario,
    options: &Options,
) -> Result<Evidence, TrialError> {
    let Options {
        command, limits, ..
    } = options;
    let folder = options.watch.clone();
    let watched = aside(move || folder.map(|folder| Watched::begin(&folder))).await?;
    let tenant = sandbox.tenant(scenario).await?;
    let mut wire = Wire::open(sandbox.address()).await?;
    let base_url = wire.base_url();
    let told = Told {
        base_url: &base_url,
        api_key: &tenant.key,
        scenario: scenario.name,
    };
    let mut program = Program::start(command, &told).map_err(|error| {
        let name = command.first().map(|name| name.display().to_string());
        TrialError::Program(name.unwrap_or_default(), error)
    })?;
    let (status, out_of_time) = tokio::select! {
        status = program.ended() => (status, false),
        out_of_time = wire.silent(*limits) => (None, out_of_time),
    };
    let took = wire.elapsed();
    let mut output = program.stop(status).await;
    if let Some(watched) = watched {
        let key = tenant.key.clone();
        output.left = Some(aside(move || watched.search(&key)).await?);
    }
    wire.over().await;
    Ok(wire.evidence(scenario, tenant, Some(output), took, out_of_time))
}

/// Reads files where nothing waits for it: what passes on the wire is timed meanwhile.
async fn aside<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(io::Error::other)
}

/// The addresses of a trial, and what passes through them.
#[derive(Debug)]
pub(crate) struct Wire {
    address: SocketAddr,
    watch: Stopwatch,
    logs: [(Origin, Log); 3],
    /// By how much each look came too late.
    late: Vec<Duration>,
    /// They end with it.
    _tasks: JoinSet<()>,
}

impl Wire {
    /// Opens the API's address in front of a server, and those of two strangers.
    pub(crate) async fn open(server: SocketAddr) -> io::Result<Self> {
        let listeners = tap::listeners().await?;
        let address = listeners[0].local_addr()?;
        let watch = Stopwatch::start();
        let logs = [Origin::Api, Origin::OtherHost, Origin::OtherPort]
            .map(|origin| (origin, Log::default()));
        let mut tasks = JoinSet::new();
        let stranger = TcpListener::bind(("127.0.0.1", 0)).await?;
        let stranger_address = stranger.local_addr()?;
        tasks.spawn(be_a_stranger(stranger));
        for (listener, (origin, log)) in listeners.into_iter().zip(&logs) {
            let upstream = if *origin == Origin::Api {
                server
            } else {
                stranger_address
            };
            tasks.spawn(tap::run(listener, upstream, log.clone(), watch));
        }
        Ok(Self {
            address,
            watch,
            logs,
            late: Vec::new(),
            _tasks: tasks,
        })
    }

    /// Where the API is.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}{}", self.address, schemas::API_PREFIX)
    }

    /// How long the trial has gone on.
    pub(crate) fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// Waits until nothing has passed for long enough, or the time is up; tells whether it is.
    pub(crate) async fn silent(&mut self, limits: Limits) -> bool {
        loop {
            let due = self.watch.elapsed() + LOOK;
            pause(LOOK).await;
            let now = self.watch.elapsed();
            if self.late.len() < MAX_NOTED {
                self.late.push(now.saturating_sub(due));
            }
            if now >= limits.trial {
                return true;
            }
            let [(_, api), ..] = &self.logs;
            if api
                .silent_since()
                .is_some_and(|since| now.saturating_sub(since) >= limits.quiet)
            {
                return false;
            }
        }
    }

    /// Waits until all that a program has left on its way has passed: its end is known before that of its
    /// connections.
    async fn over(&self) {
        let mut looks = 0..LOOKS;
        while looks.next().is_some() && !self.logs.iter().all(|(_, log)| log.is_over()) {
            pause(SHORT_LOOK).await;
        }
    }

    /// What is known once a trial is over.
    pub(crate) fn evidence(
        self,
        scenario: &'static Scenario,
        tenant: Tenant,
        output: Option<Output>,
        took: Duration,
        out_of_time: bool,
    ) -> Evidence {
        let passed = self.logs.map(|(origin, log)| (origin, log.read()));
        Evidence {
            scenario,
            key: tenant.key,
            trace: Trace::read(&passed),
            output,
            took,
            out_of_time,
            lateness: Spread::of(self.late).map(Spread::width),
        }
    }
}

/// Answers every request on a connection with nothing, and ends it.
async fn be_a_stranger(listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((mut stream, _)) = accepted else { continue };
                connections.spawn(async move {
                    let mut head = Vec::new();
                    let mut buffer = [0; 4096];
                    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 64 * 1024 {
                        match stream.read(&mut buffer).await {
                            Ok(read @ 1..) => head.extend_from_slice(&buffer[..read]),
                            Ok(0) | Err(_) => return,
                        }
                    }
                    let _ = stream.write_all(STRANGER).await;
                    let _ = stream.shutdown().await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program is watched in the real time that it runs in"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
