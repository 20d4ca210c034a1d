//! The work: all orders, page by page; a new one; and its end.

use std::{path::Path, time::Duration};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;

use super::{
    Failure, Habits,
    habits::AfterRefusal,
    http::{Client, pause},
    key::Key,
};

/// What is encoded in a part of a path: all but RFC 3986's unreserved characters.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// Rows of a page.
const PAGE: usize = 2;
/// Pages of a list at the most.
const MAX_PAGES: usize = 1_000;
/// How often an order is asked for at the most.
const MAX_POLLS: usize = 30;
/// The statuses an order can have that are known here.
const STATUSES: [&str; 5] = [
    "RECEIVED",
    "ACCEPTED",
    "IN_PROGRESS",
    "COMPLETED",
    "CANCELLED",
];
/// The fields of an order that are known here.
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
/// Other paths.
const OTHERS: [&str; 5] = [
    "/companies",
    "/prospects",
    "/blacklists",
    "/deliveries",
    "/organization",
];

/// Does the work against the API at a base URL, with a key, or with the one that a file holds; returns the exit status.
pub async fn run(base: &str, key: &str, key_file: Option<&Path>, habits: Habits) -> u8 {
    if habits.ignores_term {
        ignore_term();
    }
    if habits.prints_key {
        complain(&format!("debug: key {key}"));
    }
    if habits.delegates {
        return delegate(base, key).await.unwrap_or(habits.exit_of_failure);
    }
    let done = match Client::new(base, Key::new(key, key_file), habits.clone()) {
        Ok(client) => work(&client).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(()) => 0,
        Err(failure) if habits.tells_refusals_apart => {
            complain(&format!("error: {failure}"));
            habits.exit_of_failure
        }
        Err(_) => {
            complain("error: it did not work");
            habits.exit_of_failure
        }
    }
}

/// Leaves the work to another process of this program; returns its exit status.
async fn delegate(base: &str, key: &str) -> Option<u8> {
    let program = std::env::current_exe().ok()?;
    let mut command = tokio::process::Command::new(program);
    let arguments = ["reference-client", "--base-url", base, "--api-key", key];
    let status = command.args(arguments).status().await.ok()?;
    status.code().and_then(|code| u8::try_from(code).ok())
}

fn complain(text: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes());
}

/// Lets the program go on when it is asked to end.
fn ignore_term() {
    let terminate = tokio::signal::unix::SignalKind::terminate();
    if let Ok(mut signals) = tokio::signal::unix::signal(terminate) {
        tokio::spawn(async move { while signals.recv().await.is_some() {} });
    }
}

async fn work(client: &Client) -> Result<(), Failure> {
    match list(client).await {
        Err(failure @ (Failure::Unauthorized | Failure::Forbidden(_))) => {
            return refused(client, failure).await;
        }
        listed => listed?,
    }
    let made = client
        .call(Method::POST, "/orders", Some(client.habits.order))
        .await;
    let made = match made {
        Err(failure @ (Failure::Unauthorized | Failure::Forbidden(_))) => {
            return refused(client, failure).await;
        }
        made => made?,
    };
    match id(client, &made["id"]) {
        Some(id) => wait_for(client, &id).await,
        None => shape(client, "an order without an id"),
    }
}

/// An id as it stands in a path.
fn id(client: &Client, id: &Value) -> Option<String> {
    let id = match id {
        Value::String(id) => id.clone(),
        Value::Number(id) if client.habits.numbers_are_doubles => format!("{:.0}", id.as_f64()?),
        Value::Number(id) => id.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if client.habits.encodes_ids {
        Some(utf8_percent_encode(&id, PART).to_string())
    } else {
        Some(id)
    }
}

/// What is done after a refusal.
async fn refused(client: &Client, failure: Failure) -> Result<(), Failure> {
    let others = match client.habits.after_refusal {
        AfterRefusal::Stop => &[][..],
        AfterRefusal::GoOn => &OTHERS[..1],
        AfterRefusal::Probe => &OTHERS[..],
    };
    // A key that does not work opens nothing else either; a scope that is missing, perhaps.
    let probes = client.habits.after_refusal == AfterRefusal::Probe;
    if probes && matches!(failure, Failure::Unauthorized) {
        return Err(failure);
    }
    for path in others {
        // Not under way any more, but begun anew.
        pause(client.habits.backoff).await;
        drop(client.call(Method::GET, path, None).await);
    }
    Err(failure)
}

/// What is done with an answer of another shape than was asked for.
fn shape(client: &Client, what: &'static str) -> Result<(), Failure> {
    if client.habits.takes_any_shape || client.habits.takes_bad_json {
        Ok(())
    } else {
        Err(Failure::Unexpected(what))
    }
}

async fn list(client: &Client) -> Result<(), Failure> {
    let mut last = Vec::new();
    let mut beyond = client.habits.pages_beyond;
    let mut page = 0;
    for _ in 0..MAX_PAGES {
        let offset = page * PAGE;
        page += 1;
        let path = format!("/orders?limit={PAGE}&offset={offset}");
        let body = match client.call(Method::GET, &path, None).await {
            Err(Failure::Refused(429)) if client.habits.restarts_lists && offset > 0 => {
                pause(client.habits.poll).await;
                page = 0;
                continue;
            }
            body => body?,
        };
        let rows_in = client.habits.rows_in.iter();
        let rows = rows_in.map(|name| &body[name]).find_map(Value::as_array);
        let (Some(rows), Some(total)) = (rows, body["total"].as_u64()) else {
            return shape(client, "a list without orders");
        };
        check(client, &body, rows)?;
        let seen = (offset + rows.len()) as u64;
        let looped = *rows == last && client.habits.notices_loops;
        if seen >= total || looped || rows.is_empty() && beyond == 0 {
            if beyond == 0 {
                return Ok(());
            }
            beyond -= 1;
        }
        last.clone_from(rows);
    }
    Ok(())
}

fn check(client: &Client, body: &Value, rows: &[Value]) -> Result<(), Failure> {
    let status = |row: &Value| {
        row["status"]
            .as_str()
            .is_some_and(|status| STATUSES.contains(&status))
    };
    if client.habits.refuses_unknown_words && !rows.iter().all(status) {
        return Err(Failure::Unexpected("a status that nobody knows"));
    }
    let optional = rows.iter().all(|row| row["features"].is_array());
    if client.habits.counts_on_optional_fields && !optional {
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
    if client.habits.refuses_unknown_fields && !(fields && in_rows) {
        return Err(Failure::Unexpected("a field that nobody knows"));
    }
    Ok(())
}

async fn wait_for(client: &Client, id: &str) -> Result<(), Failure> {
    let path = format!("/orders/{id}");
    for _ in 0..MAX_POLLS {
        pause(client.habits.poll).await;
        let order = client.call(Method::GET, &path, None).await?;
        match order["status"].as_str() {
            Some("COMPLETED") => {
                if client.habits.polls_after_end {
                    pause(Duration::from_millis(1_100)).await;
                    client.call(Method::GET, &path, None).await?;
                }
                return Ok(());
            }
            Some("CANCELLED") => return Err(Failure::Unexpected("an order that was cancelled")),
            Some(_) => {}
            None => return shape(client, "an order without a status"),
        }
    }
    Err(Failure::Unexpected(
        "an order that does not come to its end",
    ))
}
