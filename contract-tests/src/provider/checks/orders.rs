//! Operations on orders.

use std::collections::BTreeSet;

use http::header;
use jiff::SignedDuration;
use schemas::{ErrorCode, OperationId, key::ApiKey};
use serde_json::{Value, json};

use super::evidence::assumed;
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant, enrichment},
};

/// Maximum number of polls of an order; its status may change between two of them.
pub(super) const MAX_POLLS: usize = 120;

fn list(query: &str, key: &ApiKey) -> ApiRequest {
    ApiRequest::to(OperationId::ListOrders.operation())
        .query(query)
        .key(key)
}

fn read(id: &str, key: &ApiKey) -> ApiRequest {
    ApiRequest::on(OperationId::GetOrder.operation(), id).key(key)
}

pub(super) fn results(id: &str, key: &ApiKey) -> ApiRequest {
    ApiRequest::on(OperationId::GetOrderResults.operation(), id).key(key)
}

/// Creates an order; returns its id and the response.
pub(super) async fn create(
    session: &Session,
    key: &ApiKey,
    body: &Value,
) -> Result<(String, Exchange), NotPassed> {
    let exchange = session
        .send(
            ApiRequest::to(OperationId::CreateOrder.operation())
                .json(body)
                .key(key),
        )
        .await?;
    exchange.expect_success()?;
    Ok((exchange.text_at("/id")?, exchange))
}

/// The way of an order to its completion.
#[derive(Debug)]
pub(super) struct Completed {
    /// Its statuses, in their order.
    statuses: Vec<String>,
    /// The last poll that saw it in progress, if one did, and the first that saw it completed: how old it was.
    between: (Option<SignedDuration>, SignedDuration),
}

/// Advances the clock until the order is completed.
pub(super) async fn complete(
    session: &Session,
    tenant: &Tenant<'_>,
    key: &ApiKey,
    id: &str,
) -> Result<Completed, NotPassed> {
    let mut statuses: Vec<String> = Vec::new();
    let (mut before, mut age) = (None, SignedDuration::ZERO);
    for _ in 0..MAX_POLLS {
        let exchange = session.send(read(id, key)).await?;
        exchange.expect_status(200)?;
        let status = exchange
            .at("/status")
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if statuses.last() != Some(&status) {
            statuses.push(status);
        }
        if statuses.last().is_some_and(|status| status == "COMPLETED") {
            let between = (before, age);
            return Ok(Completed { statuses, between });
        }
        before = Some(age);
        age += tenant.advance_an_order().await?;
    }
    Err(NotPassed::Inconclusive(format!(
        "the order was not completed after {MAX_POLLS} polls: {statuses:?}"
    )))
}

pub(super) async fn readback(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let before = session.send(list("limit=1", &key)).await?;
    let before = before.at("/total").as_u64();
    let (id, created) = create(session, &key, &enrichment("Contract test: readback")).await?;
    if session.expected().orders_take_time() {
        created.expect("$.status", &json!("RECEIVED"), &created.at("/status"))?;
    }
    let order = session.send(read(&id, &key)).await?;
    order.expect_status(200)?;
    order.expect("$.id", &json!(id), &order.at("/id"))?;
    order.expect(
        "$.title",
        &json!("Contract test: readback"),
        &order.at("/title"),
    )?;
    let after = session.send(list("limit=100", &key)).await?;
    let (total, rows) = (after.at("/total").as_u64(), after.rows());
    let more = total > before;
    after.expect_that(more, "$.total", "one more than before", json!(total))?;
    // In a longer list, the order may be on another page.
    let is_complete = total.is_some_and(|total| total <= 100);
    let listed = rows.iter().any(|row| row["id"] == *id);
    after.expect_that(
        listed || !is_complete,
        "$.orders[*].id",
        "including that of the new order",
        json!(id),
    )?;
    let location = created.header(header::LOCATION).unwrap_or_default();
    let found = location.ends_with(&format!("/orders/{id}"));
    assumed(created.expect_that(
        found,
        "header location",
        "the path of the new order",
        json!(location),
    ))
}

