//! The list of all orders, page by page.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::{
    Failure,
    behaviour::{BusyLoop, OptionalFields},
    busy::wait_for_rows,
    http::{Client, pause},
    orders::id,
    workload::shape,
};

/// Number of rows on a page.
pub(super) const PAGE: usize = 2;
/// Maximum number of pages of a list.
const MAX_PAGES: usize = 1_000;
/// The order statuses that this client knows.
const STATUSES: [&str; 5] = [
    "RECEIVED",
    "ACCEPTED",
    "IN_PROGRESS",
    "COMPLETED",
    "CANCELLED",
];
/// The fields of an order that this client knows.
const FIELDS: [&str; 13] = [
    "id",
    "title",
    "status",
    "order_type",
    "features",
    "profile_name",
    "prospect_search_id",
    "blacklist_ids",
    "quantity",
    "company_count",
    "created_at",
    "updated_at",
    "completed_at",
];
/// Reads the list to its end; returns the ids of its orders, encoded for paths.
pub(super) async fn list(client: &Client) -> Result<BTreeSet<String>, Failure> {
    let mut ids = BTreeSet::new();
    let mut last = Vec::new();
    let mut link = None;
    let mut beyond = client.behaviour.extra_pages;
    let mut page = 0;
    for _ in 0..MAX_PAGES {
        let offset = page * client.behaviour.page_step;
        page += 1;
        let path = format!("/orders?limit={PAGE}&offset={offset}");
        let path = link.take().unwrap_or(path);
        let body = match client.fetch_json(Method::GET, &path, None).await {
            Err(Failure::Refused(429)) if client.behaviour.restarts_lists => {
                pause(client.behaviour.poll_interval).await;
                page = 0;
                continue;
            }
            Err(Failure::Refused(_)) if client.behaviour.treats_page_error_as_end && offset > 0 => {
                return Ok(ids);
            }
            body => body?,
        };
        let rows_in = client.behaviour.rows_in.iter();
        let rows = rows_in.map(|name| &body[name]).find_map(Value::as_array);
        let (Some(rows), Some(total)) = (rows, body["total"].as_u64()) else {
            return shape(client, "a list without orders").map(|()| ids);
        };
        check(client, &body, rows)?;
        if rows.is_empty() && client.behaviour.busy_loop == Some(BusyLoop::EmptyPage) {
            return wait_for_rows(client, &path).await.map(|()| ids);
        }
        ids.extend(rows.iter().filter_map(|row| id(client, &row["id"])));
        if client.behaviour.reads_first_page_only {
            return Ok(ids);
        }
        if client.behaviour.follows_next_links {
            link = body["next"].as_str().map(ToOwned::to_owned);
        }
        let mut seen = (offset + rows.len()) as u64;
        if client.behaviour.skips_last_page {
            seen += PAGE as u64;
        }
        let looped = *rows == last && client.behaviour.detects_loops;
        if seen >= total || looped || rows.is_empty() && beyond == 0 {
            if beyond == 0 {
                return Ok(ids);
            }
            beyond -= 1;
        }
        last.clone_from(rows);
    }
    Ok(ids)
}

fn check(client: &Client, body: &Value, rows: &[Value]) -> Result<(), Failure> {
    let status = |row: &Value| {
        row["status"]
            .as_str()
            .is_some_and(|status| STATUSES.contains(&status))
    };
    if client.behaviour.rejects_unknown_values && !rows.iter().all(status) {
        return Err(Failure::Unexpected("an unknown status"));
    }
    let has_features = |row: &Value| match client.behaviour.optional_fields {
        OptionalFields::MayBeMissing => true,
        OptionalFields::Required => row["features"].is_array(),
        OptionalFields::NotNull => row.get("features").is_none_or(Value::is_array),
    };
    if !rows.iter().all(has_features) {
        return Err(Failure::Unexpected("an order without features"));
    }
    let known = ["orders", "total", "limit", "offset", "has_more"];
    let fields = body
        .as_object()
        .into_iter()
        .flatten()
        .all(|(name, _)| known.contains(&&**name));
    let in_rows = rows
        .iter()
        .filter_map(Value::as_object)
        .flatten()
        .all(|(name, _)| FIELDS.contains(&&**name));
    if client.behaviour.rejects_unknown_fields && !(fields && in_rows) {
        return Err(Failure::Unexpected("an unknown field"));
    }
    Ok(())
}
