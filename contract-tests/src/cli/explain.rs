//! `contract-tests explain`.

use clap::Args;
use contract_tests::{
    advice::{self, Language, Use},
    clients,
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
    /// Also show code that mends what it finds, in python (for clients with requests), httpx, javascript, csharp or rust
    #[arg(long, value_parser = language)]
    lang: Option<Language>,
    /// Print only the code, for a file
    #[arg(long, requires = "lang")]
    code: bool,
}

fn language(name: &str) -> Result<Language, String> {
    let usual = match name {
        "typescript" | "ts" | "js" => "javascript",
        "c#" | "cs" => "csharp",
        other => other,
    };
    usual.parse().map_err(|_| {
        format!(
            "unknown language; use one of {}",
            Language::VARIANTS.join(", ")
        )
    })
}

pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let unknown = || Failure::UnknownCheck(args.id.clone());
    let check = checks::find(&args.id);
    let rule = clients::find(&args.id);
    let traffic_rule = traffic::find(&args.id);
    let found = check.map(|check| check.id).or(rule.map(|rule| rule.id));
    let id = found.or(traffic_rule.map(|rule| rule.id));
    let (recipe, advice) = advice::find(id.ok_or_else(unknown)?).ok_or_else(unknown)?;
    let code = args.lang.map(|language| recipe.code(language));
    if let (true, Some(code)) = (args.code, code) {
        print(code)?;
        return Ok(ExitCode::Passed);
    }
    let code = code.map_or_else(String::new, |code| indented(recipe.title, code));
    let text = match (check, rule, traffic_rule) {
        (Some(check), ..) => {
            server_check(check, advice) + &code + &example(check) + &server_proof(check)
        }
        (_, Some(rule), _) => client_rule(rule) + &code + &traces(rule) + &client_proof(rule),
        (.., Some(rule)) => self::traffic_rule(rule) + &code + "\n" + &rule.traces(),
        (None, None, None) => return Err(unknown()),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

/// Where the code is, for whoever has not asked for it.
const CODE: &str = "shown by --lang python, httpx, javascript, csharp or rust";
const CODE_FOR_SERVERS: &str = "shown by --lang python, javascript, csharp or rust";

/// A recipe below its title.
fn indented(title: &str, code: &str) -> String {
    let line = |line: &str| format!("    {line}\n").replace("    \n", "\n");
    format!(
        "\n  {title}\n\n{}",
        code.lines().map(line).collect::<String>()
    )
}

fn server_check(check: &Check, advice: &Use) -> String {
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
            ("fix", advice.fix.unwrap_or_default()),
            ("code", CODE_FOR_SERVERS),
        ],
    )
}

fn client_rule(rule: &clients::Rule) -> String {
    let sentence = format!("{}: {}", rule.level, rule.rule);
    let properties = [
        ("rule", &*sentence),
        ("why", rule.why),
        ("source", rule.source),
        ("exercised by", rule.exercised_by),
        ("tolerance", rule.tolerance),
        ("fix", rule.advice),
        ("code", CODE),
    ];
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
            ("code", CODE),
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
