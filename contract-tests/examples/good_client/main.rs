//! A client to start from: it lists all orders, reads each of them, several at a time, creates one, and waits for it.
//!
//! It keeps every rule that `contract-tests client` knows, in every scenario; a test holds it to that. Three of its parts
//! are what `contract-tests explain --lang rust` shows.
//!
//! ```sh
//! cargo build -p contract-tests --bin good-client
//! cargo run -p contract-tests -- client -- target/debug/good-client
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a program like those of others: told by its environment, in the real time, with parts that others show"
)]

mod answers;
mod api;
#[path = "../../src/advice/client/rust/pace.rs"]
mod pace;
#[path = "../../src/advice/client/rust/paths.rs"]
mod paths;
#[path = "../../src/advice/client/rust/sizes.rs"]
mod sizes;

use std::{collections::HashSet, process::ExitCode, time::Duration};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{answers::Failure, api::Api};

/// Rows of a page.
const PAGE: usize = 2;
/// Orders that are read at a time.
const WORKERS: usize = 4;
/// How often an order is asked for at the most, and how long to wait in between.
const POLLS: usize = 30;
const POLL: Duration = Duration::from_millis(1_100);

#[tokio::main]
async fn main() -> ExitCode {
    let worked = match Api::from_environment() {
        Ok(api) => work(&api).await,
        Err(failure) => Err(failure),
    };
    match worked {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn work(api: &Api) -> Result<(), Failure> {
    let ids = list(api).await?;
    read_all(api, ids).await?;
    let order = json!({
        "title": "Hotels",
        "features": ["CONTACTS"],
        "companies": [{"company_name": "Example Corp"}],
    });
    let order = api.post("/orders", &order).await?;
    wait_for(api, &id(&order)?).await
}

/// The ids of all orders. A page that shows nothing new is the last, whatever it says of others.
async fn list(api: &Api) -> Result<Vec<String>, Failure> {
    let (mut ids, mut known) = (Vec::new(), HashSet::new());
    for offset in (0..).step_by(PAGE) {
        let path = format!("/orders?limit={PAGE}&offset={offset}");
        let page = api.get(&path).await?;
        // The vendor's pages name the rows either way.
        let rows = page["orders"].as_array().or(page["items"].as_array());
        let rows = rows.ok_or(Failure::Unexpected("a list without rows"))?;
        let before = ids.len();
        for row in rows {
            let id = id(row)?;
            if known.insert(id.clone()) {
                ids.push(id);
            }
        }
        let total = page["total"].as_u64();
        let read_all = total
            .is_some_and(|total| offset + PAGE >= usize::try_from(total).unwrap_or(usize::MAX));
        if read_all || ids.len() == before {
            break;
        }
    }
    Ok(ids)
}

/// Reads each order. One that cannot be read leaves the others alone; a key that does not work ends all.
async fn read_all(api: &Api, ids: Vec<String>) -> Result<(), Failure> {
    let orders = ids.iter().map(|id| read(api, id));
    let mut orders = stream::iter(orders).buffer_unordered(WORKERS);
    let mut failed = Ok(());
    while let Some(order) = orders.next().await {
        match order {
            Ok(_) => {}
            Err(failure) if failure.is_of_key() => return Err(failure),
            Err(failure) => failed = Err(failure),
        }
    }
    failed
}

async fn read(api: &Api, id: &str) -> Result<Value, Failure> {
    let order = api.get(&paths::order_url("", id)).await?;
    order["status"]
        .is_string()
        .then_some(order)
        .ok_or(Failure::Unexpected("an order without a status"))
}

/// Waits until an order is over. A status that nobody knows yet is not the end.
async fn wait_for(api: &Api, id: &str) -> Result<(), Failure> {
    for _ in 0..POLLS {
        tokio::time::sleep(POLL).await;
        let order = read(api, id).await?;
        match order["status"].as_str() {
            Some("COMPLETED") => return Ok(()),
            Some("CANCELLED") => return Err(Failure::Unexpected("a cancelled order")),
            _ => {}
        }
    }
    Err(Failure::Unexpected("an order that does not end"))
}

/// The id of an order. One that is a number is kept as its digits: a float would lose some.
fn id(order: &Value) -> Result<String, Failure> {
    match &order["id"] {
        Value::String(id) => Ok(id.clone()),
        Value::Number(id) => Ok(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(Failure::Unexpected("an order without an id"))
        }
    }
}
