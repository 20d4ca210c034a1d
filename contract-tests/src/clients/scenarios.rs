//! The scenarios that programs run in: those of the shared catalog, `scenarios/files/`, which the sandbox bundles; those that
//! need more than a server; and your own, from files.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use mock_server::ScenarioSetting;
use parking_lot::Mutex;
use scenarios::library;

use super::sweep;

/// A scenario that programs run in.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name; the program gets it in `OPENPROSPECT_SCENARIO`.
    pub name: &'static str,
    /// What happens, as a sentence.
    pub summary: &'static str,
    /// The scenario for the sandbox; `None` for the control scenario.
    pub yaml: Option<&'static str>,
    /// The file it was read from; `None` if it is built in.
    pub file: Option<PathBuf>,
}

/// The control scenario, without faults: if a program fails in it, the other scenarios prove nothing.
pub const CONTROL: &str = "control";
/// The scenario in which a key is rotated.
pub(crate) const KEY_ROTATED: &str = "key-rotated";
/// The scenario whose address accepts no connections.
pub(crate) const CONNECT_HANGS: &str = "connect-hangs";
/// The scenario whose first response is longer than a client should read.
pub(crate) const ENDLESS_BODY: &str = "endless-body";

/// The length of that response.
pub const ENDLESS_MIB: u64 = 256;

/// The scenarios in which the judge itself acts, besides the sandbox.
static OWN: [Scenario; 3] = [
    built_in(CONTROL, "Nothing fails.", None),
    built_in(
        KEY_ROTATED,
        "At the second request, a new key is written to the key file; six seconds later, the old one is revoked.",
        Some(
            "name: key-rotated\nsummary: s\nrules: [{when: {nth: 2}, do: [{latency: {of: 500ms}}]}, \
             {when: {operation: [get_order], nth: 1-6, by: path}, do: [{json: {set: {/status: IN_PROGRESS}}}]}]",
        ),
    ),
    built_in(
        CONNECT_HANGS,
        "No connection to the API is ever established.",
        Some("name: connect-hangs\nsummary: s\nrules: [{do: [{reset: {after: 0}}]}]"),
    ),
];

/// The scenarios of the catalog that run by default. Each affects even a program that sends a single request, and has waits of
/// one or two seconds: programs sleep in real time.
#[rustfmt::skip]
const DEFAULT_NAMES: &[&str] = &[
    "revoked-at-start",
    "revoked-mid-run",
    "expired-mid-run",
    "missing-scope",
    "rate-limit-once",
    "rate-limit-twice",
    "rate-limit-forever",
    "rate-limit-long",
    "rate-limit-post",
    "rate-limit-date",
    "rate-limit-date-rfc850",
    "rate-limit-date-asctime",
    "rate-limit-no-header",
    "rate-limit-garbage",
    "rate-limit-negative",
    "rate-limit-decimal",
    "rate-limit-duplicate",
    "rate-limit-past",
    "rate-limit-huge",
    "rate-limit-hour",
    "unavailable-once",
    "unavailable-forever",
    "unavailable-hour",
    "internal-error",
    "internal-error-post",
    "success-500",
    "bad-gateway",
    "bad-gateway-post",
    "html-502",
    "html-503",
    "html-504",
    "teapot",
    "not-found",
    "invalid",
    "reset",
    "reset-post",
    "empty-reply",
    "cut-body",
    "truncated",
    "empty-200",
    "html-200",
    "error-200",
    "hang",
    "hang-post",
    "endless-body",
    "early-hints",
    "idle-close",
    "extra-fields",
    "unknown-enum",
    "redirect-host",
    "redirect-port",
    "redirect-loop",
    "quota-used-up",
    "gateway-timeout",
    "rate-limit-page",
    "page-refused",
    "some-orders-fail",
    "order-cancelled",
    "rate-limit-kept",
    "slow-drip",
    "says-close",
    "redirect-post",
    "see-other-post",
    "odd-id",
    "large-id",
    "optional-missing",
    "optional-null",
    "gzip",
    "rows-in-items",
    "scope-nested",
    "scope-in-details",
    "unauthorized-code",
    "rate-limit-code",
    "not-found-code",
    "invalid-400",
    "endless-pages",
    "last-page-empty",
    "next-elsewhere",
    "unavailable-each",
    "rate-limit-one-of-many",
    "outage",
];

/// All built-in scenarios; those that run by default come first.
static BUILT_IN: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    let by_default = DEFAULT_NAMES.iter().filter_map(|name| library::find(name));
    let others = library::all()
        .iter()
        .filter(|scenario| !DEFAULT_NAMES.contains(&&*scenario.name));
    let shipped = by_default.chain(others);
    let shipped = shipped.map(|scenario| {
        built_in(
            &scenario.name,
            &scenario.summary,
            library::text(&scenario.name),
        )
    });
    OWN.iter().cloned().chain(shipped).collect()
});

/// Every scenario that runs by default, after the control scenario.
pub static SCENARIOS: LazyLock<&'static [Scenario]> =
    LazyLock::new(|| &BUILT_IN[..OWN.len() + DEFAULT_NAMES.len()]);

