//! The page on reports.

use std::collections::BTreeSet;

use contract_tests::{provider::session::MAX_TIME, report::Format};
use docs::generated::assert_says;
use strum::VariantArray;

use super::repository_file;

#[test]
fn page_has_every_format() {
    let page = repository_file("docs/reference/reports.md");
    let (table, _) = page.split_once("\n- `--report` can be repeated").unwrap();
    let options = table.split('`').skip(1).step_by(2);
    let options =
        options.filter_map(|quoted| quoted.trim_start_matches("--report ").split_once('='));
    let named: BTreeSet<_> = options.map(|(format, _)| format.to_owned()).collect();
    let formats = Format::VARIANTS.iter().map(ToString::to_string);
    let expected: BTreeSet<_> = formats.chain(["mock".to_owned()]).collect();
    assert_eq!(named, expected);
}

#[test]
fn page_has_the_maximum_time_of_a_run() {
    let minutes = MAX_TIME.as_secs() / 60;
    let limit = format!("Requests are sent for at most {minutes} minutes (`--max-time`).");
    assert_says("reference/reports.md", &limit);
}
