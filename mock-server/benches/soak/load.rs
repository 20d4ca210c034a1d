//! The load, as a process of its own that leaves the CPU to whoever else wants it: attackers have machines of their own.

use std::{
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, atomic::Ordering},
    thread,
    time::Duration,
};

use tokio::task::JoinSet;

use crate::{floods, hostile, pause, terminal};

/// The word that makes this program the load, before the address of the server.
pub(crate) const WORD: &str = "load";
/// Hostile connections at a time.
const HOSTILE: usize = 2_000;
/// How often it says what it has done.
const SAY: Duration = Duration::from_millis(200);

/// Loads a server for ever.
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

/// The process that does so. It ends with its handle.
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
                    *said.lock().unwrap_or_else(|error| error.into_inner()) = line;
                }
            });
        }
        Ok(Self { child, said })
    }

    /// Ends it; returns what it has done.
    pub(crate) fn end(self) -> String {
        let said = self.said.lock().unwrap_or_else(|error| error.into_inner());
        said.clone()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // It may have ended by itself, which is just as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
