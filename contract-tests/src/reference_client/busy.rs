//! Waiting in a busy loop, which the client does only as a bug.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::{
    Failure,
    behaviour::BusyLoop,
    http::{Client, pause},
};

/// The wait between two requests.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits in a busy loop for an order that was created, if that is the bug.
pub(super) async fn wait_for_order(client: &Client, id: &str) -> Result<(), Failure> {
    let is_completed = |order: &Value| order["id"] == id && order["status"] == "COMPLETED";
    match client.behaviour.busy_loop {
        Some(BusyLoop::Results) => until(client, &format!("/orders/{id}/results"), |_| true).await,
        Some(BusyLoop::List) => {
            let is_listed = |list: &Value| rows(list).iter().any(is_completed);
            until(client, "/orders?limit=100", is_listed).await
        }
        Some(BusyLoop::EmptyPage) | None => Ok(()),
    }
}

/// Waits in a busy loop until an empty page has rows.
pub(super) async fn wait_for_rows(client: &Client, page: &str) -> Result<(), Failure> {
    until(client, page, |page| !rows(page).is_empty()).await
}

fn rows(list: &Value) -> &[Value] {
    list["orders"].as_array().map_or(&[], Vec::as_slice)
}

async fn until(
    client: &Client,
    path: &str,
    is_there: impl Fn(&Value) -> bool,
) -> Result<(), Failure> {
    loop {
        match client.fetch_json(Method::GET, path, None).await {
            Ok(body) if is_there(&body) => return Ok(()),
            Ok(_) | Err(Failure::Refused(409)) => pause(PAUSE).await,
            Err(failure) => return Err(failure),
        }
    }
}
