//! The book's pages on checks, rules and command lines: generated, and compared with what is committed.

mod advice;
mod exit_codes;
mod glossary;
mod headers;
mod json_schemas;
mod reports;

use std::{fmt::Write, fs, path::Path, process::Command};

use contract_tests::{
    clients::{RULES, traces},
    provider::checks::CHECKS,
    reference_client,
    selftest::{examples, mutants::TOPICS},
    traffic,
};
use schemas::source;

use crate::{examples::programs, pages::held};

/// The note above a page, which Markdown does not show.
const GENERATED: &str =
    "<!-- UPDATE=1 cargo test -p contract-tests --test it reference writes this page -->\n\n";

const CHECKS_HEADER: &str = "\
# Checks of servers

`contract-tests provider` runs these checks. Each is a rule of the contract. `contract-tests explain ID` prints an entry of this page, with `--lang` also
the [code that mends it](server-advice.md). *Proven by* lists the bugs that the check must catch, each in a server that is faithful otherwise
([how the judge is proven](../explanation/proof.md)). [Evidence](../explanation/evidence.md) decides whether a violation fails a run.

Each check has an example from a selftest: a request (`>`), the response (`<`) of the faithful server, and that of a server with the first of these
bugs. `…` stands for secrets, for times, and for parts that are left out: of long bodies, and of what both responses have in common. A variable stands
for each key, named for what the key may do. There is no good response where the faithful server does not get the same request.
";

const RULES_HEADER: &str = "\
# Rules for clients

`contract-tests client` judges a program by these rules. A violated MUST fails the run, a violated SHOULD is a warning, and a violated MAY a note;
`--strict` turns warnings into failures. A rule is judged only where something exercised it. `contract-tests explain ID` prints an entry of this page,
with `--lang` also the [code that follows it](advice.md). *Proven by* lists the bugs of clients that the rule must catch
([how the judge is proven](../explanation/proof.md)).

The good trace of a rule follows it, the bad one violates it; tests judge both by the rule. A line is a request, with its time and its response. Each
request to the API carries the key (`KEY`) unless its line says otherwise. `n = 1 to 5, each 2 s later` repeats a line with other values of `{n}`. Other
lines show what else the judge sees, such as how the program ends. For a rule that compares scenarios, `under NAME:` begins each of them.
";

const TRAFFIC_HEADER: &str = "
## Rules for traffic only

`contract-tests har`, `journal` and `proxy` judge by those of the rules above that traffic can exercise, by checks of single responses, and by these.
";

/// A rule, its properties, and the bugs that prove it.
fn entry(page: &mut String, id: &str, rule: &str, properties: &[(&str, String)]) {
    write!(page, "\n### {id}\n\n{rule}\n\n").unwrap();
    for (name, value) in properties.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(page, "- {name}: {value}").unwrap();
    }
}

/// The bugs with this check or rule, as a sentence part.
fn bugs<'a>(id: &str, all: impl Iterator<Item = (Option<&'a str>, &'a str)>) -> String {
    let bugs = all.filter(|(caught_by, _)| *caught_by == Some(id));
    let bugs: Vec<_> = bugs.map(|(_, bug)| format!("*{bug}*")).collect();
    bugs.join("; ")
}

fn server_bugs(id: &str) -> String {
    let all = TOPICS.iter().flat_map(|topic| topic.mutants);
    bugs(id, all.map(|mutant| (mutant.caught_by, mutant.bug)))
}

fn client_bugs(id: &str) -> String {
    let all = reference_client::mutants::MUTANTS.iter();
    bugs(id, all.map(|mutant| (Some(mutant.caught_by), mutant.bug)))
}

#[test]
fn page_of_checks_is_up_to_date() {
    let mut page = format!("{GENERATED}{CHECKS_HEADER}");
    for check in CHECKS {
        let evidence = if check.source == source::OURS {
            check.evidence.to_string()
        } else {
            format!("[{}]({})", check.evidence, check.source)
        };
        let properties = [
            ("Why", check.why.to_owned()),
            ("Evidence", evidence),
            ("Fix", advice::fix(check.id)),
            ("Code", advice::link(check.id)),
            ("Proven by", server_bugs(check.id)),
        ];
        entry(&mut page, check.id, check.rule, &properties);
        if let Some(example) = examples::find(check.id) {
            write!(page, "\n```text\n{example}\n```\n").unwrap();
        }
    }
    held("reference/checks.md", &page);
}

