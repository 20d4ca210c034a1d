//! For each operation, a request that a correct server accepts, with the objects that it needs.

mod needs;

use std::cmp::Reverse;

use http::Method;
use schemas::{
    Entity, Evidence, Operation, OperationId,
    documents::Document,
    examples::{self, LiveValue},
};
use serde_json::{Value, json};

pub(crate) use self::needs::{can_prepare, max_requests, operations_to_prepare};
use crate::{
    finding::{ApiRequest, Bearer, Exchange, NotPassed, Violation, json_path},
    provider::{
        absence, check_context,
        session::{Session, Tenant},
    },
};

/// Maximum number of further requests that [`Tenant::populated_list_request`] sends on a sandbox.
pub(crate) const MAX_FILL_REQUESTS: usize = 8;

impl Tenant<'_> {
    /// A request that a correct server accepts, if the key has the scopes.
    pub async fn valid_request(
        &self,
        operation: &'static Operation,
        key: &impl Bearer,
    ) -> Result<ApiRequest, NotPassed> {
        preparation(self.session(), Box::pin(self.valid(operation, key))).await
    }

    async fn valid(
        &self,
        operation: &'static Operation,
        key: &impl Bearer,
    ) -> Result<ApiRequest, NotPassed> {
        let writes = operation.method != Method::GET;
        let id = match operation.entity() {
            Some(entity) => self.object_id(entity, writes, key).await?,
            None => String::new(),
        };
        let mut request = ApiRequest::on(operation, &id).key(key);
        if let Some(document) = operation.request {
            request = request.json(&self.body(document, &id, key).await?);
        }
        if operation.is_list() {
            request = request.query("limit=10");
        }
        Ok(request)
    }

    /// A request for a list with at least two rows, which paging needs. On a sandbox the rows are created; elsewhere the list
    /// is used unchanged.
    pub async fn populated_list_request(
        &self,
        list: &'static Operation,
        key: &impl Bearer,
    ) -> Result<ApiRequest, NotPassed> {
        preparation(self.session(), Box::pin(self.populated(list, key))).await
    }

    async fn populated(
        &self,
        list: &'static Operation,
        key: &impl Bearer,
    ) -> Result<ApiRequest, NotPassed> {
        let request = self.valid(list, key).await?;
        if !self.session().is_sandbox() {
            return Ok(request);
        }
        if list.id == OperationId::ListBlacklists {
            self.new_blacklist(key).await?;
        } else if list.id == OperationId::ListJobSearches {
            let document = Document::CreateJobSearch;
            self.create(OperationId::CreateJobSearch, document, key)
                .await?;
        } else if list.id == OperationId::ListApiKeys {
            for _ in 0..2 {
                self.mint(json!({"preset": "orders"})).await?;
            }
        } else if list.id == OperationId::ListSearchBlacklists {
            let lists = [
                self.new_blacklist(key).await?,
                self.new_blacklist(key).await?,
            ];
            let set = ApiRequest::on(OperationId::SetSearchBlacklists.operation(), request.id());
            let set = set.json(&json!({"blacklist_ids": lists})).key(key);
            self.send(set).await?.expect_success()?;
        } else if list.id == OperationId::ListCompanyJobs {
            return self.company_with_jobs(list, key).await;
        }
        Ok(request)
    }

    /// A request for the jobs of a company that has at least two, among the first few companies.
    async fn company_with_jobs(
        &self,
        jobs: &'static Operation,
        key: &impl Bearer,
    ) -> Result<ApiRequest, NotPassed> {
        let companies = self.list(OperationId::ListCompanies, "", key).await?;
        let mut companies: Vec<_> = companies.rows().iter().collect();
        // Large companies have more jobs.
        companies.sort_by_key(|company| Reverse(company["employee_count"].as_u64()));
        for company in companies.iter().take(MAX_FILL_REQUESTS - 1) {
            let id = company["id"].as_str().unwrap_or_default();
            if self.list(jobs.id, id, key).await?.rows().len() > 1 {
                return Ok(ApiRequest::on(jobs, id).query("limit=10").key(key));
            }
        }
        Err(NotPassed::Skipped(
            "needs a company with at least two jobs".to_owned(),
        ))
    }

    /// The id of an object that exists, for a request that must not change it.
    pub(crate) async fn existing_id(
        &self,
        entity: Entity,
        key: &impl Bearer,
    ) -> Result<String, NotPassed> {
        let work = Box::pin(self.object_id(entity, false, key));
        preparation(self.session(), work).await
    }

    /// The id of an object to read, or of an object created by the run to change.
    async fn object_id(
        &self,
        entity: Entity,
        change: bool,
        key: &impl Bearer,
    ) -> Result<String, NotPassed> {
        match entity {
            Entity::Order => self.completed_order(key).await,
            Entity::Blacklist if change => self.new_blacklist(key).await,
            Entity::Blacklist => self.first_id(OperationId::ListBlacklists, key).await,
            Entity::ProspectSearch => self.first_id(OperationId::ListProspectSearches, key).await,
            Entity::Company if change => {
                self.create(OperationId::CreateCompany, Document::CreateCompany, key)
                    .await
            }
            Entity::Company => self.first_id(OperationId::ListCompanies, key).await,
            Entity::Prospect if change => {
                self.create(OperationId::CreateProspect, Document::CreateProspect, key)
                    .await
            }
            Entity::Prospect => self.first_id(OperationId::ListProspects, key).await,
            Entity::Delivery => self.first_id(OperationId::ListDeliveries, key).await,
            Entity::JobSearch => {
                self.create(OperationId::CreateJobSearch, Document::CreateJobSearch, key)
                    .await
            }
            Entity::ApiKey if change => {
                self.create(OperationId::CreateApiKey, Document::CreateApiKey, key)
                    .await
            }
            Entity::ApiKey => {
                if self.session().is_sandbox() {
                    self.mint(json!({"preset": "orders"})).await?;
                }
                self.first_id(OperationId::ListApiKeys, key).await
            }
            Entity::BlacklistEntry | Entity::RegisterEntry => Err(NotPassed::Inconclusive(
                format!("no operation has the id of a {entity} in its path"),
            )),
        }
    }

    /// A valid body for an operation on the object `id`.
    async fn body(
        &self,
        document: Document,
        id: &str,
        key: &impl Bearer,
    ) -> Result<Value, NotPassed> {
        let mut body = examples::body(document);
        if let Some(field) = examples::live_field(document) {
            body[field.name] = self.live_value(field.value, id, key).await?;
        }
        Ok(body)
    }

    async fn live_value(
        &self,
        value: LiveValue,
        id: &str,
        key: &impl Bearer,
    ) -> Result<Value, NotPassed> {
        match value {
            LiveValue::EntryIds => {
                let list = OperationId::ListBlacklistEntries;
                let entries = self.list(list, id, key).await?;
                Ok(json!([entries.text_at("/items/0/id")?]))
            }
            LiveValue::BlacklistIds => Ok(json!([self.new_blacklist(key).await?])),
            LiveValue::SearchVersion => {
                let read = ApiRequest::on(OperationId::GetProspectSearch.operation(), id);
                let read = self.send(read.key(key)).await?;
                read.expect_status(200)?;
                Ok(json!(read.number_at("/version")?))
            }
            LiveValue::CompanyId => {
                let company = self.first_id(OperationId::ListCompanies, key).await?;
                Ok(json!(company))
            }
        }
    }

    /// Creates an object; returns its id.
    async fn create(
        &self,
        create: OperationId,
        document: Document,
        key: &impl Bearer,
    ) -> Result<String, NotPassed> {
        let body = Box::pin(self.body(document, "", key)).await?;
        let create = ApiRequest::to(create.operation()).json(&body);
        let created = self.send(create.key(key)).await?;
        created.expect_success()?;
        created.text_at("/id")
    }

    /// Creates a blacklist with a few entries; returns its id. Few operations need the entries: they find none if adding them
    /// fails, as on a server that does not have that operation.
    async fn new_blacklist(&self, key: &impl Bearer) -> Result<String, NotPassed> {
        let id = self
            .create(OperationId::CreateBlacklist, Document::CreateBlacklist, key)
            .await?;
        let add = ApiRequest::on(OperationId::AddBlacklistEntries.operation(), &id);
        let entries = examples::body(Document::AddEntries);
        self.send(add.json(&entries).key(key)).await?;
        Ok(id)
    }

    /// The id of a completed order.
    async fn completed_order(&self, key: &impl Bearer) -> Result<String, NotPassed> {
        let listed = self.list(OperationId::ListOrders, "", key).await?;
        let orders = rows_at(&listed, "/orders")?;
        let completed = orders.iter().find(|order| order["status"] == "COMPLETED");
        completed
            .and_then(|order| order["id"].as_str())
            .map(ToOwned::to_owned)
            .ok_or_else(|| {
                NotPassed::Skipped("needs a COMPLETED order among the first 100".to_owned())
            })
    }

    /// The id of the first row of a list.
    pub async fn first_id(
        &self,
        list: OperationId,
        key: &impl Bearer,
    ) -> Result<String, NotPassed> {
        preparation(
            self.session(),
            Box::pin(async {
                let listed = self.list(list, "", key).await?;
                if rows_at(&listed, "/items")?.is_empty() {
                    let reason = format!("needs an object to work with, and {list} returns none");
                    return Err(NotPassed::Skipped(reason));
                }
                listed.text_at("/items/0/id")
            }),
        )
        .await
    }

    /// The first hundred rows of a list.
    pub async fn list(
        &self,
        list: OperationId,
        id: &str,
        key: &impl Bearer,
    ) -> Result<Exchange, NotPassed> {
        let request = ApiRequest::on(list.operation(), id)
            .query("limit=100")
            .key(key);
        let listed = self.send(request).await?;
        listed.expect_status(200)?;
        Ok(listed)
    }
}

