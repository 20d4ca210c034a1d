//! What the operations on orders do.

use std::collections::HashSet;

use http::header;
use schemas::{ErrorCode, Evidence, Operation, OperationId, key::ApiKey};
use serde_json::{Value, json};

use super::authentication::NOBODY;
use crate::{
    check::{Outcome, Stop},
    client::{Call, Exchange},
    session::{Session, Tenant, enrichment},
};

/// Pages that are walked through at the most.
const MAX_PAGES: usize = 50;
/// Seconds of an organization's clock that an order may take.
const MAX_SECONDS: usize = 120;

fn list(query: &str, key: &ApiKey) -> Call {
    Call::to(OperationId::ListOrders.operation())
        .query(query)
        .key(key)
}

fn read(id: &str, key: &ApiKey) -> Call {
    Call::on(OperationId::GetOrder.operation(), id).key(key)
}

fn results(id: &str, key: &ApiKey) -> Call {
    Call::on(OperationId::GetOrderResults.operation(), id).key(key)
}

/// Creates an order; returns its id and the answer.
async fn create(session: &Session, key: &ApiKey, body: &Value) -> Result<(String, Exchange), Stop> {
    let exchange = session
        .send(
            Call::to(OperationId::CreateOrder.operation())
                .json(body)
                .key(key),
        )
        .await?;
    let status = json!(exchange.status.as_u16());
    exchange.expect_that(exchange.status.is_success(), "status", "success", status)?;
    let id = exchange.at("/id");
    exchange.expect_that(id.is_string(), "$.id", "a text", id.clone())?;
    Ok((id.as_str().unwrap_or_default().to_owned(), exchange))
}

/// Lets time pass until the order is completed; returns every status it had on the way.
async fn complete(
    session: &Session,
    tenant: &Tenant<'_>,
    key: &ApiKey,
    id: &str,
) -> Result<Vec<String>, Stop> {
    let mut statuses: Vec<String> = Vec::new();
    for _ in 0..MAX_SECONDS {
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
        tenant.advance(1).await?;
    }
    Err(Stop::Inconclusive(format!(
        "the order was not completed within {MAX_SECONDS} seconds: {statuses:?}"
    )))
}

pub(super) async fn success(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let exchange = session.send(tenant.sample(operation, &key).await?).await?;
    let status = json!(exchange.status.as_u16());
    exchange.expect_that(exchange.status.is_success(), "status", "success", status)?;
    // Which of the successful statuses it is, the documents do not say.
    assumed(exchange.expect_status(operation.success.as_u16()))
}

/// The same outcome, on the ground of an assumption.
fn assumed(outcome: Outcome) -> Outcome {
    outcome.map_err(|stop| match stop {
        Stop::Violated(mut violation) => {
            violation.evidence = Some(Evidence::Assumed);
            Stop::Violated(violation)
        }
        Stop::Skipped(_) | Stop::Inconclusive(_) => stop,
    })
}

pub(super) async fn limit(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let whole = session.send(list("limit=100", &key)).await?;
    whole.expect_status(200)?;
    let total = whole.at("/total");
    for limit in 1..=3 {
        let page = session.send(list(&format!("limit={limit}"), &key)).await?;
        page.expect("$.total", &total, &page.at("/total"))?;
        let rows = page.at("/orders").as_array().map_or(0, Vec::len) as u64;
        let expected = total.as_u64().unwrap_or_default().min(limit);
        page.expect("number of rows", &json!(expected), &json!(rows))?;
    }
    Ok(())
}

pub(super) async fn pages(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let (mut seen, mut total) = (HashSet::new(), 1);
    for page in 0..MAX_PAGES {
        let exchange = session
            .send(list(&format!("limit=2&offset={}", page * 2), &key))
            .await?;
        exchange.expect_status(200)?;
        total = usize::try_from(exchange.at("/total").as_u64().unwrap_or_default())
            .unwrap_or(usize::MAX);
        let rows = exchange.at("/orders");
        for row in rows.as_array().into_iter().flatten() {
            let fresh = seen.insert(row["id"].to_string());
            exchange.expect_that(
                fresh,
                "$.orders[*].id",
                "an order that no page before had",
                row["id"].clone(),
            )?;
        }
        if page * 2 >= total {
            return exchange.expect("orders on all pages", &json!(total), &json!(seen.len()));
        }
    }
    let message = format!(
        "{MAX_PAGES} pages of 2 show {} of {total} orders, each once",
        seen.len()
    );
    Err(Stop::Inconclusive(message))
}

pub(super) async fn readback(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    tenant.may_write()?;
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
    session.control()?;
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
    tenant.may_write()?;
    let key = tenant.full_key().await?;
    let (id, _) = create(session, &key, &enrichment("Contract test: early results")).await?;
    session
        .send(results(&id, &key))
        .await?
        .expect_error(ErrorCode::Conflict)
}

pub(super) async fn source_ids(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    session.control()?;
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

pub(super) async fn unknown_id(session: &Session, operation: &'static Operation) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    for id in [NOBODY, "ps_abc123"] {
        let exchange = session.send(Call::on(operation, id).key(&key)).await?;
        exchange.expect_error(ErrorCode::EntityNotFound)?;
        exchange.expect("$.identifier", &json!(id), &exchange.at("/identifier"))?;
        exchange.expect(
            "$.entity_type",
            &json!("order"),
            &exchange.at("/entity_type"),
        )?;
    }
    Ok(())
}

pub(super) async fn foreign_id(session: &Session, operation: &'static Operation) -> Outcome {
    session.control()?;
    let (owner, stranger) = (session.tenant().await?, session.tenant().await?);
    let (owners, strangers) = (owner.full_key().await?, stranger.full_key().await?);
    let (id, _) = create(
        session,
        &owners,
        &enrichment("Contract test: somebody else's"),
    )
    .await?;
    complete(session, &owner, &owners, &id).await?;
    session
        .send(Call::on(operation, &id).key(&owners))
        .await?
        .expect_status(200)?;
    let foreign = session
        .send(Call::on(operation, &id).key(&strangers))
        .await?;
    let nobodys = session
        .send(Call::on(operation, NOBODY).key(&strangers))
        .await?;
    foreign.expect_error(ErrorCode::EntityNotFound)?;
    let text = String::from_utf8_lossy(&nobodys.body).replace(NOBODY, &id);
    foreign.expect(
        "body",
        &json!(text),
        &json!(String::from_utf8_lossy(&foreign.body)),
    )
}
