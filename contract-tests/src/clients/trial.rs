//! One run of a program in one scenario: it gets its configuration, its traffic passes through the judge's addresses, and it is
//! stopped.

use std::{env, ffi::OsString, io, net::SocketAddr, path::Path, sync::Mutex, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::SetOnce,
    task::JoinSet,
};

use super::{
    Options,
    accept::accept,
    credential::Credential,
    key_file::KeyFile,
    leak_scan::LeakScan,
    percentiles::Percentiles,
    process::{Output, Program, ProgramEnv, takes_key_file},
    process_monitor::ProcessMonitor,
    sandbox::{Sandbox, Tenant},
    scenarios::{CONTROL, ENDLESS_BODY, KEY_ROTATED, Scenario},
    trace::{Origin, Trace},
    trial_record::{KeyRotation, TrialRecord},
    wiretap::{self, TrafficLog},
};
use crate::http::Stopwatch;

/// How often to check whether a program has become idle, and how late the check is. Even a short trial has several checks.
const IDLE_POLL: Duration = Duration::from_millis(20);
/// Maximum number of recorded lateness samples.
const MAX_LATENESS_SAMPLES: usize = 50_000;
/// Interval and maximum number of checks whether the connections of an exited program have ended, too.
const SHORT_POLL: Duration = Duration::from_millis(2);
const MAX_SHORT_POLLS: u32 = 500;
/// The response of a foreign host: it has no content.
const FOREIGN_RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

/// Time limits.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a whole trial; the program is then stopped.
    pub trial: Duration,
    /// Without a request; a running program is then considered done.
    pub quiet: Duration,
}

/// The peak memory of the program in the control scenario in bytes, once it is known.
pub(crate) type BaselineMemory = SetOnce<Option<u64>>;

/// Why a program cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// It cannot be started.
    #[error("cannot start {0}: {1}")]
    Program(String, io::Error),
    /// The sandbox, or the addresses in front of it, cannot be opened.
    #[error("cannot prepare a trial: {0}{missing}", missing = missing_folder())]
    Sandbox(#[from] io::Error),
}

/// The likely cause of an error, if the folder for temporary files is missing.
fn missing_folder() -> String {
    let folder = env::temp_dir();
    if folder.is_dir() {
        String::new()
    } else {
        let folder = folder.display();
        format!("; there is no folder {folder}, which TMPDIR names for temporary files")
    }
}

/// Runs a program in a scenario.
pub(crate) async fn run(
    sandbox: &Sandbox,
    scenario: &'static Scenario,
    options: &Options,
    baseline_memory: &BaselineMemory,
) -> Result<TrialRecord, TrialError> {
    let Options {
        command, limits, ..
    } = options;
    let memory_limit = memory_limit(scenario, options.max_memory, baseline_memory).await;
    let folder = options.watch.clone();
    let leak_scan =
        on_blocking_thread(move || folder.map(|folder| LeakScan::begin(&folder))).await?;
    let wire = TrialNetwork::open(sandbox.address()).await?;
    let tenant = sandbox.tenant(scenario, wire.issuer(options)).await?;
    let key_file = key_file(&tenant.credential)?;
    let base_url = wire.base_url(&tenant);
    let env = ProgramEnv {
        base_url: &base_url,
        credential: &tenant.credential,
        key_file: key_file.as_ref().map(KeyFile::path),
        scenario: scenario.name,
    };
    let mut program = start(command, &env, options.supervisor.as_deref()).await?;
    let mut monitor = ProcessMonitor::new(program.id(), command, &env, wire.watch);
    monitor.watch_for(tenant.hanging, memory_limit);
    let mut rotation = None;
    let (status, out_of_time, too_large) = loop {
        let to_rotate = key_file.as_ref();
        let to_rotate = to_rotate.filter(|_| scenario.name == KEY_ROTATED && rotation.is_none());
        tokio::select! {
            status = program.wait() => break (status, false, false),
            out_of_time = wire.wait_until_idle(*limits) => break (None, out_of_time, false),
            () = monitor.watch() => break (None, false, true),
            new = rotate_key(sandbox, &tenant, to_rotate, &wire), if to_rotate.is_some() => {
                let (key, at) = new?;
                monitor.add_key(&key);
                rotation = Some(KeyRotation { key, at, reads_key_file: takes_key_file(command) });
            }
        }
    };
    let took = wire.elapsed();
    monitor.sample();
    let mut output = if too_large {
        program.kill().await
    } else {
        program.stop(status).await
    };
    output.observations = monitor.observations();
    if scenario.name == CONTROL {
        // A value that is already set comes from the same scenario.
        let _ = baseline_memory.set(output.observations.memory);
    }
    // The judge's own key file must not be found in the search for leaks.
    drop(key_file);
    wire.wait_for_close().await;
    let mut record = wire.into_record(scenario, tenant, None, took, out_of_time);
    record.rotation = rotation;
    if let Some(leak_scan) = leak_scan {
        let secrets: Vec<_> = record.secrets().map(ToOwned::to_owned).collect();
        output.leak_scan = Some(on_blocking_thread(move || leak_scan.search(&secrets)).await?);
    }
    record.output = Some(output);
    Ok(record)
}

