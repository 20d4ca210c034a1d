//! The pages with the code of the recipes, and what other pages say of them.

use std::fmt::Write;

use contract_tests::{
    advice::{Language, Recipe, find, for_clients, for_servers},
    clients,
    provider::checks,
    traffic,
};

use super::GENERATED;
use crate::pages::held;

const CLIENTS_HEADER: &str = "\
# Code that follows the rules

`contract-tests explain ID --lang LANG` shows a rule with its code, where LANG is `python` (with requests), `httpx`, `javascript`, `csharp` or `rust`;
`--code` prints the code alone. Tests compile the Rust code, and parse that in Python and JavaScript. The C# code is for C# 8 and later; it is compiled
where a .NET SDK can be installed, and not in CI.
";

const SERVERS_HEADER: &str = "\
# Code that mends servers

`contract-tests explain ID --lang LANG` shows a check with its code, where LANG is `python`, `javascript`, `csharp` or `rust`; `--code` prints the code
alone. The code needs no framework: it shows the logic, for you to call from your own. It is tested like the [code for clients](advice.md).
";

/// How the code of a recipe mends what a check finds.
pub(super) fn fix(id: &str) -> String {
    let fix = find(id).and_then(|(_, advice)| advice.fix);
    fix.unwrap_or_default().to_owned()
}

/// A link to the code for a check or rule.
pub(super) fn link(id: &str) -> String {
    let (recipe, advice) = find(id).unwrap_or_else(|| panic!("{id} has no recipe"));
    let page = advice.fix.map_or("advice", |_| "server-advice");
    format!("[{}]({page}.md#{})", recipe.title, anchor(recipe.title))
}

/// The id of a heading, as mdBook makes it.
fn anchor(title: &str) -> String {
    let words = title.to_lowercase().replace(' ', "-");
    words.replace(|c: char| !c.is_alphanumeric() && c != '-', "")
}

/// The page of a rule or check, and the rule as a sentence.
fn rule(id: &str) -> (&'static str, &'static str) {
    let check = checks::find(id).map(|check| ("checks", check.rule));
    let rule = clients::find(id).map(|rule| ("rules", rule.rule));
    let traffic = traffic::find(id).map(|rule| ("rules", rule.rule));
    check
        .or(rule)
        .or(traffic)
        .unwrap_or_else(|| panic!("{id} does not exist"))
}

fn page(header: &str, recipes: &[Recipe], languages: &[(Language, &str, &str)]) -> String {
    let mut page = format!("{GENERATED}{header}");
    for recipe in recipes {
        write!(page, "\n## {}\n\n", recipe.title).unwrap();
        for advice in recipe.uses {
            let (file, sentence) = rule(advice.id);
            let id = advice.id;
            writeln!(
                page,
                "- [{id}]({file}.md#{}): {}",
                id.to_lowercase(),
                advice.fix.unwrap_or(sentence)
            )
            .unwrap();
        }
        for (language, fence, title) in languages {
            let code = recipe.code(*language);
            let is_known = *language == Language::Httpx && code == recipe.code(Language::Python);
            if !is_known {
                write!(page, "\n{title}:\n\n```{fence}\n{code}```\n").unwrap();
            }
        }
    }
    page
}

#[test]
fn page_of_code_for_clients_is_up_to_date() {
    let languages = [
        (Language::Python, "python", "Python, with requests"),
        (Language::Httpx, "python", "Python, with httpx"),
        (Language::Javascript, "javascript", "JavaScript, with fetch"),
        (Language::Csharp, "csharp", "C#, with HttpClient"),
        (Language::Rust, "rust", "Rust, with reqwest"),
    ];
    held(
        "reference/advice.md",
        &page(CLIENTS_HEADER, for_clients(), &languages),
    );
}

#[test]
fn page_of_code_for_servers_is_up_to_date() {
    let languages = [
        (Language::Python, "python", "Python"),
        (Language::Javascript, "javascript", "JavaScript"),
        (Language::Csharp, "csharp", "C#"),
        (Language::Rust, "rust", "Rust"),
    ];
    held(
        "reference/server-advice.md",
        &page(SERVERS_HEADER, for_servers(), &languages),
    );
}
