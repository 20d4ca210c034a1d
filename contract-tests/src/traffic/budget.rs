//! The memory of a proxy, in MiB.
//!
//! Each part has a limit of its own, which counts more than its data take: maps and lists that grow, and copies. What is beyond
//! a limit is refused, forwarded without being judged, or left out, and the report says so.

/// Maximum for the whole proxy.
pub(super) const TOTAL: usize = 512;

/// The program with the contract, its findings and its report, whose number and length are limited.
const PROGRAM: usize = 64;
/// Judging an exchange, one at a time: decompressing a body, copies of it, its values, and differences from the contract.
const JUDGING: usize = 104;
/// What connections have received and must still send, beyond what their open requests take.
pub(super) const CONNECTIONS: usize = 40;
/// Heads of requests over HTTP/2 that have been decoded, but not yet counted as open requests.
pub(super) const NEW_HEADS: usize = 20;
/// Connections that are refused because there are too many.
pub(super) const REFUSALS: usize = 1;
/// The heads of open requests and of their responses, and over HTTP/2 trailers and the parts of bodies that wait to be sent.
pub(super) const OPEN_REQUESTS: usize = 55;
/// Heads of responses over HTTP/2 that have been decoded, but not yet counted with their requests.
pub(super) const NEW_RESPONSES: usize = 44;
/// Bodies that are judged once they have passed.
pub(super) const BODIES: usize = 48;
/// What else is kept of exchanges that wait for the judge.
pub(super) const WAITING: usize = 16;
/// What the rules about repeated requests compare.
pub(super) const REPEATED_REQUESTS: usize = 64;
/// The URLs to search for keys.
pub(super) const URLS: usize = 24;
/// What hides keys in the report.
pub(super) const KEYS: usize = 32;

const _: () = assert!(
    PROGRAM
        + JUDGING
        + CONNECTIONS
        + NEW_HEADS
        + OPEN_REQUESTS
        + NEW_RESPONSES
        + REFUSALS
        + BODIES
        + WAITING
        + REPEATED_REQUESTS
        + URLS
        + KEYS
        <= TOTAL,
    "the parts take more than the whole"
);

#[cfg(test)]
mod tests {
    use docs::generated::assert_says;

    use super::*;

    #[test]
    fn book_has_the_limits() {
        for limit in [
            format!("The proxy uses at most {TOTAL} MiB of memory."),
            format!("{BODIES} MiB that the proxy keeps at a time;"),
            format!("more than {WAITING} MiB wait for the judge besides their bodies,"),
            format!("while open requests take {OPEN_REQUESTS} MiB:"),
            format!(
                "keep at most {REPEATED_REQUESTS} MiB of requests, and the search for keys at most {URLS} MiB of URLs."
            ),
        ] {
            assert_says("how-to/judge-traffic.md", &limit);
        }
    }
}
