//! What the results of an order contain.

use serde_json::{Value, json};

use super::orders::{complete, create, results};
use crate::{
    finding::{Exchange, Outcome},
    provider::session::Session,
};

/// The features that show in a field of their own.
const FIELDS: [(&str, &str); 2] = [("CONTACTS", "contacts"), ("TECHNOLOGIES", "technologies")];

pub(super) async fn features(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    for (feature, _) in FIELDS {
        let order = json!({
            "title": "Contract test: features", "features": [feature],
            "companies": [{"company_name": "Grand Hotel Berlin", "city": "Berlin", "country": "Germany"}],
        });
        let (id, _) = create(session, &key, &order).await?;
        complete(session, &tenant, &key, &id).await?;
        let found = session.send(results(&id, &key)).await?;
        found.expect_status(200)?;
        let is_empty = found.rows().is_empty();
        found.expect_that(!is_empty, "$.results", "a company", json!([]))?;
        has_what_was_ordered(&found, feature)?;
    }
    Ok(())
}

fn has_what_was_ordered(found: &Exchange, feature: &str) -> Outcome {
    for (other, field) in FIELDS {
        let with = found.rows().iter();
        let with = with.filter(|row| row[field].as_array().is_some_and(|all| !all.is_empty()));
        let (count, at) = (
            with.count(),
            format!("results with {field}, of an order for {feature}"),
        );
        let is_ordered = other == feature;
        let expected = if is_ordered { "at least 1" } else { "0" };
        let holds = if is_ordered { count > 0 } else { count == 0 };
        found.expect_that(holds, &at, expected, json!(count))?;
    }
    // Nothing of a company but what identifies it.
    let named = found
        .rows()
        .iter()
        .all(|row| row["company"]["name"].is_string());
    let first = found
        .rows()
        .first()
        .map_or(Value::Null, |row| row["company"].clone());
    found.expect_that(named, "$.results[*].company.name", "a name", first)
}
