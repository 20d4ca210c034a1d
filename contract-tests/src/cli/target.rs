//! The server that is judged, and how much may be done to it.

use std::{
    env,
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

/// Separates the keys of a flag or variable.
pub(super) const KEY_DELIMITER: char = ',';

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

/// Where the keys for a server come from, besides a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeySource<'a> {
    pub(super) flag: &'static str,
    /// The values of the flag, or of the variable if the flag is not given.
    pub(super) given: &'a [String],
    pub(super) variable: &'static str,
}

/// The keys of the flag, then those of the variable, then those of the file; the first key of each role.
pub(super) fn keys(source: KeySource<'_>, file: Option<&PathBuf>) -> Result<Vec<RoleKey>, String> {
    // clap replaces the variable by the flag, but a flag for one role says nothing about the others.
    let mut keys = parsed(source, variable(source).as_deref())?;
    if let Some(file) = file {
        keys.extend(read_keys(file).map_err(|error| error.to_string())?);
    }
    Ok(first_of_each_role(keys))
}

/// The keys of the flag, whatever the variable and the file say of their roles.
pub(super) fn keys_of_flag(source: KeySource<'_>) -> Result<Vec<RoleKey>, String> {
    let mut keys = parsed(source, variable(source).as_deref())?;
    keys.truncate(source.given.len());
    Ok(keys)
}

/// The value of the variable, unless it is empty.
fn variable(source: KeySource<'_>) -> Option<String> {
    let value = env::var_os(source.variable).filter(|value| !value.is_empty());
    value.map(|value| value.to_string_lossy().into_owned())
}

/// The keys of the flag and the variable. Keys are parsed here and not by clap, whose errors show the value.
fn parsed(source: KeySource<'_>, variable: Option<&str>) -> Result<Vec<RoleKey>, String> {
    let KeySource {
        flag,
        given,
        variable: name,
    } = source;
    let alone = match (variable, given) {
        (Some(value), _) => Some(value),
        (None, [value]) => Some(&**value),
        (None, _) => None,
    };
    let variable = variable
        .into_iter()
        .flat_map(|value| value.split(KEY_DELIMITER));
    let given = given.iter().map(String::as_str).chain(variable);
    let keys = given.map(str::parse).collect::<Result<_, _>>();
    let mut keys: Vec<RoleKey> =
        keys.map_err(|error: String| format!("{flag} (or {name}): {error}"))?;
    for key in &mut keys {
        // Commands that repeat a run have this variable for the flag, too.
        key.variable = (alone == Some(key.key.expose())).then_some(name);
    }
    Ok(keys)
}

fn first_of_each_role(keys: Vec<RoleKey>) -> Vec<RoleKey> {
    let mut first: Vec<RoleKey> = Vec::new();
    for key in keys {
        if first.iter().all(|known| known.role != key.role) {
            first.push(key);
        }
    }
    first
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
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    if url.query().is_some() || url.fragment().is_some() || has_credentials {
        return Err(problem(
            "a base URL has no query, fragment, user or password",
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use contract_tests::contract::KeyRole;

    use super::*;

    /// The variable of each key of a flag and a variable.
    fn variables(given: &[String], variable: Option<&str>) -> Vec<Option<&'static str>> {
        let source = KeySource {
            flag: "--key",
            given,
            variable: "OPENPROSPECT_API_KEY",
        };
        let keys = parsed(source, variable).unwrap();
        keys.iter().map(|known| known.variable).collect()
    }

    #[test]
    fn flag_replaces_only_the_same_role_of_the_variable() {
        let key = |number: u8| format!("lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo0{number}");
        let given = [format!("read_only={}", key(1))];
        let source = KeySource {
            flag: "--key",
            given: &given,
            variable: "OPENPROSPECT_API_KEY",
        };
        let variable = format!("{},read_only={},revoked={}", key(2), key(3), key(4));
        let keys = first_of_each_role(parsed(source, Some(&variable)).unwrap());
        let keys: Vec<_> = keys
            .iter()
            .map(|known| (known.role, known.key.expose()))
            .collect();
        assert_eq!(
            keys,
            [
                (KeyRole::ReadOnly, &*key(1)),
                (KeyRole::Full, &*key(2)),
                (KeyRole::Revoked, &*key(4)),
            ]
        );
        let name = Some("OPENPROSPECT_API_KEY");
        assert_eq!(variables(&given, Some(&key(2))), [None, name]);
        assert_eq!(variables(&[key(2)], None), [name]);
        let list = format!("{},read_only={}", key(2), key(3));
        assert_eq!(variables(&[], Some(&list)), [None, None]);
        let error = parsed(source, Some("lnc_test_short")).unwrap_err();
        assert!(
            error.starts_with("--key (or OPENPROSPECT_API_KEY): ") && !error.contains("short"),
            "{error}"
        );
    }

    #[test]
    fn validates_base_urls() {
        assert!(base_url("https://api.openprospect.io/api/v1").is_ok());
        for invalid in [
            "",
            "localhost:8000",
            "ftp://x/",
            "http://user@x/",
            "http://:password@x/",
            "http://x/?a=b",
            "http://x/#a",
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
