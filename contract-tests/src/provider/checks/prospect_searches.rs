//! Updates of prospect searches: versions, and the fields that an API key may change.

use futures_util::future::try_join;
use schemas::{ErrorCode, OperationId, key::ApiKey};
use serde_json::{Value, json};

use super::evidence::assumed;
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

/// A prospect search to update.
struct Search<'a> {
    tenant: Tenant<'a>,
    key: ApiKey,
    id: String,
}

impl<'a> Search<'a> {
    /// The first in the list: no operation creates a prospect search.
    async fn first(session: &'a Session) -> Result<Self, NotPassed> {
        let tenant = session.tenant().await?;
        let key = tenant.full_key().await?;
        let id = tenant
            .first_id(OperationId::ListProspectSearches, &key)
            .await?;
        Ok(Self { tenant, key, id })
    }

    async fn read(&self) -> Result<Exchange, NotPassed> {
        let read = ApiRequest::on(OperationId::GetProspectSearch.operation(), &self.id);
        let read = self.tenant.send(read.key(&self.key)).await?;
        read.expect_status(200)?;
        Ok(read)
    }

    async fn change(&self, version: u64, change: &Value) -> Result<Exchange, NotPassed> {
        let mut change = change.clone();
        change["version"] = json!(version);
        let request = ApiRequest::on(OperationId::UpdateProspectSearch.operation(), &self.id);
        self.tenant.send(request.json(&change).key(&self.key)).await
    }
}

fn version(read: &Exchange) -> Result<u64, NotPassed> {
    read.number_at("/version")
}

pub(super) async fn stale(session: &Session) -> Outcome {
    let search = Search::first(session).await?;
    let before = search.read().await?;
    let (version, name) = (version(&before)?, before.text_at("/name")?);
    let changed = search.change(version, &json!({"name": name})).await?;
    changed.expect_success()?;
    let next = changed.at("/version");
    changed.expect_that(next != json!(version), "$.version", "a new version", next)?;
    // An update based on the version before must not overwrite the change.
    let other = json!({"name": "Contract test: stale"});
    let stale = search.change(version, &other).await?;
    let after = search.read().await?;
    stale.expect_status(ErrorCode::Conflict.facts().status)?;
    after.expect("$.name", &json!(name), &after.at("/name"))?;
    // The code of that 409 is not documented.
    assumed(stale.expect_error(ErrorCode::Conflict))?;
    // Nobody can have read a version that does not exist yet.
    let current = self::version(&after)?;
    let future = search.change(current + FUTURE, &other).await?;
    assumed(future.expect_status(ErrorCode::Conflict.facts().status))?;
    let first = json!({"name": "Contract test: first"});
    let second = json!({"name": "Contract test: second"});
    let both = try_join(
        search.change(current, &first),
        search.change(current, &second),
    );
    let (first, second) = both.await?;
    let succeeded = [&first, &second].map(|change| change.status.is_success());
    let count = succeeded.into_iter().filter(|succeeded| *succeeded).count();
    let at = "successes of two updates at once with one version";
    second.expect(at, &json!(1), &json!(count))
}

/// How far ahead a version is that does not exist yet.
const FUTURE: u64 = 1_000;

pub(super) async fn stripped(session: &Session) -> Outcome {
    let search = Search::first(session).await?;
    let before = search.read().await?;
    let change = json!({"name": "Contract test: stripped", "geo_locations": ["Contract test"]});
    let changed = search.change(version(&before)?, &change).await?;
    changed.expect_success()?;
    changed.expect(
        "$.stripped_fields",
        &json!(["geo_locations"]),
        &changed.at("/stripped_fields"),
    )?;
    let after = search.read().await?;
    after.expect("$.name", &change["name"], &after.at("/name"))?;
    after.expect(
        "$.geo_locations",
        &before.at("/geo_locations"),
        &after.at("/geo_locations"),
    )
}

pub(super) async fn mask(session: &Session) -> Outcome {
    let search = Search::first(session).await?;
    let before = search.read().await?;
    let change = json!({
        "update_mask": ["name"], "name": "Contract test: mask", "ideal_customer_profile": "Contract test",
    });
    search
        .change(version(&before)?, &change)
        .await?
        .expect_success()?;
    let after = search.read().await?;
    after.expect("$.name", &change["name"], &after.at("/name"))?;
    let profile = "/ideal_customer_profile";
    after.expect(
        "$.ideal_customer_profile",
        &before.at(profile),
        &after.at(profile),
    )
}

pub(super) async fn blacklists(session: &Session) -> Outcome {
    let search = Search::first(session).await?;
    let (tenant, key) = (&search.tenant, &search.key);
    let make = async || {
        let create = ApiRequest::to(OperationId::CreateBlacklist.operation());
        let create = create.json(&json!({"name": "Contract test: search"}));
        let created = tenant.send(create.key(key)).await?;
        created.expect_success()?;
        created.text_at("/id")
    };
    let assigned = async |expected: &[&str]| {
        let read = ApiRequest::on(OperationId::ListSearchBlacklists.operation(), &search.id);
        let read = tenant.send(read.key(key)).await?;
        read.expect("$.items[*].id", &json!(expected), &ids(&read))
    };
    let set = async |lists: Value| {
        let set = ApiRequest::on(OperationId::SetSearchBlacklists.operation(), &search.id);
        let set = set.json(&json!({"blacklist_ids": lists})).key(key);
        tenant.send(set).await?.expect_success()
    };
    let (first, second) = (make().await?, make().await?);
    // Setting replaces what was set before.
    for list in [&first, &second] {
        set(json!([list])).await?;
        assigned(&[list]).await?;
    }
    set(json!([])).await?;
    assigned(&[]).await?;
    set(json!([second])).await?;
    let delete = ApiRequest::on(OperationId::DeleteBlacklist.operation(), &second);
    tenant.send(delete.key(key)).await?.expect_success()?;
    assigned(&[]).await
}

fn ids(list: &Exchange) -> Value {
    let rows = list.rows().iter();
    rows.map(|row| row["id"].clone()).collect()
}
