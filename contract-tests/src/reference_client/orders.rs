//! Orders: their ids, their status, and waiting for a final status.

use std::{collections::BTreeSet, mem, time::Duration};

use futures_util::{StreamExt, stream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;

use super::{
    Failure,
    behaviour::{OnCancelled, OnRateLimit},
    busy::wait_for_order,
    http::{Client, pause},
    workload::shape,
};

/// The characters to encode in a path segment: all but RFC 3986's unreserved characters.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// Number of orders read concurrently.
const WORKERS: usize = 4;
/// Maximum number of requests for the status of an order.
const MAX_POLLS: usize = 30;

/// An id, encoded for a path.
pub(super) fn id(client: &Client, id: &Value) -> Option<String> {
    let id = match id {
        Value::String(id) => id.clone(),
        Value::Number(id) if client.behaviour.numbers_are_doubles => format!("{:.0}", id.as_f64()?),
        Value::Number(id) => id.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if client.behaviour.encodes_ids {
        Some(utf8_percent_encode(&id, PART).to_string())
    } else {
        Some(id)
    }
}

/// Reads orders concurrently. The others are still read if one cannot be read, unless the key is the cause.
pub(super) async fn read(client: &Client, ids: &BTreeSet<String>) -> Result<(), Failure> {
    let on_rate_limit = client.behaviour.on_rate_limit;
    let side_by_side = match on_rate_limit {
        OnRateLimit::TryAgain | OnRateLimit::LeaveOut => WORKERS,
        OnRateLimit::SetAside | OnRateLimit::AfterTheNext => 1,
    };
    let mut reads = stream::iter(ids)
        .map(|id| async move { (id, status(client, id).await) })
        .buffer_unordered(side_by_side);
    let (mut failed, mut aside) = (Ok(()), Vec::new());
    while let Some((id, read)) = reads.next().await {
        if on_rate_limit == OnRateLimit::AfterTheNext && !aside.is_empty() {
            read_later(client, mem::take(&mut aside)).await?;
        }
        match read {
            Ok(_) => {}
            Err(failure) if failure.is_about_access() => return Err(failure),
            Err(Failure::Refused(429)) if on_rate_limit == OnRateLimit::LeaveOut => {}
            Err(Failure::Refused(429)) if on_rate_limit != OnRateLimit::TryAgain => aside.push(id),
            Err(_) if client.behaviour.skips_unreadable_orders => {}
            Err(failure) => failed = Err(failure),
        }
    }
    read_later(client, aside).await?;
    failed
}

/// Reads postponed orders, each after a wait.
async fn read_later(client: &Client, aside: Vec<&String>) -> Result<(), Failure> {
    for id in aside {
        pause(client.behaviour.poll_interval).await;
        status(client, id).await?;
    }
    Ok(())
}

/// The status of an order, if the response has one.
async fn status(client: &Client, id: &str) -> Result<Option<String>, Failure> {
    let path = format!("/orders/{id}");
    let order = client.fetch_json(Method::GET, &path, None).await?;
    Ok(order["status"].as_str().map(ToOwned::to_owned))
}

/// Waits until an order has a final status.
pub(super) async fn wait_for(client: &Client, id: &str) -> Result<(), Failure> {
    wait_for_order(client, id).await?;
    for _ in 0..MAX_POLLS {
        pause(client.behaviour.poll_interval).await;
        match status(client, id).await?.as_deref() {
            Some("CANCELLED") if client.behaviour.on_cancelled == OnCancelled::TakeAsCompleted => {
                return Ok(());
            }
            Some("COMPLETED") => {
                if client.behaviour.polls_after_end {
                    pause(Duration::from_millis(1_100)).await;
                    status(client, id).await?;
                }
                return Ok(());
            }
            Some("CANCELLED") if client.behaviour.on_cancelled == OnCancelled::Report => {
                return Err(Failure::Unexpected("a cancelled order"));
            }
            Some(_) => {}
            None => return shape(client, "an order without a status"),
        }
    }
    Err(Failure::Unexpected("an order that never completes"))
}
