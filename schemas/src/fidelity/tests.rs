use std::collections::BTreeSet;

use super::*;
use crate::{ScopeSet, Tier, source};

/// The parts of a text in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The operations that a text mentions: method and path, such as `GET /orders`.
fn operations_in(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let calls = quoted(text).filter_map(|quoted| quoted.split_once(' '));
    calls.filter(|(_, path)| path.starts_with('/'))
}

fn grounds() -> impl Iterator<Item = (Evidence, &'static str)> {
    let operations = operations::all().map(|row| (row.evidence, row.source));
    let parameters = Parameter::VARIANTS
        .iter()
        .map(|parameter| parameter.facts());
    let parameters = parameters.map(|facts| (facts.evidence, facts.source));
    let errors = ErrorCode::VARIANTS.iter().map(|code| code.facts());
    let errors = errors.map(|facts| (facts.evidence, facts.source));
    let behaviours = BEHAVIOURS.iter().map(|row| (row.evidence, row.source));
    operations.chain(parameters).chain(errors).chain(behaviours)
}

#[test]
fn every_statement_names_a_listed_page() {
    for (evidence, page) in grounds() {
        assert!(source::ALL.contains(&page), "{page}");
        let authority = page == source::AUTHENTICATION;
        assert!(authority || evidence != Evidence::Documented, "{page}");
        assert!(page != source::OURS || evidence == Evidence::Assumed);
    }
    for reading in CONTRADICTIONS.iter().flat_map(|row| row.readings) {
        assert!(source::ALL.contains(&reading.source), "{}", reading.source);
        assert_ne!(reading.source, source::OURS);
    }
}

#[test]
fn pages_are_unique_and_used() {
    let readings = CONTRADICTIONS.iter().flat_map(|row| row.readings);
    let named: BTreeSet<_> = grounds()
        .map(|(_, page)| page)
        .chain(readings.map(|reading| reading.source))
        .collect();
    assert_eq!(named, source::ALL.iter().copied().collect());
    assert_eq!(named.len(), source::ALL.len());
}

#[test]
fn assumptions_are_never_exact() {
    for row in BEHAVIOURS {
        let exact = row.nearness == Nearness::Exact;
        assert!(!exact || row.evidence != Evidence::Assumed, "{row:?}");
    }
}

#[test]
fn absent_operations_are_not_in_the_table() {
    let in_table =
        |(method, path)| operations::all().any(|row| row.method == method && row.path == path);
    for row in BEHAVIOURS {
        let absent = matches!(row.nearness, Nearness::Absent(_));
        for call in operations_in(row.statement) {
            assert_eq!(in_table(call), !absent, "{}", row.statement);
        }
    }
}

#[test]
fn statuses_match_their_codes() {
    for row in BEHAVIOURS {
        for code in ErrorCode::VARIANTS {
            let code_in_text = format!(" `{code}`");
            for (before, _) in row.statement.match_indices(&code_in_text) {
                let status = code.facts().status.to_string();
                assert!(row.statement[..before].ends_with(&status), "{row:?}");
            }
        }
    }
}

#[test]
fn figures_match_the_contract() {
    let said = |text: &str| BEHAVIOURS.iter().any(|row| row.statement.contains(text));
    let [free, pro, enterprise] = [Tier::Free, Tier::Pro, Tier::Enterprise].map(thousands);
    assert!(said(&format!(
        "{free}, {pro} and {enterprise} requests an hour"
    )));
    let max = crate::orders::MAX_COMPANIES;
    assert_eq!((max, crate::blacklists::MAX_ENTRIES), (10_000, 10_000));
    assert!(said("at most 10,000 companies") && said("At most 10,000 entries"));
    let page = (crate::query::MAX_LIMIT, crate::query::DEFAULT_LIMIT);
    assert!(said(&format!(
        "`limit` is 1 to {}, by default {}",
        page.0, page.1
    )));
}

fn thousands(tier: Tier) -> String {
    match tier.requests_per_hour() {
        below @ 0..1_000 => below.to_string(),
        most => format!("{},{:03}", most / 1_000, most % 1_000),
    }
}

#[test]
fn eight_scopes_open_only_assumed_operations() {
    let opened = |assumed: bool| -> BTreeSet<String> {
        let rows = operations::all();
        rows.filter(|row| (row.evidence == Evidence::Assumed) == assumed)
            .flat_map(|row| row.scopes.iter())
            .filter(|scope| ScopeSet::PUBLIC.contains_all(ScopeSet::of(&[*scope])))
            .map(|scope| scope.to_string())
            .collect()
    };
    let (all, founded) = (ScopeSet::PUBLIC.iter().count(), opened(false));
    assert_eq!(all, 18);
    assert_eq!(opened(true).difference(&founded).count(), 8);
}

#[test]
fn every_contradiction_has_several_readings() {
    for row in CONTRADICTIONS {
        let readings: BTreeSet<_> = row.readings.iter().map(|reading| reading.says).collect();
        assert!(readings.len() > 1, "{}", row.about);
    }
}

#[test]
fn assumptions_are_marked_in_the_table() {
    let table = Table::Operations.markdown();
    for row in operations::all() {
        let line = format!("| `{} {}` |", row.method, row.path);
        let line = table
            .lines()
            .find(|found| found.starts_with(&line))
            .unwrap();
        let marked = line.contains("assumed |") || line.contains("[assumed](");
        assert_eq!(marked, row.evidence == Evidence::Assumed, "{line}");
    }
}

#[test]
fn table_cells_are_escaped() {
    for table in Table::VARIANTS {
        let table = table.markdown();
        let cells: BTreeSet<_> = table
            .lines()
            .map(|line| line.matches('|').count())
            .collect();
        assert_eq!(cells.len(), 1, "{table}");
    }
}

#[test]
fn report_is_complete() {
    let report = report(Profile::Documented);
    let count = |part: &str| report[part].as_array().map(Vec::len);
    assert_eq!(count("operations"), Some(operations::all().count()));
    assert_eq!(count("parameters"), Some(Parameter::VARIANTS.len()));
    assert_eq!(count("errors"), Some(ErrorCode::VARIANTS.len()));
    assert_eq!(count("behaviours"), Some(BEHAVIOURS.len()));
    assert_eq!(count("contradictions"), Some(CONTRADICTIONS.len()));
    insta::assert_json_snapshot!([
        &report["documented_only"],
        &report["operations"][0],
        &report["parameters"][0],
        &report["errors"][0],
        &report["behaviours"][0],
        &report["behaviours"][1],
        &report["contradictions"][0],
    ]);
}
