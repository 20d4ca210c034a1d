//! Several filters in one request, and a page of what they select.

use schemas::OperationId;
use serde_json::{Value, json};

use super::List;
use crate::{
    finding::{NotPassed, Outcome},
    provider::session::Session,
};

const STATUS: &str = "review_status";
const SCORE: &str = "match_score";

pub(in crate::provider::checks) async fn together(session: &Session) -> Outcome {
    let list = List::new(session, OperationId::ListCompanies).await?;
    let Some((status, score)) = telling_filters(list.all.rows()) else {
        let reason =
            "needs companies of which some pass one filter, others another, and the first not both";
        return Err(NotPassed::Skipped(reason.to_owned()));
    };
    let selects = |row: &Value| is(row, &status, score);
    let filter = format!("{STATUS}={status}&min_match_score={score}");
    let total = list.count_matching(&filter, SCORE, selects).await?;
    // The first row of the list does not match, so this page is empty if it is cut from the list before the filters apply.
    let page = list.request(&format!("limit=1&{filter}")).await?;
    page.expect("$.total", &json!(total), &page.at("/total"))?;
    page.expect("number of rows", &json!(1), &json!(page.row_count()))?;
    let first = list
        .all
        .rows()
        .iter()
        .find(|row| selects(row))
        .map(|row| &row["id"]);
    page.expect("$.items[0].id", &json!(first), &page.at("/items/0/id"))
}

fn is(row: &Value, status: &str, score: f64) -> bool {
    row[STATUS] == status && row[SCORE].as_f64().is_some_and(|found| found >= score)
}

/// A review status and a score, such that some rows match both, some only the one, and some only the other. The first row does
/// not match.
fn telling_filters(rows: &[Value]) -> Option<(String, f64)> {
    let (first, rest) = rows.split_first()?;
    let pairs = rest
        .iter()
        .filter_map(|row| Some((row[STATUS].as_str()?, row[SCORE].as_f64()?)));
    let tells = |(status, score): &(&str, f64)| {
        let has = |wanted: (bool, bool)| {
            let mut each = rows
                .iter()
                .map(|row| (row[STATUS] == *status, row[SCORE].as_f64() >= Some(*score)));
            each.any(|one| one == wanted)
        };
        !is(first, status, *score) && has((true, false)) && has((false, true))
    };
    let mut pairs = pairs.filter(tells);
    pairs
        .next()
        .map(|(status, score)| (status.to_owned(), score))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_filters_that_select_other_rows_together_than_alone() {
        let rows = |rows: &[(&str, f64)]| -> Vec<_> {
            rows.iter()
                .map(|(status, score)| json!({STATUS: status, SCORE: score}))
                .collect()
        };
        let found = telling_filters(&rows(&[
            ("pending", 5.0),
            ("accepted", 4.0),
            ("accepted", 5.0),
        ]));
        assert_eq!(found, Some(("accepted".to_owned(), 5.0)));
        // No row has only the score.
        assert_eq!(
            telling_filters(&rows(&[
                ("pending", 4.0),
                ("accepted", 4.0),
                ("accepted", 5.0)
            ])),
            None
        );
        // The first row has both.
        assert_eq!(
            telling_filters(&rows(&[
                ("accepted", 5.0),
                ("accepted", 4.0),
                ("pending", 5.0)
            ])),
            None
        );
    }
}
