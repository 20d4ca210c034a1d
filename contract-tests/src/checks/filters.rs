//! Filters of lists: they let through what fits, all of it, and nothing else.

use schemas::{OperationId, key::ApiKey};
use serde_json::{Value, json};

use crate::{
    check::{Outcome, Stop},
    client::{Call, Exchange},
    session::{Session, Tenant},
};

/// A list, to be asked with filters.
struct List<'a> {
    tenant: Tenant<'a>,
    key: ApiKey,
    operation: OperationId,
}

impl<'a> List<'a> {
    async fn of(session: &'a Session, operation: OperationId) -> Result<Self, Stop> {
        let tenant = session.tenant().await?;
        let key = tenant.full_key().await?;
        Ok(Self {
            tenant,
            key,
            operation,
        })
    }

    /// A page of what passes the filter.
    async fn get(&self, filter: &str) -> Result<Exchange, Stop> {
        let call = Call::to(self.operation.operation());
        let call = call.query(format!("limit=100&{filter}")).key(&self.key);
        let page = self.tenant.send(call).await?;
        page.expect_status(200)?;
        Ok(page)
    }

    /// Every row of the page fits; the total is told.
    async fn fits(
        &self,
        filter: &str,
        at: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<u64, Stop> {
        let page = self.get(filter).await?;
        for row in page.rows() {
            page.expect_that(
                fits(&row),
                &format!("$.items[*].{at}"),
                filter,
                row[at].clone(),
            )?;
        }
        Ok(total(&page))
    }

    /// Nothing passes the filter.
    async fn empty(&self, filter: &str) -> Outcome {
        let page = self.get(filter).await?;
        page.expect("$.total", &json!(0), &page.at("/total"))?;
        page.expect("$.items", &json!([]), &page.at("/items"))
    }
}

fn total(page: &Exchange) -> u64 {
    page.at("/total").as_u64().unwrap_or_default()
}

/// A text as it stands in a query.
fn encoded(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

/// The first row of a list, of which something is known then.
fn first(page: &Exchange) -> Result<Value, Stop> {
    let first = page.rows().into_iter().next();
    first.ok_or_else(|| Stop::Skipped("the list shows nothing to look for".to_owned()))
}

pub(super) async fn scores(session: &Session) -> Outcome {
    let list = List::of(session, OperationId::ListCompanies).await?;
    let all = list.get("offset=0").await?;
    let score = first(&all)?["match_score"].as_f64().unwrap_or_default();
    let at_least = |row: &Value| {
        row["match_score"]
            .as_f64()
            .is_some_and(|found| found >= score)
    };
    let some = list
        .fits(&format!("min_match_score={score}"), "match_score", at_least)
        .await?;
    let among = list.get(&format!("min_match_score={score}")).await?;
    // The one that it was asked for is among them, and a lower bar lets more through.
    among.expect_that(
        some > 0,
        "$.total",
        "at least the company of that score",
        json!(some),
    )?;
    let whole = list.get("min_match_score=0").await?;
    whole.expect("$.total", &json!(total(&all)), &json!(total(&whole)))
}

pub(super) async fn reviews(session: &Session) -> Outcome {
    let list = List::of(session, OperationId::ListCompanies).await?;
    let mut sum = 0;
    for status in ["accepted", "rejected", "pending"] {
        let has = |row: &Value| row["review_status"] == status;
        sum += list
            .fits(&format!("review_status={status}"), "review_status", has)
            .await?;
    }
    let all = list.get("offset=0").await?;
    all.expect(
        "$.total of all review statuses",
        &json!(total(&all)),
        &json!(sum),
    )?;
    let all = list
        .get("review_status_list=accepted,rejected,pending")
        .await?;
    all.expect("$.total", &json!(sum), &json!(total(&all)))
}

pub(super) async fn prospect_search(session: &Session) -> Outcome {
    let list = List::of(session, OperationId::ListCompanies).await?;
    let search = list
        .tenant
        .first(OperationId::ListProspectSearches, &list.key)
        .await?;
    let belongs = |row: &Value| row["prospect_search_id"] == *search;
    list.fits(
        &encoded("prospect_search_id", &search),
        "prospect_search_id",
        belongs,
    )
    .await?;
    list.empty(&encoded("prospect_search_id", crate::sample::NOBODY))
        .await
}

pub(super) async fn text(session: &Session) -> Outcome {
    for operation in [OperationId::ListCompanies, OperationId::ListProspects] {
        let list = List::of(session, operation).await?;
        let row = first(&list.get("offset=0").await?)?;
        let name = row["name"]
            .as_str()
            .or(row["last_name"].as_str())
            .unwrap_or_default();
        let found = list.get(&encoded("search", &upper_case(name))).await?;
        let among = found.rows().iter().any(|found| found["id"] == row["id"]);
        found.expect_that(
            among,
            "$.items[*].id",
            "also the row that was searched for",
            row["id"].clone(),
        )?;
        list.empty("search=zzqzzqzzq").await?;
    }
    Ok(())
}

/// The text in upper case, but for letters that do not come back from there, as `ß` and `ı` do not: whether
/// such a letter is found as another, is nowhere said.
fn upper_case(text: &str) -> String {
    let upper = |letter: char| {
        let mut upper = letter.to_uppercase();
        let one = upper.next().filter(|_| upper.next().is_none());
        one.filter(|one| one.to_lowercase().eq([letter]))
            .unwrap_or(letter)
    };
    text.chars().map(upper).collect()
}

pub(super) async fn company(session: &Session) -> Outcome {
    let list = List::of(session, OperationId::ListProspects).await?;
    let company = first(&list.get("offset=0").await?)?["company_id"].clone();
    let company = company.as_str().unwrap_or_default();
    let works_there = |row: &Value| row["company_id"] == company;
    let there = list
        .fits(&encoded("company_id", company), "company_id", works_there)
        .await?;
    let page = list.get(&encoded("company_id", company)).await?;
    page.expect_that(
        there > 0,
        "$.total",
        "at least the one who was seen there",
        json!(there),
    )?;
    list.empty(&encoded("company_id", crate::sample::NOBODY))
        .await
}

pub(super) async fn delivered_since(session: &Session) -> Outcome {
    let list = List::of(session, OperationId::ListDeliveries).await?;
    let all = list.get("offset=0").await?.rows();
    let times = all.iter().filter_map(|row| row["delivered_at"].as_str());
    let (Some(earliest), Some(latest)) = (times.clone().min(), times.max()) else {
        return Err(Stop::Skipped("nothing was delivered yet".to_owned()));
    };
    list.empty(&encoded("delivered_since", latest)).await?;
    let later = |row: &Value| row["delivered_at"].as_str().is_some_and(|at| at > earliest);
    let since = list
        .fits(&encoded("delivered_since", earliest), "delivered_at", later)
        .await?;
    let expected = all.iter().filter(|row| later(row)).count();
    let page = list.get(&encoded("delivered_since", earliest)).await?;
    page.expect("$.total", &json!(expected), &json!(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_is_the_same_word() {
        assert_eq!(upper_case("Müller"), "MÜLLER");
        assert_eq!(upper_case("Weiß"), "WEIß");
        assert_eq!(upper_case("Yılmaz"), "YıLMAZ");
        assert_eq!(upper_case("MÜLLER"), "MÜLLER");
    }
}
