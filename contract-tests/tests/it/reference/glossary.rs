//! The glossary has the words that need one: those that the programs print, and no others.

use contract_tests::finding::Verdict;
use schemas::Evidence;
use strum::VariantArray;

use super::{repository_file, rows};
use crate::examples::pages;

/// Words that the programs print, besides results and kinds of evidence.
const PRINTED: &[&str] = &[
    "baseline",
    "drift",
    "evidence",
    "exercised",
    "fault",
    "journal",
    "killed",
    "lease",
    "mutant",
    "reading",
    "scenario",
    "sweep",
    "trial",
    "`twin`",
    "unproven",
];

/// The words of the glossary.
fn words(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| row.split(" | ").next()).collect()
}

#[test]
fn glossary_explains_the_words_that_the_programs_print() {
    let page = repository_file("docs/reference/glossary.md");
    let words = words(&page);
    let results = Verdict::VARIANTS.iter().map(ToString::to_string);
    let evidence = [Evidence::Documented, Evidence::Guide, Evidence::Assumed];
    let evidence = evidence.iter().map(ToString::to_string);
    let printed = PRINTED.iter().map(|word| (*word).to_owned());
    let missing = results.chain(evidence).chain(printed);
    let missing: Vec<_> = missing
        .filter(|word| !words.contains(&word.as_str()))
        .collect();
    assert!(missing.is_empty(), "not in the glossary: {missing:?}");
}

#[test]
fn glossary_has_exactly_the_results_of_reports() {
    let page = repository_file("docs/reference/glossary.md");
    let named: Vec<_> = rows(&page, "Results")
        .iter()
        .map(|row| row[0].to_owned())
        .collect();
    let results: Vec<_> = Verdict::VARIANTS.iter().map(ToString::to_string).collect();
    assert_eq!(named, results);
}

#[test]
fn words_of_the_glossary_are_in_alphabetical_order() {
    let page = repository_file("docs/reference/glossary.md");
    let (page, _) = page.split_once("\n## Results\n").unwrap();
    let words: Vec<_> = words(page)
        .into_iter()
        .skip(1)
        .map(|word| word.trim_matches('`').to_lowercase())
        .collect();
    assert!(words.is_sorted(), "{words:?}");
}

#[test]
fn book_uses_the_words_of_the_glossary() {
    let glossary = repository_file("docs/reference/glossary.md");
    let pages = pages()
        .into_iter()
        .filter(|page| !page.ends_with("glossary.md"));
    let texts: Vec<_> = pages
        .map(|page| std::fs::read_to_string(page).unwrap().to_lowercase())
        .collect();
    let unused = words(&glossary).into_iter().skip(1).filter(|word| {
        let word = word.trim_matches('`').to_lowercase();
        !texts.iter().any(|text| text.contains(&word))
    });
    let unused: Vec<_> = unused.collect();
    assert!(unused.is_empty(), "only in the glossary: {unused:?}");
}
