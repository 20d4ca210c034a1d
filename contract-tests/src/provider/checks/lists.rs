//! Rules for every list.

use std::collections::BTreeSet;

use http::Method;
use jiff::Timestamp;
use schemas::{Operation, operations};
use serde_json::{Value, json};

use super::evidence::assumed;
use crate::{
    contract::expect_within_limit,
    finding::{ApiRequest, Exchange, NotPassed, Outcome, count},
    provider::session::Session,
};

/// Maximum number of pages that are read.
pub(super) const MAX_PAGES: usize = 10;

/// A request for the list, its first page, and its total. Skips the check if the list has fewer than `least` rows.
async fn first_page(
    session: &Session,
    operation: &'static Operation,
    min: usize,
) -> Result<(ApiRequest, Exchange, usize), NotPassed> {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let list = tenant.populated_list_request(operation, &key).await?;
    let first = session.send(list.clone().query("limit=100")).await?;
    // Whether a list admits a limit of 100 is assumed.
    assumed(first.expect_status(200))?;
    let total = usize::try_from(first.number_at("/total")?).unwrap_or(usize::MAX);
    if total < min {
        let rows = count(min, "row");
        let reason = format!("needs a list with at least {rows}; this one has {total}");
        return Err(NotPassed::Skipped(reason));
    }
    Ok((list, first, total))
}

/// Identifies a row: its id, or that of its company.
pub(super) fn name(row: &Value) -> Option<&str> {
    row["id"].as_str().or(row["company_id"].as_str())
}

pub(super) async fn foreign(session: &Session, operation: &'static Operation) -> Outcome {
    let (_, other_page, _) = first_page(session, operation, 1).await?;
    let (_, own, _) = first_page(session, operation, 1).await?;
    let ids = |page: &Exchange| -> BTreeSet<String> {
        let rows = page.rows();
        let ids = rows.iter().filter_map(name);
        ids.map(ToOwned::to_owned).collect()
    };
    let other_page = ids(&other_page);
    let foreign: Vec<_> = ids(&own).intersection(&other_page).cloned().collect();
    let expected = "no row of another organization";
    own.expect_that(foreign.is_empty(), "rows", expected, json!(foreign))
}

pub(super) async fn limit(session: &Session, operation: &'static Operation) -> Outcome {
    let (list, whole, total) = first_page(session, operation, 2).await?;
    let (at, rows) = ("number of rows", whole.row_count());
    expect_within_limit(operation, &whole).unwrap_or(Ok(()))?;
    assumed(whole.expect(at, &json!(total.min(100)), &json!(rows)))?;
    for limit in 1..=2 {
        let page = list.clone().query(format!("limit={limit}"));
        let page = session.send(page).await?;
        page.expect("$.total", &json!(total), &page.at("/total"))?;
        let expected = json!(total.min(limit));
        page.expect("number of rows", &expected, &json!(page.row_count()))?;
    }
    // The default is assumed, so it is not judged here, but whether the page says which one applied.
    let page = session.send(list.without_query()).await?;
    page.expect("$.total", &json!(total), &page.at("/total"))
}

pub(super) async fn pages(session: &Session, operation: &'static Operation) -> Outcome {
    let (list, first, total) = first_page(session, operation, 2).await?;
    // About five pages, so that some are in the middle. The first is shorter than the others: then no offset is a multiple of
    // the limit.
    let limit = total.div_ceil(5).clamp(2, 100);
    let (mut seen, mut offset) = (BTreeSet::new(), 0);
    for _ in 0..MAX_PAGES {
        let limit = if offset == 0 { limit - 1 } else { limit };
        // The last page is as long as the rest of the list.
        let limit = limit.min(total - offset);
        let page = list.clone().query(format!("limit={limit}&offset={offset}"));
        let page = session.send(page).await?;
        page.expect_status(200)?;
        page.expect("$.total", &first.at("/total"), &page.at("/total"))?;
        for row in page.rows() {
            let name = row.get("id").unwrap_or(row).clone();
            let fresh = seen.insert(name.to_string());
            page.expect_that(fresh, "a row", "one that no earlier page had", name)?;
        }
        let same_rows = first.rows().iter().skip(offset);
        for (row, same) in page
            .rows()
            .iter()
            .zip(same_rows)
            .filter(|(row, _)| name(row).is_some())
        {
            page.expect(
                "a row, by its place in the list",
                &json!(name(same)),
                &json!(name(row)),
            )?;
        }
        offset += limit;
        if offset >= total {
            page.expect("rows on all pages", &json!(total), &json!(seen.len()))?;
            return oldest_first(&first);
        }
    }
    let message =
        format!("needs a shorter list: {MAX_PAGES} pages of {limit} rows do not cover it");
    Err(NotPassed::Skipped(message))
}

