//! One run of a program under one scenario: what it was told, what it did on the wire, how it ended.

use std::{ffi::OsString, io, net::SocketAddr, sync::Mutex, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::SetOnce,
    task::JoinSet,
};

use super::{
    Options,
    key_file::KeyFile,
    leak_scan::Watched,
    percentiles::Spread,
    process::{Output, Program, Told, takes_key_file},
    process_monitor::Lookout,
    rules::holds,
    sandbox::{Sandbox, Tenant},
    scenarios::{CONTROL, ENDLESS_BODY, KEY_ROTATED, Scenario},
    trace::{Exchange, Origin, Trace},
    wiretap::{self, Log},
};
use crate::http::Stopwatch;

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

/// The most bytes of memory that a program has where all goes well, once that is known.
pub(crate) type Usual = SetOnce<Option<u64>>;

/// What is known of one run of a program.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// Under which scenario.
    pub scenario: &'static Scenario,
    /// Where it was told that the API is.
    pub base_url: String,
    /// The key that it was given.
    pub key: String,
    /// The key that it was given in its place, where it was.
    pub handover: Option<Handover>,
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

/// A key that takes the place of another.
#[derive(Clone, Debug)]
pub(crate) struct Handover {
    /// The new key.
    pub key: String,
    /// When it was in the key file.
    pub at: Duration,
    /// Whether the program was told by its command to take its key from there.
    pub claimed: bool,
}

impl Evidence {
    /// The keys that it was given.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let new = self.handover.as_ref().map(|handover| &*handover.key);
        [&*self.key].into_iter().chain(new)
    }

    /// Whether bytes hold one of them, or a part of it.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        self.keys().any(|key| holds(bytes, key))
    }

    /// Whether a call was made with the new key.
    pub(crate) fn has_new_key(&self, call: &Exchange) -> bool {
        let new = self.handover.as_ref().map(|handover| &*handover.key);
        let said = call.request.message.header("authorization");
        new.zip(said).is_some_and(|(new, said)| said.contains(new))
    }
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
    usual: &Usual,
) -> Result<Evidence, TrialError> {
    let Options {
        command, limits, ..
    } = options;
    let memory = memory(scenario, options.max_memory, usual).await;
    let folder = options.watch.clone();
    let watched = aside(move || folder.map(|folder| Watched::begin(&folder))).await?;
    let tenant = sandbox.tenant(scenario).await?;
    let key_file = KeyFile::new(&tenant.key)?;
    let wire = Wire::open(sandbox.address()).await?;
    let base_url = wire.base_url(&tenant);
    let told = Told {
        base_url: &base_url,
        api_key: &tenant.key,
        key_file: key_file.path(),
        scenario: scenario.name,
    };
    let mut program = start(command, &told)?;
    let mut lookout = Lookout::new(program.id(), command, &told, wire.watch);
    lookout.also(tenant.hanging, memory);
    let mut handover = None;
    let (status, out_of_time, too_large) = loop {
        let is_due = scenario.name == KEY_ROTATED && handover.is_none();
        tokio::select! {
            status = program.ended() => break (status, false, false),
            out_of_time = wire.silent(*limits) => break (None, out_of_time, false),
            () = lookout.watch() => break (None, false, true),
            new = hand_over(sandbox, &tenant, &key_file, &wire), if is_due => {
                let (key, at) = new?;
                lookout.know(&key);
                handover = Some(Handover { key, at, claimed: takes_key_file(command) });
            }
        }
    };
    let took = wire.elapsed();
    lookout.look();
    let mut output = if too_large {
        program.kill().await
    } else {
        program.stop(status).await
    };
    output.seen = lookout.seen();
    if scenario.name == CONTROL {
        // Whoever has set it before has seen the same.
        let _ = usual.set(output.seen.memory);
    }
    // What it has left is searched, and this we have.
    drop(key_file);
    if let Some(watched) = watched {
        let new = handover.iter().map(|handover| handover.key.clone());
        let keys: Vec<_> = [tenant.key.clone()].into_iter().chain(new).collect();
        output.left = Some(aside(move || watched.search(&keys)).await?);
    }
    wire.over().await;
    let evidence = wire.evidence(scenario, tenant, Some(output), took, out_of_time);
    Ok(Evidence {
        handover,
        ..evidence
    })
}

fn start(command: &[OsString], told: &Told<'_>) -> Result<Program, TrialError> {
    Program::start(command, told).map_err(|error| {
        let name = command.first().map(|name| name.display().to_string());
        TrialError::Program(name.unwrap_or_default(), error)
    })
}

/// Puts a new key into the file while the second call waits for its answer; returns it, and when it was there.
async fn hand_over(
    sandbox: &Sandbox,
    tenant: &Tenant,
    key_file: &KeyFile,
    wire: &Wire,
) -> io::Result<(String, Duration)> {
    while wire.calls() < 2 {
        pause(SHORT_LOOK * 5).await;
    }
    let key = sandbox.rotate(tenant).await?;
    key_file.write(&key)?;
    Ok((key, wire.elapsed()))
}

/// How many bytes of memory a program may have, where that is looked for.
async fn memory(scenario: &Scenario, more: u64, usual: &Usual) -> Option<u64> {
    match scenario.name {
        CONTROL => Some(u64::MAX),
        // Who takes more than that is killed, so that it has to be known before.
        ENDLESS_BODY => usual.wait().await.map(|usual| usual.saturating_add(more)),
        _ => None,
    }
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
    late: Mutex<Vec<Duration>>,
    /// They end with it.
    _tasks: JoinSet<()>,
}

impl Wire {
    /// Opens the API's address in front of a server, and those of two strangers.
    pub(crate) async fn open(server: SocketAddr) -> io::Result<Self> {
        let listeners = wiretap::listeners().await?;
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
            tasks.spawn(wiretap::run(listener, upstream, log.clone(), watch));
        }
        Ok(Self {
            address,
            watch,
            logs,
            late: Mutex::default(),
            _tasks: tasks,
        })
    }

    /// Where the API is for somebody.
    pub(crate) fn base_url(&self, tenant: &Tenant) -> String {
        let address = tenant.hanging.map_or(self.address, SocketAddr::V4);
        format!("http://{address}{}", schemas::API_PREFIX)
    }

    /// How long the trial has gone on.
    pub(crate) fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// How many calls have come to the API.
    fn calls(&self) -> usize {
        let [(origin, log), ..] = &self.logs;
        Trace::read(&[(*origin, log.read())]).exchanges.len()
    }

    /// Waits until nothing has passed for long enough, or the time is up; tells whether it is.
    pub(crate) async fn silent(&self, limits: Limits) -> bool {
        loop {
            let due = self.watch.elapsed() + LOOK;
            pause(LOOK).await;
            let now = self.watch.elapsed();
            self.woke(now.saturating_sub(due));
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

    /// Takes note of how late a wait has ended.
    fn woke(&self, late: Duration) {
        let mut all = self
            .late
            .lock()
            .expect("nobody panics with the waits in hand");
        if all.len() < MAX_NOTED {
            all.push(late);
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
        let base_url = self.base_url(&tenant);
        let passed = self.logs.map(|(origin, log)| (origin, log.read()));
        Evidence {
            scenario,
            base_url,
            key: tenant.key,
            handover: None,
            trace: Trace::read(&passed),
            output,
            took,
            out_of_time,
            lateness: Spread::of(self.late.into_inner().unwrap_or_default()).map(Spread::width),
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
pub(super) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
