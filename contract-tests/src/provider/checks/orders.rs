//! Operations on orders.

use std::collections::BTreeSet;

use http::{HeaderName, header};
use jiff::{SignedDuration, Timestamp};
use schemas::{ErrorCode, OperationId, key::ApiKey};
use serde_json::{Value, json};
use url::Url;

use super::evidence::assumed;
use crate::{
    contract::consistency::TOGETHER,
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::{
        check_context,
        session::{Session, Tenant, enrichment},
    },
};

/// A header that other APIs know by which they recognize a request that is sent again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Maximum difference between the creation of an order and the date of the response, which has no fractions of a second.
const MAX_AGE: SignedDuration = SignedDuration::from_secs(2);
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
    send_new(session, new(key, body)).await
}

fn new(key: &ApiKey, body: &Value) -> ApiRequest {
    let create = ApiRequest::to(OperationId::CreateOrder.operation());
    create.json(body).key(key)
}

async fn send_new(session: &Session, new: ApiRequest) -> Result<(String, Exchange), NotPassed> {
    let exchange = session.send(new).await?;
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
    let mut wanted = enrichment("Contract test: readback");
    wanted["profile_name"] = json!("Contract test");
    let mut new = new(&key, &wanted);
    if session.is_sandbox() {
        // No document of the present generation knows this header, so it has no effect.
        let value = check_context::derived_name(session.seed(), "the idempotency key", 0);
        new = new.header(IDEMPOTENCY_KEY, &value);
    }
    let (id, created) = send_new(session, new.clone()).await?;
    if session.expected().orders_take_time() {
        created.expect("$.status", &json!("RECEIVED"), &created.at("/status"))?;
    }
    let order = session.send(read(&id, &key)).await?;
    order.expect_status(200)?;
    order.expect("$.id", &json!(id), &order.at("/id"))?;
    order.expect("$.title", &wanted["title"], &order.at("/title"))?;
    has_ordered_values(session, &wanted, &created, &order)?;
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
    assumed(has_location(&created, &id))?;
    // Two orders may be equal; whoever sends the second one wants both.
    let (second, again) = send_new(session, new).await?;
    let expected = "that of another order than the first";
    assumed(again.expect_that(
        second != id,
        "$.id of a second, equal order",
        expected,
        json!(second),
    ))
}

/// `Location` is the URL of the new order, relative to that of the request.
fn has_location(created: &Exchange, id: &str) -> Outcome {
    let location = created.header(header::LOCATION).unwrap_or_default();
    let list = Url::parse(&created.url).ok();
    let named = list.as_ref().and_then(|list| list.join(location).ok());
    let expected = list.map(|list| format!("{}/{id}", list.as_str().trim_end_matches('/')));
    let named = named.map(|named| named.as_str().trim_end_matches('/').to_owned());
    created.expect_that(
        named.is_some() && named == expected,
        "header location",
        "the URL of the new order",
        json!(location),
    )
}

/// A new order has what was ordered, and times that fit.
fn has_ordered_values(
    session: &Session,
    wanted: &Value,
    created: &Exchange,
    order: &Exchange,
) -> Outcome {
    for shown in [created, order] {
        for name in ["features", "profile_name"] {
            if let Some(value) = shown.json().get(name) {
                shown.expect(&format!("$.{name}"), &wanted[name], value)?;
            }
        }
        if let Some(count) = shown.json().get("company_count") {
            let companies = wanted["companies"].as_array().map_or(0, Vec::len);
            shown.expect("$.company_count", &json!(companies), count)?;
        }
        let time = |at: &str| shown.at(at).as_str()?.parse::<Timestamp>().ok();
        let (begun, changed) = (time("/created_at"), time("/updated_at"));
        if changed.is_some() {
            let both = begun.zip(changed);
            let ordered =
                both.is_some_and(|(begun, changed)| begun.duration_since(changed) <= TOGETHER);
            let at = shown.at("/updated_at");
            shown.expect_that(ordered, "$.updated_at", "not before created_at", at)?;
        }
    }
    // Elsewhere, clocks may differ.
    if let Some(begun) = created.at("/created_at").as_str()
        && session.is_sandbox()
    {
        let date = created.header(header::DATE).unwrap_or_default();
        let now = httpdate::parse_http_date(date).ok();
        let now = now.and_then(|now| Timestamp::try_from(now).ok());
        let age = now.zip(begun.parse::<Timestamp>().ok());
        let is_now = age.is_none_or(|(now, begun)| now.duration_since(begun).abs() <= MAX_AGE);
        created.expect_that(
            is_now,
            "$.created_at",
            &format!("the time of the response, {date}"),
            json!(begun),
        )?;
    }
    Ok(())
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
    let none_yet = async || {
        let early = session.send(results(&id, &key)).await?;
        early.expect_error(ErrorCode::Conflict)
    };
    none_yet().await?;
    if !session.is_sandbox() {
        return Ok(());
    }
    for status in ["IN_PROGRESS", "CANCELLED"] {
        tenant.move_order(&id, status).await?;
        none_yet().await?;
    }
    Ok(())
}

/// Companies to enrich: their names and the caller's ids. One has no id, one looks like a number, and two have the same name.
const SUBMITTED: [(&str, Option<&str>); 4] = [
    ("Contract test Zeppelin GmbH", Some("007")),
    ("Contract test \"Anker\"  & S\u{f6}hne AG ", Some("ct-2")),
    ("Contract test Zeppelin GmbH", Some("CT-2")),
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
    exchange.expect("$.order_id", &json!(enriched), &exchange.at("/order_id"))?;
    exchange.expect("$.results[*].source_id", &json!(sent), &json!(returned))?;
    let count = json!(SUBMITTED.len());
    exchange.expect("number of results", &count, &json!(exchange.row_count()))?;
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
