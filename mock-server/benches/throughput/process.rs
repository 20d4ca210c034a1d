//! The sandbox as a separate process: the binary that users run.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::client::Connection;

/// A running sandbox, and a connection to it.
#[derive(Debug)]
pub(crate) struct Process<'client> {
    child: Running,
    client: &'client Runtime,
    connection: Connection,
}

impl<'client> Process<'client> {
    /// Starts the binary with its defaults, and connects to it.
    pub(crate) fn start(client: &'client Runtime) -> io::Result<Self> {
        let mut child = Running::start()?;
        let connection = client.block_on(Connection::open(child.address()?))?;
        Ok(Self {
            child,
            client,
            connection,
        })
    }

    /// Sends a request; its response must be a success.
    pub(crate) fn call(&mut self, request: &[u8]) -> io::Result<()> {
        self.client
            .block_on(self.connection.call(request))
            .map(drop)
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.unwrap_or_default().parse().map_err(io::Error::other)
    }
}

/// A process that ends with its handle.
#[derive(Debug)]
struct Running(Child);

impl Running {
    fn start() -> io::Result<Self> {
        Command::new(env!("CARGO_BIN_EXE_mock-server"))
            .args(["--port", "0", "--ready-json"])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
    }

    /// The address in the line that it prints when it is ready.
    fn address(&mut self) -> io::Result<SocketAddr> {
        let mut line = String::new();
        if let Some(output) = self.0.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let ready: Value = serde_json::from_str(&line)?;
        let url = ready["url"].as_str().unwrap_or_default();
        let address = url.split('/').nth(2).unwrap_or_default();
        address.parse().map_err(io::Error::other)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