/// The scenarios that run by default for programs that sign in by OAuth: faults of tokens, and a few faults of the API that may
/// be mistaken for them.
#[rustfmt::skip]
const OAUTH_NAMES: &[&str] = &[
    "token-expires-mid-run",
    "refresh-revoked",
    "refresh-rotated-reply-lost",
    "jwks-rotates",
    "authorization-server-down",
    "clock-skewed-token",
    "oauth-wrong-state",
    "oauth-wrong-issuer",
    "missing-scope",
    "rate-limit-once",
    "unavailable-once",
];

/// Every scenario that runs by default for programs that sign in by OAuth.
pub static OAUTH_SCENARIOS: LazyLock<Vec<&'static Scenario>> =
    LazyLock::new(|| OAUTH_NAMES.iter().filter_map(|name| find(name)).collect());

/// Every scenario that runs by default for either kind of program, each once.
pub fn by_default() -> impl Iterator<Item = &'static Scenario> {
    let others = OAUTH_SCENARIOS.iter().copied();
    let others = others.filter(|scenario| !DEFAULT_NAMES.contains(&scenario.name));
    SCENARIOS.iter().chain(others)
}

/// Minimum similarity of a name to be suggested.
const MIN_SIMILARITY: f64 = 0.8;

/// The scenarios that were read from files. Like the built-in ones, they live as long as the process.
static FROM_FILES: Mutex<Vec<&'static Scenario>> = Mutex::new(Vec::new());

const fn built_in(
    name: &'static str,
    summary: &'static str,
    yaml: Option<&'static str>,
) -> Scenario {
    Scenario {
        name,
        summary,
        yaml,
        file: None,
    }
}

impl Scenario {
    /// What it makes the sandbox do; `None` for the control scenario.
    pub(crate) fn parsed(&self) -> Option<scenarios::Scenario> {
        scenarios::parse(self.yaml?).ok()
    }

    /// Reads a scenario from a file. Names are unique: a built-in scenario keeps its name, and so does one from another file.
    pub fn read(file: &Path) -> Result<&'static Self, String> {
        let read = ScenarioSetting::read(file)?;
        if library::find(&read.name) == Some(&read) {
            return find(&read.name).ok_or_else(|| "it is not in the catalog".to_owned());
        }
        let text = serde_json::to_string(&read).map_err(|error| error.to_string())?;
        if let Some(known) = find(&read.name) {
            let same = known.file.as_deref() == Some(file) && known.yaml == Some(&text);
            let whose = known.file.as_ref().map_or_else(
                || "a built-in scenario with other content".to_owned(),
                |other| format!("the scenario in {}", other.display()),
            );
            return if same {
                Ok(known)
            } else {
                Err(format!(
                    "{}: `{}` is the name of {whose}; choose another name",
                    file.display(),
                    read.name
                ))
            };
        }
        let [name, summary, yaml] = [read.name, read.summary, text].map(|text| &*text.leak());
        let scenario = &*Box::leak(Box::new(Self {
            file: Some(file.to_owned()),
            ..built_in(name, summary, Some(yaml))
        }));
        FROM_FILES.lock().push(scenario);
        Ok(scenario)
    }
}

/// The scenario with this name: built in, of a sweep, or read from a file before.
pub fn find(name: &str) -> Option<&'static Scenario> {
    let from_files = || {
        let read = FROM_FILES.lock();
        read.iter().find(|scenario| scenario.name == name).copied()
    };
    let built_in = BUILT_IN.iter().find(|scenario| scenario.name == name);
    built_in.or_else(|| sweep::find(name)).or_else(from_files)
}

/// The scenario that `--scenario` refers to: by its name, or by its file.
pub fn named(argument: &str) -> Result<&'static Scenario, String> {
    if let Some(known) = find(argument) {
        return Ok(known);
    }
    let path = Path::new(argument);
    if path.exists() {
        return Scenario::read(path);
    }
    let similarity = |known: &&Scenario| strsim::jaro_winkler(known.name, argument);
    let nearest = BUILT_IN
        .iter()
        .max_by(|scenario, other| similarity(scenario).total_cmp(&similarity(other)));
    let hint = nearest
        .filter(|known| similarity(known) > MIN_SIMILARITY)
        .map_or_else(
            || "`mock-server scenarios list` lists all".to_owned(),
            |known| format!("did you mean `{}`?", known.name),
        );
    Err(format!("unknown scenario or file `{argument}`; {hint}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_scenarios_parse_and_have_unique_names() {
        let names: HashSet<_> = BUILT_IN.iter().map(|known| known.name).collect();
        assert_eq!(names.len(), BUILT_IN.len());
        assert_eq!(BUILT_IN.len(), OWN.len() + library::all().len());
        for scenario in BUILT_IN.iter() {
            let read = scenario.yaml.map(scenarios::parse).transpose();
            assert!(read.is_ok(), "{}: {}", scenario.name, read.unwrap_err());
            assert!(std::ptr::eq(find(scenario.name).unwrap(), scenario));
        }
    }

    #[test]
    fn all_scenarios_used_by_trials_exist() {
        for name in DEFAULT_NAMES.iter().chain(OAUTH_NAMES) {
            assert!(library::find(name).is_some(), "{name}");
        }
        assert_eq!(SCENARIOS[0].name, CONTROL);
        assert_eq!(
            SCENARIOS.last().unwrap().name,
            *DEFAULT_NAMES.last().unwrap()
        );
    }
}
