//! What a discovery finds, and how it is delivered.

use schemas::{OperationId, key::ApiKey};
use serde_json::{Value, json};

use super::orders::{complete, create, results};
use crate::{
    check::{Outcome, Stop},
    client::{Call, Exchange},
    session::{Session, Tenant},
};

/// As many companies as an order may want.
const ALL: u32 = 10_000;
/// More than one company, and each is read.
const MANY: u64 = 7;

/// Everything that a discovery order finds that asks for this, too.
async fn discover(
    session: &Session,
    tenant: &Tenant<'_>,
    key: &ApiKey,
    wanted: Value,
) -> Result<Exchange, Stop> {
    let mut order = json!({
        "title": "Contract test: discovery", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"],
    });
    for (name, value) in wanted.as_object().into_iter().flatten() {
        order[name] = value.clone();
    }
    let (id, _) = create(session, key, &order).await?;
    complete(session, tenant, key, &id).await?;
    let found = session.send(results(&id, key).query("limit=100")).await?;
    found.expect_status(200)?;
    Ok(found)
}

pub(super) async fn blacklist(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let search = tenant
        .first(OperationId::ListProspectSearches, &key)
        .await?;
    let wanted = |lists: Value| json!({"prospect_search_id": search, "quantity": ALL, "blacklist_ids": lists});
    let all = discover(session, &tenant, &key, wanted(json!([]))).await?;
    let rows = all.rows();
    let [sited, named, ..] = &*rows else {
        return Err(Stop::Skipped(
            "a discovery finds fewer than two companies".to_owned(),
        ));
    };
    let create = Call::to(OperationId::CreateBlacklist.operation());
    let made = create.json(&json!({"name": "Contract test: discovery"}));
    let made = session.send(made.key(&key)).await?;
    let list = made.text_at("/id")?;
    let entries = json!({"entries": [
        {"website_url": sited["company"]["website"]},
        {"company_name": named["company"]["name"], "city": named["company"]["city"]},
        {"company_name": rows[rows.len() - 1]["company"]["name"], "city": "Contract test"},
    ]});
    let add = Call::on(OperationId::AddBlacklistEntries.operation(), &list);
    session
        .send(add.json(&entries).key(&key))
        .await?
        .expect_success()?;
    let left = discover(session, &tenant, &key, wanted(json!([list]))).await?;
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
    left.expect(
        "companies that are missing",
        &names(vec![sited, named]),
        &names(rows.iter().filter(gone).collect()),
    )
}

pub(super) async fn prospect_search(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let search = tenant
        .first(OperationId::ListProspectSearches, &key)
        .await?;
    let wanted = |quantity| json!({"prospect_search_id": search, "quantity": quantity});
    let all = discover(session, &tenant, &key, wanted(u64::from(ALL))).await?;
    let there_are = all.at("/total").as_u64().unwrap_or_default();
    // Fewer than there are, so that it shows.
    let quantity = there_are.saturating_sub(1).min(MANY);
    if quantity == 0 {
        let reason = "needs a prospect search with two companies";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let found = discover(session, &tenant, &key, wanted(quantity)).await?;
    found.expect("$.total", &json!(quantity), &found.at("/total"))?;
    for row in found.rows() {
        let company = row["company_id"].as_str().unwrap_or_default();
        let read = Call::on(OperationId::GetCompany.operation(), company);
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
    let order = crate::session::enrichment("Contract test: delivery");
    let (id, _) = create(session, &key, &order).await?;
    let delivered = async || {
        let list = Call::to(OperationId::ListDeliveries.operation());
        let list = session
            .send(list.query(format!("order_id={id}")).key(&key))
            .await?;
        list.expect_status(200)?;
        Ok::<_, Stop>(list)
    };
    let early = delivered().await?;
    early.expect(
        "$.total before the order is completed",
        &json!(0),
        &early.at("/total"),
    )?;
    complete(session, &tenant, &key, &id).await?;
    let found = session.send(results(&id, &key)).await?;
    let companies = |page: &Exchange| -> Value {
        let rows = page.rows().into_iter();
        rows.map(|mut row| row["company_id"].take()).collect()
    };
    let list = delivered().await?;
    list.expect(
        "$.items[*].company_id",
        &companies(&found),
        &companies(&list),
    )
}
