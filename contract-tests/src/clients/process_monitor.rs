//! Monitors a program besides its requests: the processes it starts, its memory, and its connection attempts. It is sampled
//! repeatedly while it runs. Only conclusions are stored, never a command line.

use std::{
    collections::HashSet,
    ffi::OsString,
    hash::{BuildHasher, RandomState},
    net::SocketAddrV4,
    time::Duration,
};

use super::{
    process::{ProgramEnv, expand_placeholders},
    procfs::{self, Id},
    rules::holds,
    trial::pause,
};
use crate::http::Stopwatch;

/// Sampling intervals: for the first second, in which short-lived programs do most of their work, and later.
const EARLY_INTERVAL: Duration = Duration::from_millis(20);
const INTERVAL: Duration = Duration::from_millis(50);
const EARLY_PHASE: Duration = Duration::from_secs(1);
/// Maximum number of processes in each sample.
const MAX_PROCESSES: usize = 256;
/// Maximum number of command lines remembered as searched.
const MAX_SEARCHED: usize = 10_000;
/// Maximum number of recorded connection attempts.
const MAX_ATTEMPTS: usize = 1_000;

/// Observations of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observations {
    /// The processes that it started.
    pub started: StartedPrograms,
    /// The peak memory of any of its processes in bytes; only if it is monitored.
    pub memory: Option<u64>,
    /// Its attempts to connect to an address that accepts no connections.
    pub attempts: Vec<ConnectAttempt>,
}

/// A connection attempt.
#[derive(Clone, Debug)]
pub(crate) struct ConnectAttempt {
    /// Its local port.
    port: u16,
    /// When it was first seen.
    pub begun: Duration,
    /// When it was last seen.
    pub last: Duration,
    /// Whether it was still in progress in the last sample.
    pub open: bool,
}

impl ConnectAttempt {
    /// An attempt, for the tests of rules.
    #[cfg(test)]
    pub(crate) fn seen(begun: Duration, last: Duration, open: bool) -> Self {
        Self {
            port: 0,
            begun,
            last,
            open,
        }
    }

    /// The time from the first to the last sample that showed it.
    pub(crate) fn took(&self) -> Duration {
        self.last.saturating_sub(self.begun)
    }
}

/// The processes that a program started, judged by their command lines.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum StartedPrograms {
    /// None was seen.
    #[default]
    Nothing,
    /// None had a key in its arguments.
    WithoutKey,
    /// A process of this name had the key, or a part of it, in an argument.
    WithKey(String),
}

/// Monitors a program.
#[derive(Debug)]
pub(crate) struct ProcessMonitor {
    program: Option<Id>,
    keys: Vec<String>,
    /// The arguments that contain the key because the command line puts it there.
    own_arguments: Vec<Vec<u8>>,
    /// Hashes of the command lines already searched.
    known: HashSet<u64>,
    hasher: RandomState,
    /// Runs since the start of the trial.
    watch: Stopwatch,
    /// The address that accepts no connections, if there is one.
    hanging: Option<SocketAddrV4>,
    /// Its memory limit in bytes, if memory is monitored.
    memory: Option<u64>,
    observations: Observations,
}

impl ProcessMonitor {
    /// A monitor for a program that was started by this command.
    pub(crate) fn new(
        program: Option<Id>,
        command: &[OsString],
        env: &ProgramEnv<'_>,
        watch: Stopwatch,
    ) -> Self {
        let arguments = command
            .iter()
            .map(|argument| expand_placeholders(argument, env));
        let arguments = arguments.map(|argument| argument.as_encoded_bytes().to_vec());
        Self {
            program,
            keys: vec![env.credential.secret().to_owned()],
            own_arguments: arguments
                .filter(|one| holds(one, env.credential.secret()))
                .collect(),
            known: HashSet::new(),
            hasher: RandomState::new(),
            watch,
            hanging: None,
            memory: None,
            observations: Observations::default(),
        }
    }

    /// Also monitors attempts to connect to an address, and memory up to a limit in bytes.
    pub(crate) fn watch_for(&mut self, hanging: Option<SocketAddrV4>, memory: Option<u64>) {
        (self.hanging, self.memory) = (hanging, memory);
    }

    /// Also searches for another key.
    pub(crate) fn add_key(&mut self, key: &str) {
        self.keys.push(key.to_owned());
    }

    /// Samples until the memory limit is exceeded.
    pub(crate) async fn watch(&mut self) {
        loop {
            self.sample();
            let memory = self.memory.zip(self.observations.memory);
            if memory.is_some_and(|(max, now)| now > max) {
                return;
            }
            let begins = self.watch.elapsed() < EARLY_PHASE;
            pause(if begins { EARLY_INTERVAL } else { INTERVAL }).await;
        }
    }

    /// The observations so far.
    pub(crate) fn observations(self) -> Observations {
        self.observations
    }

    /// Takes one sample.
    pub(crate) fn sample(&mut self) {
        if let Some(hanging) = self.hanging {
            let ports = procfs::connecting(hanging);
            self.record_attempts(&ports, self.watch.elapsed());
        }
        let mut pending: Vec<(Id, Option<u64>)> =
            self.program.map(|id| (id, None)).into_iter().collect();
        let mut visited = 0;
        while let Some((id, parent)) = pending.pop() {
            let line = procfs::command_line(id);
            let hash = self.hasher.hash_one(&line);
            // A forked process has its parent's command line until it executes another program.
            if !line.is_empty() && parent.is_some_and(|parent| parent != hash) {
                self.search(&line, hash);
            }
            if self.memory.is_some() {
                self.observations.memory = self.observations.memory.max(procfs::peak(id));
            }
            visited += 1;
            if visited < MAX_PROCESSES {
                let children = procfs::children(id).into_iter();
                pending.extend(children.map(|child| (child, Some(hash))));
            }
        }
    }