#[test]
fn page_of_rules_is_up_to_date() {
    let mut page = format!("{GENERATED}{RULES_HEADER}");
    for rule in RULES {
        let properties = [
            ("Why", rule.why.to_owned()),
            ("Source", rule.source.to_owned()),
            ("Exercised by", rule.exercised_by.to_owned()),
            ("Tolerance", rule.tolerance.to_owned()),
            ("Fix", rule.advice.to_owned()),
            ("Code", advice::link(rule.id)),
            ("Proven by", client_bugs(rule.id)),
        ];
        let sentence = format!("{}: {}", rule.level, rule.rule);
        entry(&mut page, rule.id, &sentence, &properties);
        if let Some(traces) = traces::find(rule) {
            write!(page, "\n```text\n{}```\n", traces.describe()).unwrap();
        }
    }
    page.push_str(TRAFFIC_HEADER);
    for rule in traffic::RULES {
        let properties = [
            ("Why", rule.why.to_owned()),
            ("Source", rule.source.to_owned()),
            ("Exercised by", rule.exercised_by.to_owned()),
            ("Tolerance", rule.tolerance.to_owned()),
            ("Fix", rule.advice.to_owned()),
            ("Code", advice::link(rule.id)),
        ];
        entry(
            &mut page,
            rule.id,
            &format!("MUST: {}", rule.rule),
            &properties,
        );
        write!(page, "\n```text\n{}```\n", rule.traces()).unwrap();
    }
    held("reference/rules.md", &page);
}

/// The help of a command and of its subcommands, each with its own heading.
fn help(page: &mut String, program: &str, words: &[&str]) {
    let output = Command::new(programs().join(program))
        .args(words)
        .arg("--help")
        .env_clear()
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let name = [&[program], words].concat().join(" ");
    write!(page, "\n## {name}\n\n```text\n{}\n```\n", text.trim_end()).unwrap();
    let commands = text.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    for line in commands.lines().take_while(|line| !line.is_empty()) {
        match line.split_whitespace().next() {
            Some("help") | None => {}
            Some(command) => help(page, program, &[words, &[command]].concat()),
        }
    }
}

/// The examples of commands that need neither a server nor files of yours.
fn cheap_examples(program: &str, commands: &[&str]) -> Vec<String> {
    let mut page = String::new();
    help(&mut page, program, &[]);
    let examples = page.lines().filter_map(|line| {
        let words = line.strip_prefix("  ")?.strip_prefix(program)?;
        let words = words.strip_prefix(' ')?;
        let is_cheap = commands.iter().any(|command| words.starts_with(command));
        is_cheap.then(|| words.to_owned())
    });
    examples.collect()
}

#[test]
fn examples_that_need_nothing_run() {
    let server = [
        "keys mint",
        "keys explain lnc_test_",
        "scenarios list",
        "scenarios show",
        "scenarios faults",
        "scenarios schema",
        "openapi",
        "schema",
        "docs",
    ];
    let judge = ["list", "schema", "explain", "docs", "selftest --list"];
    for (program, commands) in [("mock-server", &server[..]), ("contract-tests", &judge)] {
        let examples = cheap_examples(program, commands);
        for command in commands {
            let is_run = examples.iter().any(|words| words.starts_with(command));
            assert!(is_run, "{program} has no example of `{command}`");
        }
        for words in examples {
            let output = Command::new(programs().join(program))
                .args(words.split(' '))
                .env_clear()
                .output()
                .unwrap();
            assert!(output.status.success(), "{program} {words}: {output:?}");
            assert!(!output.stdout.is_empty(), "{program} {words}");
        }
    }
}

fn page_of_a_program_is_up_to_date(program: &str, about: &str) {
    let mut page =
        format!("{GENERATED}# {program}\n\n{about} This page is what `--help` prints.\n");
    help(&mut page, program, &[]);
    held(&format!("reference/{program}.md"), &page);
}

#[test]
fn page_of_the_server_is_up_to_date() {
    page_of_a_program_is_up_to_date(
        "mock-server",
        "Every flag of the server, with its variable. The [settings file](settings-file.md) has the same settings.",
    );
}

#[test]
fn page_of_the_judge_is_up_to_date() {
    page_of_a_program_is_up_to_date(
        "contract-tests",
        "Every command of the judge, with its flags and variables. See also [reports](reports.md) and [exit codes](exit-codes.md).",
    );
}

/// A file of the repository.
fn repository_file(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).unwrap()
}

/// The cells of the rows of a page's tables, from one heading to the next.
fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let tables = section.split("|---|\n").skip(1);
    let rows = tables.flat_map(|table| table.lines().take_while(|line| line.starts_with('|')));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}
