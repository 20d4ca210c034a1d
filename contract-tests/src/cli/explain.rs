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
    selftest::{examples, mutants::TOPICS},
    traffic,
};
use schemas::{Evidence, source};
use strum::VariantNames;

use super::{Failure, print};

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
        print(&traffic_rule(rule))?;
        return Ok(ExitCode::Passed);
    }
    let text = match (checks::find(id), clients::find(id), language) {
        (Some(check), _, None) => server_check(check) + &example(check) + &server_proof(check),
        (None, Some(rule), None) => client_rule(rule) + &traces(rule) + &client_proof(rule),
        (None, Some(rule), Some(language)) => advice::snippet(rule, language)
            .ok_or(Failure::NoSnippet { id: rule.id })?
            .to_owned(),
        (Some(check), _, Some(_)) => return Err(Failure::NoSnippet { id: check.id }),
        (None, None, _) => return Err(Failure::UnknownCheck(id.to_owned())),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

fn server_check(check: &Check) -> String {
    let evidence = match check.evidence {
        Evidence::Documented => "on the vendor's authentication page, which is authoritative",
        Evidence::Guide => "on another page of the same generation",
        Evidence::Assumed if check.source == source::OURS => {
            "our assumption, since the documents are silent; on a server that is not a sandbox it is only reported, except for \
             what the rule says is documented"
        }
        Evidence::Assumed => {
            "our assumption, after a standard or another generation of the vendor's pages (source), which does not bind a \
             server; on one that is not a sandbox it is only reported"
        }
    };
    card(
        check.id,
        &[
            ("rule", check.rule),
            ("why", check.why),
            ("evidence", &format!("{}: {evidence}", check.evidence)),
            ("source", check.source),
        ],
    )
}

fn client_rule(rule: &clients::Rule) -> String {
    let sentence = format!("{}: {}", rule.level, rule.rule);
    let mut properties = vec![
        ("rule", &*sentence),
        ("why", rule.why),
        ("source", rule.source),
        ("exercised by", rule.exercised_by),
        ("tolerance", rule.tolerance),
        ("fix", rule.advice),
    ];
    if advice::snippet(rule, Language::Python).is_some() {
        let code = "printed by --lang python, httpx, javascript, csharp or rust";
        properties.push(("code", code));
    }
    card(rule.id, &properties)
}

fn traffic_rule(rule: &traffic::Rule) -> String {
    card(
        rule.id,
        &[
            ("rule", &format!("MUST: {}", rule.rule)),
            ("why", rule.why),
            ("source", rule.source),
            ("exercised by", rule.exercised_by),
            ("tolerance", rule.tolerance),
            ("fix", rule.advice),
        ],
    )
}

/// An id and its properties, one a line.
fn card(id: &str, properties: &[(&str, &str)]) -> String {
    let width = properties.iter().map(|(name, _)| name.len()).max();
    let width = width.unwrap_or_default();
    let lines = properties
        .iter()
        .map(|(name, value)| format!("  {name:<width$}  {value}\n"));
    format!("{id}\n\n{}", lines.collect::<String>())
}

/// What clients do that follow the rule and that violate it.
fn traces(rule: &clients::Rule) -> String {
    let traces = clients::traces::find(rule);
    traces.map_or_else(String::new, |traces| format!("\n{}", traces.describe()))
}

/// An exchange in which it finds a bug, and the same exchange with the faithful server.
fn example(check: &Check) -> String {
    examples::find(check.id).map_or_else(String::new, |example| format!("\n{example}\n"))
}

/// The servers with a bug that it must catch, and how to see what it finds on one of them.
fn server_proof(check: &Check) -> String {
    let all = TOPICS.iter().flat_map(|topic| topic.mutants);
    let caught = all.filter(|mutant| mutant.caught_by == Some(check.id));
    let caught: Vec<_> = caught.collect();
    let bugs = proof("servers", caught.iter().map(|mutant| mutant.bug));
    let first = caught.first().map_or_else(String::new, |mutant| {
        let name = mutant.name();
        format!("\n  shown by\n    contract-tests selftest --mutant {name}\n")
    });
    bugs + &first
}

fn client_proof(rule: &clients::Rule) -> String {
    let caught = MUTANTS.iter().filter(|mutant| mutant.caught_by == rule.id);
    proof("clients", caught.map(|mutant| mutant.bug))
}

/// The bugs that it must catch.
fn proof(of: &str, bugs: impl Iterator<Item = &'static str>) -> String {
    let bugs = bugs.map(|bug| format!("    {bug}\n"));
    format!(
        "\n  proven by {of} with these bugs\n{}",
        bugs.collect::<String>()
    )
}
