//! Looks at the id of the parent, and at the pipe at standard input.

use std::{io::stdin, os::unix::process::parent_id, time::Duration};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::cli::arguments::Parent;

/// The polling interval.
const EVERY: Duration = Duration::from_millis(200);

/// The parent process, if its end matters.
pub(in crate::cli::commands) struct Watched {
    parent: Option<u32>,
    /// Whether standard input was closed from the start, which says nothing about the parent.
    was_input_closed: bool,
}

impl From<Parent> for Watched {
    fn from(parent: Parent) -> Self {
        Self {
            parent: parent.pid.map(|pid| pid.unwrap_or_else(parent_id)),
            was_input_closed: is_input_closed(),
        }
    }
}

impl Watched {
    /// Completes when the parent has ended or has closed standard input; never, if its end does not matter.
    pub(in crate::cli::commands) async fn ended(self) {
        let Some(parent) = self.parent else {
            return std::future::pending().await;
        };
        while parent_id() == parent && (self.was_input_closed || !is_input_closed()) {
            pause().await;
        }
    }
}

/// Whether standard input is a pipe, a socket or a terminal that nobody can write to any more. Nothing is read.
fn is_input_closed() -> bool {
    let stdin = stdin();
    let mut input = [PollFd::new(&stdin, PollFlags::empty())];
    let polled = poll(&mut input, Some(&Timespec::default()));
    polled.is_ok() && input[0].revents().contains(PollFlags::HUP)
}

#[expect(
    clippy::disallowed_methods,
    reason = "processes end in real time, whatever an organization's clock says"
)]
async fn pause() {
    tokio::time::sleep(EVERY).await;
}
