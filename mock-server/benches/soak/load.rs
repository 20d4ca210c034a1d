//! The load, as a separate process with low CPU priority: real attackers have their own machines.

use std::{
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread,
    time::Duration,
};

use tokio::task::JoinSet;

use crate::{floods, hostile, pause, terminal};

/// The argument that makes this program the load; the address of the server follows.
pub(crate) const WORD: &str = "load";
/// Number of concurrent hostile connections.
const HOSTILE: usize = 2_000;
/// The interval at which it prints what it has done.
const SAY: Duration = Duration::from_millis(200);

/// Loads a server forever.
pub(crate) async fn run(address: SocketAddr) {
    let mut load = JoinSet::new();
    let opened = hostile::open(&mut load, address, HOSTILE);
    let floods = floods::start(&mut load, address);
    loop {
        pause(SAY).await;
        let opened = opened.load(Ordering::Relaxed);
        terminal(format_args!("{opened} hostile connections, {floods}"));
    }
}

/// The process that loads a server. It is killed on drop.
pub(crate) struct Load {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Load {
    pub(crate) fn start(address: SocketAddr) -> io::Result<Self> {
        let mut child = Command::new("nice")
            .args(["-n", "19"])
            .arg(std::env::current_exe()?)
            .args([WORD, &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = Arc::new(Mutex::new(String::new()));
        if let Some(output) = child.stdout.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    *said.lock().unwrap_or_else(PoisonError::into_inner) = line;
                }
            });
        }
        Ok(Self { child, said })
    }

    /// Ends it; returns what it has done.
    pub(crate) fn end(self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.clone()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
