//! Numbers of other objects that an object states, against the list of these objects.

use schemas::{Operation, OperationId};
use serde_json::json;

use crate::{
    finding::{ApiRequest, Bearer, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// Where an operation states how many rows a list has.
struct Count {
    operation: OperationId,
    /// The field with the number.
    field: &'static str,
    list: OperationId,
    /// The parameter that selects the rows of the object, where its id is not in the path of the list.
    filter: Option<&'static str>,
}

const COUNTS: [Count; 4] = [
    Count {
        operation: OperationId::GetBlacklist,
        field: "entry_count",
        list: OperationId::ListBlacklistEntries,
        filter: None,
    },
    Count {
        operation: OperationId::AddBlacklistEntries,
        field: "total",
        list: OperationId::ListBlacklistEntries,
        filter: None,
    },
    Count {
        operation: OperationId::GetJobSearch,
        field: "total",
        list: OperationId::ListJobSearchResults,
        filter: None,
    },
    Count {
        operation: OperationId::GetProspectSearch,
        field: "company_count",
        list: OperationId::ListCompanies,
        filter: Some("prospect_search_id"),
    },
];

/// Maximum number of reads after the first request: the list, and both once more.
pub(super) const READS: usize = 3;

fn of(operation: &Operation) -> Option<&'static Count> {
    COUNTS.iter().find(|count| count.operation == operation.id)
}

/// Whether it states how many rows a list has.
pub(super) fn counts(operation: &Operation) -> bool {
    of(operation).is_some()
}

impl Count {
    /// The list, as the owner of the key sees it.
    async fn listed(
        &self,
        session: &Session,
        id: &str,
        key: &impl Bearer,
    ) -> Result<Exchange, NotPassed> {
        let query = self.filter.map(|name| format!("&{name}={id}"));
        let query = format!("limit=1{}", query.unwrap_or_default());
        let list = ApiRequest::on(self.list.operation(), id).query(query);
        let listed = session.send(list.key(key)).await?;
        listed.expect_status(200)?;
        Ok(listed)
    }

    fn expect_as_listed(&self, stated: &Exchange, listed: &Exchange) -> Outcome {
        let number = stated.number_at(&format!("/{}", self.field))?;
        let at = format!("$.{}", self.field);
        stated.expect(&at, &json!(listed.number_at("/total")?), &json!(number))
    }
}

pub(super) async fn as_listed(session: &Session, operation: &'static Operation) -> Outcome {
    let Some(count) = of(operation) else {
        return Ok(());
    };
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    let stated = session.send(request.clone()).await?;
    stated.expect_success()?;
    let listed = count.listed(session, request.id(), &key).await?;
    let first = count.expect_as_listed(&stated, &listed);
    if first.is_ok() || !super::is_get(operation) {
        return first;
    }
    // It may have grown in between, as a job search does, or others may have changed it.
    let again = session.send(request.clone()).await?;
    let number = |seen: &Exchange| seen.number_at(&format!("/{}", count.field));
    if (number(&stated)?..=number(&again)?).contains(&listed.number_at("/total")?) {
        return Ok(());
    }
    let listed = count.listed(session, request.id(), &key).await?;
    count.expect_as_listed(&again, &listed)
}
