//! The code that `explain --lang` shows: it is there for every check and rule, it is valid, and the Rust code is compiled here.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    process::Command,
};

use contract_tests::{
    advice::{Language, Recipe, find, for_clients, for_servers},
    clients,
    provider::checks::CHECKS,
    traffic,
};
use strum::VariantArray;

use crate::examples::programs;

#[expect(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "it is shown, and not used; a client lives in the real time, and prints what failed"
)]
#[path = "../../src/advice/client/rust/mod.rs"]
mod for_clients_in_rust;
#[expect(
    dead_code,
    unreachable_pub,
    clippy::struct_field_names,
    reason = "it is shown, and not used; the contract names the fields"
)]
#[path = "../../src/advice/server/rust/mod.rs"]
mod for_servers_in_rust;

/// The files of a language, such as `client/python`.
fn files(language: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/advice");
    let files = folder.join(language).read_dir().unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

/// Every recipe.
fn recipes() -> impl Iterator<Item = &'static Recipe> {
    for_clients().iter().chain(for_servers())
}

/// The ids of everything that can be explained.
fn explained() -> Vec<&'static str> {
    let checks = CHECKS.iter().map(|check| check.id);
    let rules = clients::RULES.iter().map(|rule| rule.id);
    checks
        .chain(rules)
        .chain(traffic::RULES.iter().map(|rule| rule.id))
        .collect()
}

#[test]
fn every_check_and_rule_has_one_recipe() {
    let explained = explained();
    let missing: Vec<_> = explained.iter().filter(|id| find(id).is_none()).collect();
    assert!(
        missing.is_empty(),
        "no recipe in src/advice/clients.rs or servers/ for {missing:?}"
    );
    let mut named: Vec<_> = recipes()
        .flat_map(|recipe| recipe.uses)
        .map(|advice| advice.id)
        .collect();
    let unknown: Vec<_> = named.iter().filter(|id| !explained.contains(id)).collect();
    assert!(unknown.is_empty(), "no such check or rule: {unknown:?}");
    named.sort_unstable();
    let several: Vec<_> = named.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(several.is_empty(), "several recipes for {several:?}");
}

#[test]
fn every_check_has_a_sentence_of_its_own_on_how_to_mend_it() {
    let mut known = HashSet::new();
    for advice in for_servers().iter().flat_map(|recipe| recipe.uses) {
        let fix = advice
            .fix
            .unwrap_or_else(|| panic!("{} has no sentence", advice.id));
        assert!(
            fix.ends_with('.') && fix.len() <= 150,
            "{}: {fix}",
            advice.id
        );
        assert!(
            known.insert(fix),
            "the sentence of {} is that of another check",
            advice.id
        );
    }
    assert!(
        for_clients()
            .iter()
            .flat_map(|recipe| recipe.uses)
            .all(|advice| advice.fix.is_none())
    );
}

#[test]
fn recipes_differ_and_are_short() {
    let mut known = HashSet::new();
    for recipe in recipes() {
        assert!(
            known.insert(recipe.title),
            "two recipes are called {}",
            recipe.title
        );
        for language in Language::VARIANTS {
            let code = recipe.code(*language);
            let lines = code.lines().count();
            assert!(
                (4..=90).contains(&lines),
                "{} in {language} has {lines} lines",
                recipe.title
            );
            let longest = code.lines().map(|line| line.chars().count()).max();
            assert!(
                longest <= Some(150),
                "{} in {language} has {longest:?} columns",
                recipe.title
            );
        }
    }
}

#[test]
fn every_file_belongs_to_a_recipe() {
    let codes: HashSet<_> = recipes()
        .flat_map(|recipe| {
            Language::VARIANTS
                .iter()
                .map(|language| recipe.code(*language))
        })
        .collect();
    for folder in ["python", "javascript", "csharp", "rust"] {
        for file in [
            format!("client/{folder}"),
            format!("server/{folder}"),
            "client/httpx".into(),
        ]
        .iter()
        .flat_map(|folder| files(folder))
        {
            let code = std::fs::read_to_string(&file).unwrap();
            assert!(
                codes.contains(code.as_str()) || file.ends_with("mod.rs"),
                "{}",
                file.display()
            );
        }
    }
}

#[test]
fn code_is_valid_in_its_language() {
    let reads = "import ast, sys; [ast.parse(open(file).read(), file) for file in sys.argv[1:]]";
    let python = Command::new("python3")
        .args(["-c", reads])
        .args(
            ["client/python", "client/httpx", "server/python"]
                .map(files)
                .concat(),
        )
        .output()
        .unwrap();
    assert!(
        python.status.success(),
        "{}",
        String::from_utf8_lossy(&python.stderr)
    );
    // One process for all: each start of Node takes longer than its work here.
    let reads = "for (const file of process.argv.slice(1)) \
        new vm.SourceTextModule(fs.readFileSync(file, 'utf8'), { identifier: file })";
    let node = Command::new("node")
        .args(["--experimental-vm-modules", "-e", reads])
        .args(
            ["client/javascript", "server/javascript"]
                .map(files)
                .concat(),
        )
        .output()
        .unwrap();
    assert!(
        node.status.success(),
        "{}",
        String::from_utf8_lossy(&node.stderr)
    );
}

/// What `explain` prints with these arguments.
fn explain(args: &[&str]) -> String {
    let output = Command::new(programs().join("contract-tests"))
        .arg("explain")
        .args(args)
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn explain_shows_rule_advice_and_code_in_the_language() {
    for (id, inside) in [
        (
            "CLI-RETRY-1",
            "    def get(session: requests.Session, url: str)",
        ),
        (
            "PRV-401-SAME",
            "    def unauthorized(bearer_was_sent: bool)",
        ),
        ("TRF-QUERY", "    class Api:"),
    ] {
        let text = explain(&[id, "--lang", "python"]);
        let [rule, fix, code] = ["\n  rule ", "\n  fix ", inside]
            .map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}")));
        assert!(rule < fix && fix < code, "{text}");
    }
    let text = explain(&["CLI-RETRY-1", "--lang", "python"]);
    assert!(
        text.contains("good trace") && text.contains("proven by"),
        "{text}"
    );
}

#[test]
fn explain_prints_the_code_alone_for_a_file() {
    for (id, language) in [
        ("CLI-RETRY-1", Language::Httpx),
        ("PRV-LIST-END", Language::Csharp),
    ] {
        let (recipe, _) = find(id).unwrap();
        let printed = explain(&[id, "--lang", &language.to_string(), "--code"]);
        assert_eq!(printed, recipe.code(language));
    }
    let output = Command::new(programs().join("contract-tests"))
        .args(["explain", "CLI-RETRY-1", "--code"])
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
