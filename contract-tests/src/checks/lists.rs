//! What holds of every list.

use std::collections::HashSet;

use schemas::Operation;
use serde_json::json;

use crate::{
    check::{Outcome, Stop},
    client::{Call, Exchange},
    session::Session,
};

/// Pages that are walked through at the most.
pub(super) const MAX_PAGES: usize = 10;

/// A call of the list, and its first page.
async fn first_page(
    session: &Session,
    operation: &'static Operation,
) -> Result<(Call, Exchange), Stop> {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let list = tenant.sample(operation, &key).await?;
    let first = session.send(list.clone().query("limit=100")).await?;
    first.expect_status(200)?;
    Ok((list, first))
}

pub(super) async fn foreign(session: &Session, operation: &'static Operation) -> Outcome {
    let (_, theirs) = first_page(session, operation).await?;
    let (_, ours) = first_page(session, operation).await?;
    let ids = |page: &Exchange| -> HashSet<String> {
        let rows = page.rows();
        let ids = rows.iter().filter_map(|row| row["id"].as_str());
        ids.map(ToOwned::to_owned).collect()
    };
    let theirs = ids(&theirs);
    let foreign: Vec<_> = ids(&ours).intersection(&theirs).cloned().collect();
    let expected = "no row that another organization has";
    ours.expect_that(foreign.is_empty(), "rows", expected, json!(foreign))
}

fn total(page: &Exchange) -> usize {
    let total = page.at("/total").as_u64().unwrap_or_default();
    usize::try_from(total).unwrap_or(usize::MAX)
}

pub(super) async fn limit(session: &Session, operation: &'static Operation) -> Outcome {
    let (list, whole) = first_page(session, operation).await?;
    let total = total(&whole);
    whole.expect(
        "number of rows",
        &json!(total.min(100)),
        &json!(whole.rows().len()),
    )?;
    for limit in 1..=3 {
        let page = list.clone().query(format!("limit={limit}"));
        let page = session.send(page).await?;
        page.expect("$.total", &json!(total), &page.at("/total"))?;
        let expected = json!(total.min(limit));
        page.expect("number of rows", &expected, &json!(page.rows().len()))?;
    }
    Ok(())
}

pub(super) async fn pages(session: &Session, operation: &'static Operation) -> Outcome {
    let (list, first) = first_page(session, operation).await?;
    // About five pages, so that there are some in the middle.
    let limit = total(&first).div_ceil(5).clamp(1, 100);
    let (mut seen, mut offset) = (HashSet::new(), 0);
    for _ in 0..MAX_PAGES {
        let page = list.clone().query(format!("limit={limit}&offset={offset}"));
        let page = session.send(page).await?;
        page.expect_status(200)?;
        page.expect("$.total", &first.at("/total"), &page.at("/total"))?;
        for row in page.rows() {
            let name = row.get("id").unwrap_or(&row).clone();
            let fresh = seen.insert(name.to_string());
            page.expect_that(fresh, "a row", "one that no page before had", name)?;
        }
        offset += limit;
        if offset >= total(&page) {
            return page.expect(
                "rows on all pages",
                &json!(total(&page)),
                &json!(seen.len()),
            );
        }
    }
    let message =
        format!("needs a shorter list: {MAX_PAGES} pages of {limit} rows are not all of it");
    Err(Stop::Skipped(message))
}