    /// Records the connection attempts in progress.
    fn record_attempts(&mut self, ports: &[u16], now: Duration) {
        for port in ports {
            let mut iter_mut = self.observations.attempts.iter_mut();
            if let Some(attempt) = iter_mut.find(|one| one.open && one.port == *port) {
                attempt.last = now;
            } else if self.observations.attempts.len() < MAX_ATTEMPTS {
                self.observations.attempts.push(ConnectAttempt {
                    port: *port,
                    begun: now,
                    last: now,
                    open: true,
                });
            }
        }
        for attempt in &mut self.observations.attempts {
            attempt.open &= ports.contains(&attempt.port);
        }
    }

    /// Searches the command line of a started process once.
    fn search(&mut self, line: &[u8], hash: u64) {
        let found = matches!(self.observations.started, StartedPrograms::WithKey(_));
        if found || self.known.len() >= MAX_SEARCHED || !self.known.insert(hash) {
            return;
        }
        let mut arguments = line.split(|byte| *byte == 0);
        let name = arguments.clone().next().unwrap_or_default();
        let leaks = arguments.any(|argument| self.holds(argument) && !self.is_ours(argument));
        self.observations.started = if leaks {
            let name = String::from_utf8_lossy(name).into_owned();
            let name = name.rsplit('/').next().unwrap_or_default();
            StartedPrograms::WithKey(name.to_owned())
        } else {
            StartedPrograms::WithoutKey
        };
    }

    fn holds(&self, argument: &[u8]) -> bool {
        self.keys.iter().any(|key| holds(argument, key))
    }

    /// Whether the command line itself put the key into this argument, or into one that a shell split it off from.
    fn is_ours(&self, argument: &[u8]) -> bool {
        let mut own_arguments = self.own_arguments.iter();
        own_arguments.any(|own| memchr::memmem::find(own, argument).is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{super::credential::Credential, *};

    const KEY: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6demo01";

    /// The result for these command lines of processes started by this command.
    fn started(command: &[&str], lines: &[&[&str]]) -> StartedPrograms {
        let command: Vec<_> = command.iter().map(OsString::from).collect();
        let credential = Credential::Key(KEY.to_owned());
        let env = ProgramEnv {
            base_url: "http://127.0.0.1:1/api/v1",
            credential: &credential,
            key_file: Some(Path::new("/the/file")),
            scenario: "none",
        };
        let mut monitor = ProcessMonitor::new(None, &command, &env, Stopwatch::start());
        for (hash, line) in (0..).zip(lines) {
            monitor.search(line.join("\0").as_bytes(), hash);
        }
        monitor.observations().started
    }

    #[test]
    fn finds_keys_in_arguments_of_started_programs() {
        let header = format!("Authorization: Bearer {KEY}");
        let curl = ["/usr/bin/curl", "-H", &header];
        let found = StartedPrograms::WithKey("curl".to_owned());
        assert_eq!(started(&["sh", "job.sh"], &[]), StartedPrograms::Nothing);
        assert_eq!(
            started(&["sh", "job.sh"], &[&["sleep", "1"]]),
            StartedPrograms::WithoutKey
        );
        assert_eq!(
            started(
                &["sh", "job.sh"],
                &[&["sleep", "1"], &curl, &["sleep", "2"]]
            ),
            found
        );
        assert_eq!(started(&["job", "{api_key}"], &[&curl]), found);
    }

    #[test]
    fn connection_attempt_ends_when_it_is_no_longer_pending() {
        let credential = Credential::Key(KEY.to_owned());
        let env = ProgramEnv {
            base_url: "",
            credential: &credential,
            key_file: Some(Path::new("/the/file")),
            scenario: "none",
        };
        let mut monitor = ProcessMonitor::new(None, &[], &env, Stopwatch::start());
        let looks: [(u64, &[u16]); 4] = [(1, &[7]), (2, &[7, 8]), (3, &[8]), (4, &[7])];
        for (second, ports) in looks {
            monitor.record_attempts(ports, Duration::from_secs(second));
        }
        let observations = monitor.observations().attempts;
        let observations: Vec<_> = observations
            .iter()
            .map(|attempt| (attempt.port, attempt.took().as_secs(), attempt.open))
            .collect();
        assert_eq!(observations, [(7, 1, false), (8, 1, false), (7, 0, true)]);
    }

    #[test]
    fn ignores_keys_in_arguments_that_the_judge_passed() {
        assert_eq!(
            started(&["env", "job", "{api_key}"], &[&["job", KEY]]),
            StartedPrograms::WithoutKey
        );
        let script =
            r#"curl -H "Authorization: Bearer {api_key}" $OPENPROSPECT_API_URL/orders; true"#;
        let header = format!("Authorization: Bearer {KEY}");
        let curl = ["curl", "-H", &header, "http://127.0.0.1:1/api/v1/orders"];
        assert_eq!(
            started(&["sh", "-c", script], &[&curl]),
            StartedPrograms::WithoutKey
        );
    }
}