async fn start(
    command: &[OsString],
    env: &ProgramEnv<'_>,
    supervisor: Option<&Path>,
) -> Result<Program, TrialError> {
    let started = Program::start(command, env, supervisor).await;
    started.map_err(|error| {
        let name = command.first().map(|name| name.display().to_string());
        TrialError::Program(name.unwrap_or_default(), error)
    })
}

/// A file with the key, if the program uses a key.
fn key_file(credential: &Credential) -> io::Result<Option<KeyFile>> {
    match credential {
        Credential::Key(key) => KeyFile::new(key).map(Some),
        Credential::Grant(_) => Ok(None),
    }
}

/// Writes a new key to the file while the second request waits for its response; returns the key and the time.
async fn rotate_key(
    sandbox: &Sandbox,
    tenant: &Tenant,
    key_file: Option<&KeyFile>,
    wire: &TrialNetwork,
) -> io::Result<(String, Duration)> {
    wire.wait_for_api_requests(2).await;
    let key = sandbox.rotate(tenant).await?;
    if let Some(key_file) = key_file {
        key_file.write(&key)?;
    }
    Ok((key, wire.elapsed()))
}

/// The memory limit of a program in bytes, if memory is monitored.
async fn memory_limit(
    scenario: &Scenario,
    more: u64,
    baseline_memory: &BaselineMemory,
) -> Option<u64> {
    match scenario.name {
        CONTROL => Some(u64::MAX),
        // A program above the limit is killed, so the baseline must be known first.
        ENDLESS_BODY => baseline_memory
            .wait()
            .await
            .map(|bytes| bytes.saturating_add(more)),
        _ => None,
    }
}

/// Reads files on another thread: the traffic is timed meanwhile, and must not wait.
async fn on_blocking_thread<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(io::Error::other)
}

/// The addresses of a trial, and their traffic.
#[derive(Debug)]
pub(crate) struct TrialNetwork {
    address: SocketAddr,
    watch: Stopwatch,
    logs: [(Origin, TrafficLog); 3],
    /// How late each poll was.
    lateness: Mutex<Vec<Duration>>,
    /// Dropping it ends the tasks.
    _tasks: JoinSet<()>,
}

impl TrialNetwork {
    /// Opens the API's address in front of a server, and the addresses of two foreign hosts.
    pub(crate) async fn open(server: SocketAddr) -> io::Result<Self> {
        let listeners = wiretap::listeners().await?;
        let address = listeners[0].local_addr()?;
        let watch = Stopwatch::start();
        let logs = [Origin::Api, Origin::OtherHost, Origin::OtherPort]
            .map(|origin| (origin, TrafficLog::default()));
        let mut tasks = JoinSet::new();
        let foreign_host = TcpListener::bind(("127.0.0.1", 0)).await?;
        let foreign_address = foreign_host.local_addr()?;
        tasks.spawn(serve_foreign_host(foreign_host));
        for (listener, (origin, log)) in listeners.into_iter().zip(&logs) {
            let upstream = if *origin == Origin::Api {
                server
            } else {
                foreign_address
            };
            tasks.spawn(wiretap::run(listener, upstream, log.clone(), watch));
        }
        Ok(Self {
            address,
            watch,
            logs,
            lateness: Mutex::default(),
            _tasks: tasks,
        })
    }