/// The rows of a list that others are prepared from.
fn rows_at(listed: &Exchange, pointer: &str) -> Result<Vec<Value>, NotPassed> {
    let found = listed.at(pointer);
    found.as_array().cloned().ok_or_else(|| {
        let (at, expected) = (json_path(pointer), json!("a list"));
        listed.violation(&at, expected, found, "is not a list")
    })
}

/// Prepares what a check judges. What is wrong with a response on the way violates rules of other checks, but not the rule of
/// this one, which was not tested. It is skipped where a server may lack the operation that was needed.
async fn preparation<T>(
    session: &Session,
    work: impl Future<Output = Result<T, NotPassed>>,
) -> Result<T, NotPassed> {
    let failed = match check_context::preparing(work).await {
        Err(NotPassed::Violated(violation)) => absence::instead(session, None, violation).await,
        other => return other,
    };
    Err(match &failed {
        NotPassed::Violated(violation) => {
            let exchange = violation.exchange.as_ref();
            let needed = exchange.and_then(|exchange| exchange.operation());
            if needed.is_some_and(|operation| operation.evidence == Evidence::Assumed) {
                NotPassed::Skipped(unprepared(violation))
            } else {
                NotPassed::Inconclusive(unprepared(violation))
            }
        }
        NotPassed::Skipped(_) | NotPassed::Inconclusive(_) => failed,
    })
}

/// Why a check could not be prepared, without anything that the server said.
fn unprepared(violation: &Violation) -> String {
    let exchange = violation.exchange.as_ref();
    let what = match exchange.filter(|_| violation.at == "status") {
        Some(exchange) => format!("the response is {}", exchange.status),
        None => violation.message.clone(),
    };
    match exchange.and_then(|exchange| exchange.operation()) {
        Some(Operation { method, path, .. }) => {
            format!("could not be prepared: {method} {path}: {what}")
        }
        None => format!("could not be prepared: {what}"),
    }
}
