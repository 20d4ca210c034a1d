//! The load, as a separate process with low CPU priority: real attackers have their own machines.

use std::{
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::{
    floods::{self, FloodFigures, Floods},
    hostile, pause, terminal,
};

/// The arguments that make this program the load, of all kinds or only of faults; the address of the server follows.
pub(crate) const ALL: &str = "load";
pub(crate) const FAULTS: &str = "faults";
/// Number of concurrent hostile connections.
pub(crate) const HOSTILE: usize = 2_000;
/// The interval at which it prints what it has done.
const SAY: Duration = Duration::from_millis(200);

/// What the load has done.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct LoadFigures {
    /// Number of hostile connections that were opened.
    pub(crate) opened: u64,
    pub(crate) floods: Vec<FloodFigures>,
}

/// Loads a server forever.
pub(crate) async fn run(word: &str, address: SocketAddr) {
    let mut load = JoinSet::new();
    let has_all = word == ALL;
    let kinds = if has_all { hostile::ALL } else { hostile::HELD };
    let opened = hostile::open(&mut load, address, HOSTILE, kinds);
    let floods = has_all.then(|| floods::start(&mut load, address));
    loop {
        pause(SAY).await;
        let figures = LoadFigures {
            opened: opened.load(Ordering::Relaxed),
            floods: floods.as_ref().map(Floods::figures).unwrap_or_default(),
        };
        let line = serde_json::to_string(&figures).unwrap_or_default();
        terminal(format_args!("{line}"));
    }
}

/// The process that loads a server. It is killed on drop.
pub(crate) struct Load {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Load {
    pub(crate) fn start(word: &str, address: SocketAddr) -> io::Result<Self> {
        let mut child = Command::new("nice")
            .args(["-n", "19"])
            .arg(std::env::current_exe()?)
            .args([word, &address.to_string()])
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
    pub(crate) fn end(self) -> LoadFigures {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::from_str(&said).unwrap_or_default()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