pub(super) async fn progress(session: &Session) -> Outcome {
    session.expected().needs_orders_in_progress()?;
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let (id, created) = create(session, &key, &enrichment("Contract test: progress")).await?;
    let completed = complete(session, &tenant, &key, &id).await?;
    let expected = json!(["RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED"]);
    created.expect("statuses", &expected, &json!(completed.statuses))?;
    takes_stated_time(session, &created, completed.between)?;
    tenant.advance(86_400).await?;
    let later = session.send(read(&id, &key)).await?;
    later.expect(
        "$.status a day later",
        &json!("COMPLETED"),
        &later.at("/status"),
    )
}

/// By the clock of the sandbox, an order takes as long as the settings state.
fn takes_stated_time(
    session: &Session,
    created: &Exchange,
    (in_progress, completed): (Option<SignedDuration>, SignedDuration),
) -> Outcome {
    let stated = session.expected().order_duration();
    let as_stated = in_progress < Some(stated) && stated <= completed;
    created.expect_that(
        as_stated,
        "time until the order is COMPLETED",
        &format!("{stated:#}, as `order_duration` in the settings"),
        json!(format!("{completed:#}")),
    )
}

pub(super) async fn early_results(session: &Session) -> Outcome {
    session.expected().needs_orders_in_progress()?;
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let (id, _) = create(session, &key, &enrichment("Contract test: early results")).await?;
    session
        .send(results(&id, &key))
        .await?
        .expect_error(ErrorCode::Conflict)
}

/// Companies to enrich: their names and the caller's ids. One has no id.
const SUBMITTED: [(&str, Option<&str>); 3] = [
    ("Contract test Zeppelin GmbH", Some("CT-1")),
    ("Contract test Anker AG", Some("CT-2")),
    ("Contract test Morgen KG", None),
];

pub(super) async fn source_ids(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let submitted = SUBMITTED.map(|(name, id)| json!({"company_name": name, "external_id": id}));
    let enrichment = json!({"title": "Contract test: results", "features": ["COMPANY_DATA"], "companies": submitted});
    let discovery = json!({"title": "Contract test: discovery", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"]});
    let (enriched, _) = create(session, &key, &enrichment).await?;
    let (discovered, _) = create(session, &key, &discovery).await?;
    complete(session, &tenant, &key, &discovered).await?;
    complete(session, &tenant, &key, &enriched).await?;
    let sources = |exchange: &Exchange| -> Vec<Value> {
        let rows = exchange.rows().iter();
        rows.map(|row| row["source_id"].clone()).collect()
    };
    let exchange = session.send(results(&enriched, &key)).await?;
    let returned: BTreeSet<_> = sources(&exchange).iter().map(Value::to_string).collect();
    let sent: BTreeSet<_> = SUBMITTED
        .iter()
        .map(|(_, id)| json!(id).to_string())
        .collect();
    exchange.expect("$.results[*].source_id", &json!(sent), &json!(returned))?;
    for row in exchange.rows() {
        let mut submitted = SUBMITTED.iter();
        let (name, _) = submitted
            .find(|(_, id)| json!(id) == row["source_id"])
            .copied()
            .unzip();
        // It is our assumption that results keep the submitted name.
        let at = format!("name of the company with source_id {}", row["source_id"]);
        assumed(exchange.expect(&at, &json!(name), &row["company"]["name"]))?;
    }
    let exchange = session.send(results(&discovered, &key)).await?;
    let found = sources(&exchange);
    let any = !found.is_empty();
    exchange.expect_that(any, "$.results", "at least one company", json!(found))?;
    let none = found.iter().all(Value::is_null);
    exchange.expect_that(none, "$.results[*].source_id", "null", json!(found))
}
