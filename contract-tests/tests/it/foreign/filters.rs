//! Filters on a server whose rows are all alike: selecting all of them is right whether or not the server filters.

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{Selection, checks},
};
use serde_json::json;

use super::{FOREIGN, with_keys};
use crate::target::{Bug, PatchedRequest, PatchedResponse, judge_some, start};

/// All rows have the same values in the fields that filters are about.
fn alike(_: &PatchedRequest, response: &mut PatchedResponse) {
    response.edit_success(|body| {
        for row in body["items"].as_array_mut().into_iter().flatten() {
            let fields = row.as_object_mut().into_iter().flatten();
            for (name, value) in fields {
                match name.as_str() {
                    "match_score" => *value = json!(0.5),
                    "review_status" => *value = json!("pending"),
                    "prospect_search_id" | "company_id" => *value = json!("only-one"),
                    "delivered_at" => *value = json!("2026-01-15T09:00:00Z"),
                    _ => {}
                }
            }
        }
    });
}

#[tokio::test]
async fn filter_of_rows_that_are_alike_is_not_judged() {
    let ids = [
        "PRV-FILTER-SCORE",
        "PRV-FILTER-REVIEW",
        "PRV-FILTER-SEARCH-ID",
        "PRV-FILTER-COMPANY",
        "PRV-FILTER-SINCE",
    ];
    let selection = Selection {
        checks: ids.iter().map(|id| checks::find(id).unwrap()).collect(),
        ..Selection::default()
    };
    let server = Bug {
        response: alike,
        ..FOREIGN
    };
    let (_, run) = judge_some(start(server).await, &selection, with_keys).await;
    assert_eq!(run.findings.len(), ids.len());
    for finding in &run.findings {
        assert_eq!(finding.verdict, Verdict::Skip, "{finding:?}");
        let Err(NotPassed::Skipped(reason)) = &finding.outcome else {
            panic!("{finding:?}")
        };
        assert!(reason.contains("different values of"), "{finding:?}");
    }
}
