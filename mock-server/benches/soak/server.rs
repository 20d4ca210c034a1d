//! The server as a separate process: the binary that users run.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::Value;

use crate::{now, pause};

/// The interval at which its memory is measured.
const LOOK: Duration = Duration::from_millis(50);

/// A running server with the default settings. It is killed on drop.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mock-server"))
            .args(["--port", "0", "--ready-json"])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let ready: Value = serde_json::from_str(&line)?;
        let url = ready["url"].as_str().unwrap_or_default();
        let address = url.split('/').nth(2).unwrap_or_default();
        let address = address.parse().map_err(io::Error::other)?;
        Ok(Self { child, address })
    }

    /// Its resident memory in MiB.
    pub(crate) fn resident_mib(&self) -> io::Result<f64> {
        resident_mib(self.child.id())
    }

    /// Its peak memory until `over` is set, in MiB.
    pub(crate) fn watch_memory(
        &self,
        over: Arc<AtomicBool>,
    ) -> impl Future<Output = f64> + Send + use<> {
        let id = self.child.id();
        async move {
            let mut peak = 0.0_f64;
            while !over.load(Ordering::Relaxed) {
                peak = peak.max(resident_mib(id).unwrap_or_default());
                pause(LOOK).await;
            }
            peak
        }
    }

    /// Its memory in MiB, once that is at most `most`, or after `time`.
    pub(crate) async fn settled_mib(&self, most: f64, time: Duration) -> io::Result<f64> {
        let begun = now();
        loop {
            let resident = self.resident_mib()?;
            if resident <= most || begun.elapsed() > time {
                return Ok(resident);
            }
            pause(LOOK).await;
        }
    }
}

fn resident_mib(id: u32) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    let kib: f64 = number
        .unwrap_or_default()
        .parse()
        .map_err(io::Error::other)?;
    Ok(kib / 1024.0)
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
