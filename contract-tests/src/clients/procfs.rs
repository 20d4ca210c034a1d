//! Processes, as Linux shows them in `/proc`. Another system has none of these files, and nothing
//! is seen there.

use std::fs;

/// A process by its number.
pub(super) type Id = u32;

/// The processes that a process has started and that are still there.
pub(super) fn children(id: Id) -> Vec<Id> {
    let threads = fs::read_dir(format!("/proc/{id}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let mut children = Vec::new();
    for thread in threads {
        let text = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        children.extend(
            text.split_ascii_whitespace()
                .filter_map(|id| id.parse::<Id>().ok()),
        );
    }
    children
}

/// The command line of a process, each argument ended by a zero; empty, where it has ended.
pub(super) fn command_line(id: Id) -> Vec<u8> {
    fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default()
}
