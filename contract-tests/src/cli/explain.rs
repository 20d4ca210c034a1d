//! `contract-tests list`, `explain` and `schema`.

use clap::ValueEnum;
use contract_tests::{
    clients::{
        self,
        advice::{self, Language},
    },
    finding::ExitCode,
    provider::{
        check::Check,
        checks::{self, CHECKS},
    },
    traffic,
};
use schemas::Evidence;
use strum::VariantNames;

use super::{Failure, client, recording, say};

/// What writes a JSON report of its own form.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Reporting {
    /// `provider`, `client`, `har`, `journal` and `proxy`
    #[default]
    Judge,
    /// `twin`
    Twin,
}

/// A language that clients are written in.
pub(super) fn language(name: &str) -> Result<Language, String> {
    name.parse()
        .map_err(|_| format!("known are {}", Language::VARIANTS.join(", ")))
}

pub(super) fn list() {
    let lines: Vec<_> = CHECKS
        .iter()
        .map(|check| format!("{:<20}  {:<10}  {}\n", check.id, check.evidence, check.rule))
        .collect();
    say(&lines.concat());
    say(&client::list());
    say(&recording::list());
}

pub(super) fn explain(id: &str, language: Option<Language>) -> Result<ExitCode, Failure> {
    if let Some(rule) = traffic::find(id) {
        if language.is_some() {
            return Err(Failure::NoSnippet { id: rule.id });
        }
        say(&recording::card(rule));
        return Ok(ExitCode::Passed);
    }
    let card = match (checks::find(id), clients::find(id), language) {
        (Some(check), _, None) => card(check),
        (None, Some(rule), None) => client::card(rule),
        (None, Some(rule), Some(language)) => advice::snippet(rule, language)
            .ok_or(Failure::NoSnippet { id: rule.id })?
            .to_owned(),
        (Some(check), _, Some(_)) => return Err(Failure::NoSnippet { id: check.id }),
        (None, None, _) => return Err(Failure::UnknownCheck(id.to_owned())),
    };
    say(&card);
    Ok(ExitCode::Passed)
}

/// What `contract-tests explain` shows: the rule, and how well it is founded.
fn card(check: &Check) -> String {
    format!(
        "{}\n\n  rule      {}\n  evidence  {}: {}\n  source    {}\n",
        check.id,
        check.rule,
        check.evidence,
        match check.evidence {
            Evidence::Documented => "on the vendor's authentication page, the authority",
            Evidence::Guide => "on a sibling page of the same generation",
            Evidence::Assumed =>
                "ours, where the documents are silent; on a server that is no sandbox it only informs",
        },
        check.source,
    )
}
