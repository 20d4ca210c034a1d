//! Discovery orders and deliveries.

use schemas::{OperationId, key::ApiKey};
use serde_json::{Value, json};

use super::orders::{complete, create, results};
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

/// The largest quantity of an order.
const ALL: u32 = 10_000;
/// A quantity of more than one company, each of which is read.
const MANY: u64 = 7;

/// The prospect search with the most companies except the first: a server that ignores the requested search might use
/// that one.
async fn largest_search(tenant: &Tenant<'_>, key: &ApiKey) -> Result<String, NotPassed> {
    let searches = tenant
        .list(OperationId::ListProspectSearches, "", key)
        .await?;
    let others = searches.rows().iter().skip(1);
    let largest = others.max_by_key(|search| search["company_count"].as_u64());
    let id = largest.and_then(|search| search["id"].as_str().map(ToOwned::to_owned));
    id.ok_or_else(|| NotPassed::Skipped("needs a second prospect search".to_owned()))
}

/// The results of a discovery order with these fields.
async fn discover(
    session: &Session,
    tenant: &Tenant<'_>,
    key: &ApiKey,
    wanted: Value,
) -> Result<Exchange, NotPassed> {
    let mut order = json!({
        "title": "Contract test: discovery", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"],
    });
    for (name, value) in wanted.as_object().into_iter().flatten() {
        order[name] = value.clone();
    }
    let (id, created) = create(session, key, &order).await?;
    if let Some(quantity) = created.json().get("quantity") {
        created.expect("$.quantity", &order["quantity"], quantity)?;
    }
    complete(session, tenant, key, &id).await?;
    let found = session.send(results(&id, key).query("limit=100")).await?;
    found.expect_status(200)?;
    Ok(found)
}

/// A company with a unique domain, and two with unique names.
fn distinguishable<'a>(all: &Exchange, rows: &'a [Value]) -> Result<[&'a Value; 3], NotPassed> {
    let has = |row: &&Value, at: &str| row["company"][at].is_string();
    let both = |row: &Value| has(&row, "website") && has(&row, "city");
    let shown = rows.is_empty() || rows.iter().any(both);
    let at = "$.results[*].company";
    all.expect_that(shown, at, "a website and a city", json!(rows.first()))?;
    let only = |row: &&Value, at: &str| {
        let same = |other: &&Value| other["company"][at] == row["company"][at];
        rows.iter().filter(same).count() == 1
    };
    let by_domain = rows
        .iter()
        .find(|row| has(row, "website") && only(row, "website"));
    let named = rows
        .iter()
        .filter(|row| has(row, "city") && only(row, "name"));
    let mut named = named.filter(|row| by_domain.is_none_or(|by_domain| by_domain != *row));
    match (by_domain, named.next(), named.next()) {
        (Some(by_domain), Some(named), Some(elsewhere)) => Ok([by_domain, named, elsewhere]),
        _ => Err(NotPassed::Skipped(
            "needs a discovery with three companies that differ by domain and name".to_owned(),
        )),
    }
}

/// A new blacklist with these entries; its id.
async fn blacklist_of(
    session: &Session,
    key: &ApiKey,
    entries: Value,
) -> Result<String, NotPassed> {
    let create = ApiRequest::to(OperationId::CreateBlacklist.operation());
    let created = create.json(&json!({"name": "Contract test: discovery"}));
    let created = session.send(created.key(key)).await?;
    created.expect_success()?;
    let list = created.text_at("/id")?;
    let add = ApiRequest::on(OperationId::AddBlacklistEntries.operation(), &list);
    let add = add.json(&json!({"entries": entries})).key(key);
    session.send(add).await?.expect_success()?;
    Ok(list)
}

pub(super) async fn blacklist(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let search = largest_search(&tenant, &key).await?;
    let wanted = |lists: Value| json!({"prospect_search_id": search, "quantity": ALL, "blacklist_ids": lists});
    let all = discover(session, &tenant, &key, wanted(json!([]))).await?;
    let rows = all.rows();
    let [by_domain, named, elsewhere] = distinguishable(&all, rows)?;
    let domains = json!([{"website_url": by_domain["company"]["website"]}]);
    let names_and_cities = json!([
        {"company_name": named["company"]["name"], "city": named["company"]["city"]},
        {"company_name": elsewhere["company"]["name"], "city": "Contract test"},
    ]);
    let lists = [
        blacklist_of(session, &key, domains).await?,
        blacklist_of(session, &key, names_and_cities).await?,
    ];
    let left = discover(session, &tenant, &key, wanted(json!(lists))).await?;
    let gone = |row: &&Value| {
        !left
            .rows()
            .iter()
            .any(|left| left["company_id"] == row["company_id"])
    };
    let names = |rows: Vec<&Value>| -> Value {
        rows.into_iter()
            .map(|row| row["company"]["name"].clone())
            .collect()
    };
    let mut expected = vec![by_domain, named];
    expected.sort_by_key(|row| rows.iter().position(|other| other == *row));
    left.expect(
        "missing companies",
        &names(expected),
        &names(rows.iter().filter(gone).collect()),
    )
}

pub(super) async fn prospect_search(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let search = largest_search(&tenant, &key).await?;
    let wanted = |quantity| json!({"prospect_search_id": search, "quantity": quantity});
    let all = discover(session, &tenant, &key, wanted(u64::from(ALL))).await?;
    let there_are = all.at("/total").as_u64().unwrap_or_default();
    // Fewer companies than the search has, so that the limit takes effect.
    let quantity = there_are.saturating_sub(1).min(MANY);
    if quantity == 0 {
        let reason = "needs a prospect search with two companies";
        return Err(NotPassed::Skipped(reason.to_owned()));
    }
    let found = discover(session, &tenant, &key, wanted(quantity)).await?;
    found.expect("$.total", &json!(quantity), &found.at("/total"))?;
    for (row, _) in found.rows().iter().zip(0..quantity) {
        let company = row["company_id"].as_str().unwrap_or_default();
        let read = ApiRequest::on(OperationId::GetCompany.operation(), company);
        let read = session.send(read.key(&key)).await?;
        read.expect(
            "$.prospect_search_id",
            &json!(search),
            &read.at("/prospect_search_id"),
        )?;
        read.expect("$.name", &row["company"]["name"], &read.at("/name"))?;
    }
    Ok(())
}

pub(super) async fn delivery(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let order = crate::provider::session::enrichment("Contract test: delivery");
    let (id, _) = create(session, &key, &order).await?;
    let delivered = async || {
        let list = ApiRequest::to(OperationId::ListDeliveries.operation());
        let list = session
            .send(list.query(format!("order_id={id}")).key(&key))
            .await?;
        list.expect_status(200)?;
        Ok::<_, NotPassed>(list)
    };
    if session.expected().orders_take_time() {
        let early = delivered().await?;
        early.expect(
            "$.total before the order is completed",
            &json!(0),
            &early.at("/total"),
        )?;
    }
    complete(session, &tenant, &key, &id).await?;
    let found = session.send(results(&id, &key)).await?;
    let companies = |page: &Exchange| -> Value {
        let rows = page.rows().iter();
        rows.map(|row| row["company_id"].clone()).collect()
    };
    let list = delivered().await?;
    list.expect(
        "$.items[*].company_id",
        &companies(&found),
        &companies(&list),
    )
}