    /// The base URL of the API for a tenant.
    pub(crate) fn base_url(&self, tenant: &Tenant) -> String {
        let address = tenant.hanging.map_or(self.address, SocketAddr::V4);
        format!("http://{address}{}", schemas::API_PREFIX)
    }

    /// The issuer for a tenant, if programs sign in.
    pub(crate) fn issuer(&self, options: &Options) -> Option<String> {
        options.oauth.then(|| format!("http://{}", self.address))
    }

    /// The time since the start of the trial.
    pub(crate) fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// Waits for a number of requests to the API. The log is parsed only when there are new bytes in it.
    async fn wait_for_api_requests(&self, count: usize) {
        let [(origin, log), ..] = &self.logs;
        let mut parsed = 0;
        loop {
            let passed = log.bytes();
            if passed > parsed {
                parsed = passed;
                if Trace::read(&[(*origin, log.read())]).exchanges.len() >= count {
                    return;
                }
            }
            pause(SHORT_POLL * 5).await;
        }
    }

    /// Waits until nothing has passed for long enough, or the time is up; returns whether the time is up. It is counted from
    /// the first connection: a slow start is not part of what is judged.
    pub(crate) async fn wait_until_idle(&self, limits: Limits) -> bool {
        loop {
            let now = self.poll().await;
            let [(_, api), ..] = &self.logs;
            if now.saturating_sub(api.begun().unwrap_or_default()) >= limits.trial {
                return true;
            }
            if api
                .silent_since()
                .is_some_and(|since| now.saturating_sub(since) >= limits.quiet)
            {
                return false;
            }
        }
    }

    /// Waits until this time since the start.
    pub(crate) async fn wait(&self, time: Duration) {
        while self.poll().await < time {}
    }

    /// Waits for a moment; returns the time since the start.
    async fn poll(&self) -> Duration {
        let due = self.watch.elapsed() + IDLE_POLL;
        pause(IDLE_POLL).await;
        let now = self.watch.elapsed();
        self.record_lateness(now.saturating_sub(due));
        now
    }

    /// Records how late a wait ended.
    fn record_lateness(&self, lateness: Duration) {
        let mut all = self
            .lateness
            .lock()
            .expect("nobody panics with the waits in hand");
        if all.len() < MAX_LATENESS_SAMPLES {
            all.push(lateness);
        }
    }

    /// Waits until all traffic of an exited program has passed: its exit is known before the end of its connections.
    async fn wait_for_close(&self) {
        let mut polls = 0..MAX_SHORT_POLLS;
        while polls.next().is_some() && !self.logs.iter().all(|(_, log)| log.is_over()) {
            pause(SHORT_POLL).await;
        }
    }

    /// The record of a finished trial.
    pub(crate) fn into_record(
        self,
        scenario: &'static Scenario,
        tenant: Tenant,
        output: Option<Output>,
        took: Duration,
        out_of_time: bool,
    ) -> TrialRecord {
        let base_url = self.base_url(&tenant);
        let passed = self.logs.map(|(origin, log)| (origin, log.read()));
        TrialRecord {
            base_url,
            output,
            took,
            out_of_time,
            lateness: Percentiles::new(self.lateness.into_inner().unwrap_or_default())
                .map(Percentiles::spread),
            ..TrialRecord::new(scenario, tenant.credential, Trace::read(&passed))
        }
    }
}

/// Sends an empty response to every request, and closes the connection.
async fn serve_foreign_host(listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            mut stream = accept(&listener) => {
                connections.spawn(async move {
                    let mut head = Vec::new();
                    let mut buffer = [0; 4096];
                    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 64 * 1024 {
                        match stream.read(&mut buffer).await {
                            Ok(read @ 1..) => head.extend_from_slice(&buffer[..read]),
                            Ok(0) | Err(_) => return,
                        }
                    }
                    let _ = stream.write_all(FOREIGN_RESPONSE).await;
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
