//! Filters of lists: they select all matching rows and no others.

mod text;
mod together;

use jiff::{Timestamp, tz::Offset};
use schemas::{OperationId, key::ApiKey};
use serde_json::{Value, json};

pub(super) use self::{text::text, together::together};
use crate::{
    contract::UNKNOWN_ID,
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

/// A list, with its first page without a filter.
struct List<'a> {
    tenant: Tenant<'a>,
    key: ApiKey,
    operation: OperationId,
    all: Exchange,
}

impl<'a> List<'a> {
    async fn new(session: &'a Session, operation: OperationId) -> Result<Self, NotPassed> {
        let tenant = session.tenant().await?;
        let key = tenant.full_key().await?;
        let all = page(&tenant, operation, &key, "offset=0").await?;
        Ok(Self {
            tenant,
            key,
            operation,
            all,
        })
    }

    /// The first page of the filtered list.
    async fn get(&self, filter: &str) -> Result<Exchange, NotPassed> {
        page(&self.tenant, self.operation, &self.key, filter).await
    }

    /// The list with this query.
    async fn request(&self, query: &str) -> Result<Exchange, NotPassed> {
        request(&self.tenant, self.operation, &self.key, query.to_owned()).await
    }

    /// Checks that the filter selects exactly the matching rows; returns the total.
    async fn count_matching(
        &self,
        filter: &str,
        at: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<u64, NotPassed> {
        let page = self.get(filter).await?;
        for row in page.rows() {
            let actual = row[at].clone();
            let expected = format!("one that {filter} selects");
            page.expect_that(fits(row), &format!("$.items[*].{at}"), &expected, actual)?;
        }
        // Only the first page of a long list is known.
        let (fit, others): (Vec<_>, Vec<_>) = self.all.rows().iter().partition(|row| fits(row));
        let min = fit.len() as u64;
        let max = total(&self.all)?.saturating_sub(others.len() as u64);
        let expected = format!("{min} to {max}, as {filter} selects");
        let total = total(&page)?;
        let is_valid = (min..=max).contains(&total);
        page.expect_that(is_valid, "$.total", &expected, json!(total))?;
        Ok(total)
    }

    /// Checks that the filter selects nothing.
    async fn empty(&self, filter: &str) -> Outcome {
        let page = self.get(filter).await?;
        page.expect("$.total", &json!(0), &page.at("/total"))?;
        page.expect("$.items", &json!([]), &page.at("/items"))
    }

    /// The distinct values of a field, in the order of the list. Skips the check if there are fewer than `least`: a filter that
    /// selects all rows, or none, proves nothing.
    fn distinct_values<T: PartialEq>(
        &self,
        at: &str,
        min: usize,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Vec<T>, NotPassed> {
        let mut different = Vec::new();
        for value in self.all.rows().iter().filter_map(|row| read(&row[at])) {
            if !different.contains(&value) {
                different.push(value);
            }
        }
        if different.len() >= min {
            return Ok(different);
        }
        Err(NotPassed::Skipped(format!(
            "needs at least {min} different values of {at} in {}, to see what the filter does",
            self.operation
        )))
    }
}

async fn page(
    tenant: &Tenant<'_>,
    operation: OperationId,
    key: &ApiKey,
    filter: &str,
) -> Result<Exchange, NotPassed> {
    request(tenant, operation, key, format!("limit=100&{filter}")).await
}

async fn request(
    tenant: &Tenant<'_>,
    operation: OperationId,
    key: &ApiKey,
    query: String,
) -> Result<Exchange, NotPassed> {
    let request = ApiRequest::to(operation.operation()).query(query).key(key);
    let page = tenant.send(request).await?;
    page.expect_status(200)?;
    Ok(page)
}

fn total(page: &Exchange) -> Result<u64, NotPassed> {
    page.number_at("/total")
}

/// A query parameter, percent-encoded.
fn encoded(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

pub(super) async fn scores(session: &Session) -> Outcome {
    let list = List::new(session, OperationId::ListCompanies).await?;
    let mut scores = list.distinct_values("match_score", 3, Value::as_f64)?;
    scores.sort_by(f64::total_cmp);
    // One score with lower and higher ones around it, and the highest.
    for score in [scores[scores.len() / 2], scores[scores.len() - 1]] {
        let at_least = |row: &Value| {
            row["match_score"]
                .as_f64()
                .is_some_and(|found| found >= score)
        };
        let filter = format!("min_match_score={score}");
        list.count_matching(&filter, "match_score", at_least)
            .await?;
    }
    let whole = list.get("min_match_score=0").await?;
    whole.expect("$.total", &json!(total(&list.all)?), &json!(total(&whole)?))
}

pub(super) async fn reviews(session: &Session) -> Outcome {
    let list = List::new(session, OperationId::ListCompanies).await?;
    let known = list.distinct_values("review_status", 2, text_of)?;
    let (mut all, mut some, mut words) = (0, 0, Vec::new());
    for status in ["accepted", "rejected", "pending"] {
        let has = |row: &Value| row["review_status"] == status;
        let filter = format!("review_status={status}");
        let total = list.count_matching(&filter, "review_status", has).await?;
        all += total;
        if status != known[1] {
            some += total;
            words.push(status);
        }
    }
    let whole = &list.all;
    let at = "$.total of all review statuses";
    whole.expect(at, &json!(total(whole)?), &json!(all))?;
    let has = |row: &Value| words.iter().any(|word| row["review_status"] == *word);
    let filter = format!("review_status_list={}", words.join(","));
    let listed = list.count_matching(&filter, "review_status", has).await?;
    whole.expect(
        "$.total of two review statuses",
        &json!(some),
        &json!(listed),
    )
}

pub(super) async fn prospect_search(session: &Session) -> Outcome {
    let list = List::new(session, OperationId::ListCompanies).await?;
    // A company without a search counts as another value.
    let known = list.distinct_values("prospect_search_id", 2, |id| Some(text_of(id)))?;
    for search in known.iter().flatten().take(2) {
        let belongs = |row: &Value| row["prospect_search_id"] == *search;
        let filter = encoded("prospect_search_id", search);
        list.count_matching(&filter, "prospect_search_id", belongs)
            .await?;
    }
    list.empty(&encoded("prospect_search_id", UNKNOWN_ID)).await
}

pub(super) async fn company(session: &Session) -> Outcome {
    let list = List::new(session, OperationId::ListProspects).await?;
    let known = list.distinct_values("company_id", 2, text_of)?;
    for company in known.iter().take(2) {
        let works_there = |row: &Value| row["company_id"] == *company;
        let filter = encoded("company_id", company);
        list.count_matching(&filter, "company_id", works_there)
            .await?;
    }
    have_its_name(&list, &known[0]).await?;
    list.empty(&encoded("company_id", UNKNOWN_ID)).await
}

/// The prospects of a company have its name.
async fn have_its_name(list: &List<'_>, company: &str) -> Outcome {
    let read = ApiRequest::on(OperationId::GetCompany.operation(), company);
    let read = list.tenant.send(read.key(&list.key)).await?;
    read.expect_status(200)?;
    let rows = list.all.rows().iter();
    for row in rows.filter(|row| row["company_id"] == company) {
        if let Some(name) = row["company_name"].as_str() {
            let at = "$.items[*].company_name";
            list.all.expect(at, &read.at("/name"), &json!(name))?;
        }
    }
    Ok(())
}

pub(super) async fn delivered_since(session: &Session) -> Outcome {
    let list = List::new(session, OperationId::ListDeliveries).await?;
    let time = |at: &Value| at.as_str()?.parse::<Timestamp>().ok();
    let at = "delivered_at";
    let mut times = list.distinct_values(at, 2, time)?;
    times.sort();
    // Some known rows are later than the first time; none is later than the last.
    let last = times[times.len() - 1];
    // If its offset was ignored, the last time would be two hours earlier.
    let elsewhere = last.display_with_offset(Offset::constant(-2)).to_string();
    for (since, written) in [(times[0], times[0].to_string()), (last, elsewhere)] {
        let later = |row: &Value| time(&row[at]).is_some_and(|time| time > since);
        let filter = encoded("delivered_since", &written);
        list.count_matching(&filter, at, later).await?;
    }
    Ok(())
}
