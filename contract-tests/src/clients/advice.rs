//! How to follow rules, as code in the languages that clients are written in.

use strum::{Display, EnumString, VariantNames};

use super::Rule;

/// A language that clients are written in, with a library.
#[derive(Clone, Copy, Debug, Display, EnumString, Eq, PartialEq, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    /// Python, with requests.
    Python,
    /// Python, with httpx.
    Httpx,
    /// JavaScript, with fetch.
    Javascript,
    /// C#, with `HttpClient`.
    Csharp,
    /// Rust, with reqwest.
    Rust,
}

/// Code that shows how to follow some rules.
struct Advice {
    rules: &'static [&'static str],
    python: &'static str,
    httpx: &'static str,
    javascript: &'static str,
    csharp: &'static str,
    rust: &'static str,
}

/// The code in the files with this name, one for each language. What needs no library is the same for both of Python.
macro_rules! advice {
    ($name:literal for $($rule:literal),+) => {
        advice!(in "httpx", $name for $($rule),+)
    };
    ($name:literal without a library for $($rule:literal),+) => {
        advice!(in "python", $name for $($rule),+)
    };
    (in $httpx:literal, $name:literal for $($rule:literal),+) => {
        Advice {
            rules: &[$($rule),+],
            python: include_str!(concat!("advice/python/", $name, ".py")),
            httpx: include_str!(concat!("advice/", $httpx, "/", $name, ".py")),
            javascript: include_str!(concat!("advice/javascript/", $name, ".mjs")),
            csharp: include_str!(concat!("advice/csharp/", $name, ".cs")),
            rust: include_str!(concat!("advice/rust/", $name, ".rs")),
        }
    };
}

/// The rules that have code.
#[rustfmt::skip]
static ADVICE: &[Advice] = &[
    advice!("retries" for "CLI-RETRY-1", "CLI-RETRY-2", "CLI-RETRY-6", "CLI-RETRY-7", "CLI-RETRY-9", "CLI-RETRY-10", "CLI-RETRY-13"),
    advice!("pace" without a library for "CLI-RETRY-8", "CLI-RETRY-14", "CLI-RETRY-15"),
    advice!("links" without a library for "CLI-PAGE-4"),
    advice!("redirects" for "CLI-AUTH-4", "CLI-AUTH-5", "CLI-HTTP-6"),
    advice!("time_outs" for "CLI-TIME-1", "CLI-TIME-2", "CLI-TIME-3"),
    advice!("sizes" for "CLI-TIME-5"),
    advice!("keys" for "CLI-AUTH-10"),
    advice!("paths" without a library for "CLI-HTTP-9"),
    advice!("sessions" for "CLI-OAUTH-1", "CLI-OAUTH-2", "CLI-OAUTH-3", "CLI-OAUTH-5", "CLI-OAUTH-12"),
    advice!("sign_in" for "CLI-OAUTH-6", "CLI-OAUTH-7", "CLI-OAUTH-8", "CLI-OAUTH-9", "CLI-OAUTH-13"),
];

/// How to follow a rule in a language, for rules that have code.
pub fn snippet(rule: &Rule, language: Language) -> Option<&'static str> {
    let advice = ADVICE
        .iter()
        .find(|advice| advice.rules.contains(&rule.id))?;
    Some(match language {
        Language::Python => advice.python,
        Language::Httpx => advice.httpx,
        Language::Javascript => advice.javascript,
        Language::Csharp => advice.csharp,
        Language::Rust => advice.rust,
    })
}

/// The ids of the rules that have code.
pub fn rules() -> impl Iterator<Item = &'static str> {
    ADVICE.iter().flat_map(|advice| advice.rules).copied()
}
