//! The server that is judged, and how much may be done to it.

use std::{
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use contract_tests::{
    contract::{RoleKey, read_keys},
    http::{Notifier, RunLimits},
    report::Detail,
};
use url::Url;

/// How much may be done to a server that is not a sandbox.
#[derive(Args, Debug)]
pub(super) struct LimitArgs {
    /// Maximum number of requests to a server that is not a sandbox
    #[arg(long, env = "CONTRACT_TESTS_MAX_REQUESTS", value_name = "N", default_value_t = RunLimits::default().max_requests)]
    pub(super) max_requests: usize,
    /// Maximum number of seconds to wait for a quota of which only the reserve, a tenth, is left
    #[arg(long, env = "CONTRACT_TESTS_MAX_WAIT", value_name = "SECONDS", default_value_t = RunLimits::default().max_wait.as_secs())]
    pub(super) max_wait: u64,
    /// Also create and change resources on a server that is not a sandbox; created resources remain there
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_WRITES")]
    pub(super) allow_writes: bool,
    /// Also use up the quota of the key `limited` on a server that is not a sandbox
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_BURSTS")]
    pub(super) allow_bursts: bool,
}

impl LimitArgs {
    pub(super) fn run_limits(&self) -> RunLimits {
        RunLimits {
            max_requests: self.max_requests,
            max_wait: Duration::from_secs(self.max_wait),
        }
    }
}

/// Keys of the flag or variable, then those of the file. The first key of a role counts.
pub(super) fn keys(
    given: &[String],
    file: Option<&PathBuf>,
    flag: &str,
) -> Result<Vec<RoleKey>, String> {
    let given = given.iter().map(|key| key.parse());
    let mut keys: Vec<RoleKey> = given
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{flag}: {error}"))?;
    if let Some(file) = file {
        let read = read_keys(file).map_err(|error| error.to_string())?;
        keys.extend(read);
    }
    Ok(keys)
}

/// Prints notifications to standard error, such as that the run waits, unless only failures are shown.
pub(super) fn to_stderr(detail: Detail) -> Notifier {
    if detail == Detail::Quiet {
        return Notifier::default();
    }
    Notifier::new(|text| {
        let _ = writeln!(io::stderr(), "{text}");
    })
}

pub(crate) fn base_url(text: &str) -> Result<Url, String> {
    let problem =
        |reason: &str| format!("{reason}; expected a URL such as http://127.0.0.1:8000/api/v1");
    let url: Url = text
        .parse()
        .map_err(|error| problem(&format!("invalid URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(problem("the scheme must be http or https"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(problem("a base URL has no query, fragment or user"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validates_base_urls() {
        assert!(base_url("https://api.openprospect.io/api/v1").is_ok());
        for invalid in [
            "",
            "localhost:8000",
            "ftp://x/",
            "http://user@x/",
            "http://x/?a=b",
        ] {
            assert!(
                base_url(invalid)
                    .unwrap_err()
                    .ends_with("http://127.0.0.1:8000/api/v1"),
                "{invalid}"
            );
        }
    }
}