/// Rows that are added while a client reads the list come after all others, so they move none to another page.
fn oldest_first(page: &Exchange) -> Outcome {
    let created = |row: &Value| row["created_at"].as_str()?.parse::<Timestamp>().ok();
    let rows = page.rows();
    let (first, last) = (
        rows.first().and_then(created),
        rows.last().and_then(created),
    );
    let is_right = first.zip(last).is_none_or(|(first, last)| first <= last);
    let (at, expected) = ("$[0].created_at", "not later than that of the last row");
    let actual = rows.first().map(|row| row["created_at"].clone());
    page.expect_that(is_right, at, expected, json!(actual))
}

pub(super) async fn end(session: &Session, operation: &'static Operation) -> Outcome {
    let (list, first, total) = first_page(session, operation, 1).await?;
    let page = list.query(format!("limit=1&offset={total}"));
    let page = session.send(page).await?;
    page.expect_status(200)?;
    page.expect("number of rows", &json!(0), &json!(page.row_count()))?;
    page.expect("$.total", &first.at("/total"), &page.at("/total"))
}

/// The operation that reads a single row of a list.
pub(crate) fn read_operation(list: &Operation) -> Option<&'static Operation> {
    let reads = |operation: &&Operation| {
        operation.method == Method::GET && operation.path.strip_suffix("/{id}") == Some(list.path)
    };
    operations::all().find(reads)
}

/// Whether the rows of the list can be read one by one.
pub(super) fn has_read_operation(operation: &Operation) -> bool {
    operation.is_list() && read_operation(operation).is_some()
}

/// Number of rows of a list that are also read individually.
const COMPARED: usize = 3;
/// Maximum number of reads: the list and each row; where one differs, both once more.
pub(super) const ROW_READS: usize = 1 + COMPARED * 3;

pub(super) async fn rows(session: &Session, operation: &'static Operation) -> Outcome {
    let Some(reader) = read_operation(operation) else {
        return Ok(());
    };
    let (list, page, _) = first_page(session, operation, 1).await?;
    let rows = page.rows();
    let compared = [rows.first(), rows.last(), rows.get(rows.len() / 2)];
    let ids = compared.map(|row| row.and_then(name).unwrap_or_default());
    for id in &ids[..COMPARED.min(rows.len())] {
        let read = ApiRequest::on(reader, id).with_authorization_of(&list);
        let exchange = session.send(read.clone()).await?;
        if expect_same_row(&page, id, &exchange).is_ok() {
            continue;
        }
        // It may have changed in between, as an order in progress does.
        let page = session.send(list.clone().query("limit=100")).await?;
        expect_same_row(&page, id, &session.send(read).await?)?;
    }
    Ok(())
}

/// A row of a list equals the object itself in every field that both have: its id and at least one more.
pub(super) fn expect_same_row(page: &Exchange, id: &str, read: &Exchange) -> Outcome {
    read.expect_status(200)?;
    let rows = page.rows();
    let Some(row) = rows.iter().find(|row| name(row) == Some(id)) else {
        let reason = "needs rows that have an id and stay in their list";
        return Err(NotPassed::Skipped(reason.to_owned()));
    };
    read.expect("the id", &json!(id), &json!(name(read.json())))?;
    let mut compared = 0;
    for (field, listed) in row.as_object().into_iter().flatten() {
        let Some(own) = read.json().get(field) else {
            continue;
        };
        if own != listed {
            let (expected, own, at) = (listed.clone(), own.clone(), format!("$.{field}"));
            return Err(read.violation(&at, expected, own, "differs from the row in the list"));
        }
        compared += 1;
    }
    let expected = "an object with a field, besides the id, that its row in the list has, too";
    read.expect_that(compared > 1, "$", expected, read.json().clone())
}
