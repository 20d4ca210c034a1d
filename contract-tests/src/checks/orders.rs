//! What the operations on orders do.

use http::header;
use schemas::{ErrorCode, Evidence, OperationId, key::ApiKey};
use serde_json::{Value, json};

use crate::{
    check::{Outcome, Stop},
    client::{Call, Exchange},
    session::{Session, Tenant, enrichment},
};

/// Looks at an order at the most; between two, it may come to another status.
pub(super) const MAX_LOOKS: usize = 120;

fn list(query: &str, key: &ApiKey) -> Call {
    Call::to(OperationId::ListOrders.operation())
        .query(query)
        .key(key)
}

fn read(id: &str, key: &ApiKey) -> Call {
    Call::on(OperationId::GetOrder.operation(), id).key(key)
}

pub(super) fn results(id: &str, key: &ApiKey) -> Call {
    Call::on(OperationId::GetOrderResults.operation(), id).key(key)
}

/// Creates an order; returns its id and the answer.
pub(super) async fn create(
    session: &Session,
    key: &ApiKey,
    body: &Value,
) -> Result<(String, Exchange), Stop> {
    let exchange = session
        .send(
            Call::to(OperationId::CreateOrder.operation())
                .json(body)
                .key(key),
        )
        .await?;
    exchange.expect_success()?;
    Ok((exchange.text_at("/id")?, exchange))
}

/// Lets time pass until the order is completed; returns every status it had on the way.
pub(super) async fn complete(
    session: &Session,
    tenant: &Tenant<'_>,
    key: &ApiKey,
    id: &str,
) -> Result<Vec<String>, Stop> {
    let mut statuses: Vec<String> = Vec::new();
    for _ in 0..MAX_LOOKS {
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
            return Ok(statuses);
        }
        tenant.advance_an_order().await?;
    }
    Err(Stop::Inconclusive(format!(
        "the order was not completed after {MAX_LOOKS} looks at it: {statuses:?}"
    )))
}

/// The same outcome, on the ground of an assumption.
pub(super) fn assumed(outcome: Outcome) -> Outcome {
    outcome.map_err(|stop| match stop {
        Stop::Violated(mut violation) => {
            violation.evidence = Some(Evidence::Assumed);
            Stop::Violated(violation)
        }
        Stop::Skipped(_) | Stop::Inconclusive(_) => stop,
    })
}

pub(super) async fn readback(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let total = async || {
        session
            .send(list("limit=1", &key))
            .await
            .map(|exchange| exchange.at("/total").as_u64())
    };
    let before = total().await?;
    let (id, created) = create(session, &key, &enrichment("Contract test: readback")).await?;
    created.expect("$.status", &json!("RECEIVED"), &created.at("/status"))?;
    let order = session.send(read(&id, &key)).await?;
    order.expect_status(200)?;
    order.expect("$.id", &json!(id), &order.at("/id"))?;
    order.expect(
        "$.title",
        &json!("Contract test: readback"),
        &order.at("/title"),
    )?;
    let after = total().await?;
    order.expect_that(
        after > before,
        "$.total of the list",
        "one more than before",
        json!(after),
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
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let (id, created) = create(session, &key, &enrichment("Contract test: progress")).await?;
    let statuses = complete(session, &tenant, &key, &id).await?;
    let expected = json!(["RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED"]);
    created.expect("statuses", &expected, &json!(statuses))?;
    tenant.advance(86_400).await?;
    let later = session.send(read(&id, &key)).await?;
    later.expect(
        "$.status a day later",
        &json!("COMPLETED"),
        &later.at("/status"),
    )
}

pub(super) async fn early_results(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let (id, _) = create(session, &key, &enrichment("Contract test: early results")).await?;
    session
        .send(results(&id, &key))
        .await?
        .expect_error(ErrorCode::Conflict)
}

pub(super) async fn source_ids(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let discovery = json!({"title": "Contract test: discovery", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"]});
    let (enriched, _) = create(session, &key, &enrichment("Contract test: results")).await?;
    let (discovered, _) = create(session, &key, &discovery).await?;
    complete(session, &tenant, &key, &discovered).await?;
    complete(session, &tenant, &key, &enriched).await?;
    let sources = |exchange: &Exchange| -> Vec<Value> {
        let results = exchange.at("/results");
        results
            .as_array()
            .into_iter()
            .flatten()
            .map(|result| result["source_id"].clone())
            .collect()
    };
    let exchange = session.send(results(&enriched, &key)).await?;
    exchange.expect(
        "$.results[*].source_id",
        &json!(["CRM-1001", null]),
        &json!(sources(&exchange)),
    )?;
    let exchange = session.send(results(&discovered, &key)).await?;
    let found = sources(&exchange);
    exchange.expect_that(
        !found.is_empty(),
        "$.results",
        "at least one company",
        json!(found),
    )?;
    exchange.expect_that(
        found.iter().all(Value::is_null),
        "$.results[*].source_id",
        "null",
        json!(found),
    )
}
