//! `contract-tests explain`.

use clap::Args;
use contract_tests::{
    clients::{
        self,
        advice::{self, Language},
    },
    finding::ExitCode,
    provider::{check::Check, checks},
    reference_client::mutants::MUTANTS,
    selftest::mutants::TOPICS,
    traffic,
};
use schemas::Evidence;
use strum::VariantNames;

use super::{Failure, client, print, recording};

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// Check or rule, such as PRV-401-SAME
    id: String,
    /// Show code that follows a rule of clients, in python (with requests), httpx, javascript, csharp or rust
    #[arg(long, value_parser = language)]
    lang: Option<Language>,
}

fn language(name: &str) -> Result<Language, String> {
    name.parse().map_err(|_| {
        format!(
            "unknown language; use one of {}",
            Language::VARIANTS.join(", ")
        )
    })
}

pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let (id, language) = (args.id.as_str(), args.lang);
    if let Some(rule) = traffic::find(id) {
        if language.is_some() {
            return Err(Failure::NoSnippet { id: rule.id });
        }
        print(&recording::describe(rule))?;
        return Ok(ExitCode::Passed);
    }
    let text = match (checks::find(id), clients::find(id), language) {
        (Some(check), _, None) => describe(check) + &proof("servers", &server_bugs(check)),
        (None, Some(rule), None) => {
            client::describe(rule) + &traces(rule) + &proof("clients", &client_bugs(rule))
        }
        (None, Some(rule), Some(language)) => advice::snippet(rule, language)
            .ok_or(Failure::NoSnippet { id: rule.id })?
            .to_owned(),
        (Some(check), _, Some(_)) => return Err(Failure::NoSnippet { id: check.id }),
        (None, None, _) => return Err(Failure::UnknownCheck(id.to_owned())),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

/// What clients do that follow the rule and that violate it.
fn traces(rule: &clients::Rule) -> String {
    let traces = clients::traces::find(rule);
    traces.map_or_else(String::new, |traces| format!("\n{}", traces.describe()))
}

/// The bugs that it must catch, as `selftest` names them.
fn proof(of: &str, bugs: &[&str]) -> String {
    let bugs = bugs.iter().map(|bug| format!("    {bug}\n"));
    format!(
        "\n  proven by {of} with these bugs\n{}",
        bugs.collect::<String>()
    )
}

fn server_bugs(check: &Check) -> Vec<&'static str> {
    let all = TOPICS.iter().flat_map(|topic| topic.mutants);
    let caught = all.filter(|mutant| mutant.caught_by == Some(check.id));
    caught.map(|mutant| mutant.bug).collect()
}

fn client_bugs(rule: &clients::Rule) -> Vec<&'static str> {
    let caught = MUTANTS.iter().filter(|mutant| mutant.caught_by == rule.id);
    caught.map(|mutant| mutant.bug).collect()
}

/// The rule, its evidence and its source.
fn describe(check: &Check) -> String {
    format!(
        "{}\n\n  rule      {}\n  evidence  {}: {}\n  source    {}\n",
        check.id,
        check.rule,
        check.evidence,
        match check.evidence {
            Evidence::Documented => "on the vendor's authentication page, which is authoritative",
            Evidence::Guide => "on another page of the same generation",
            Evidence::Assumed =>
                "our assumption, since the documents are silent; on a server that is not a sandbox it is only reported",
        },
        check.source,
    )
}
