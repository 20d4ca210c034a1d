//! What each operation does, once a request has passed every check before it.
//!
//! A handler is a plain function from a [`Call`] to a [`Reply`]. The match in [`call`] names every
//! operation, so none can be forgotten.

mod api_keys;
mod blacklists;
mod companies;
mod deliveries;
mod error;
mod job_searches;
mod orders;
mod organization;
mod prospect_searches;
mod prospects;
pub(crate) mod query;

use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use schemas::{API_PREFIX, Operation, OperationId, error::FieldError, page::Page};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

pub(crate) use self::error::ApiError;
use self::query::Query;
use crate::{
    contract,
    keys::Key,
    store::{Refusal, Store},
};

/// Bytes that most bodies fit in, a page of ten orders too, so that they are written in one go.
const USUAL_BODY: usize = 4 * 1024;

/// A request that has passed every check, with what it may work on.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// What is asked for.
    pub operation: &'static Operation,
    /// What the caller's organization has.
    pub store: &'a mut Store,
    /// The keys of the caller's organization.
    pub keys: &'a mut [Key],
    /// The time on the organization's clock.
    pub now: Timestamp,
    /// The id in the path; empty where there is none.
    pub id: &'a str,
    /// What its query says.
    pub query: Query,
    /// The body, of an operation that takes one.
    pub body: Option<Value>,
}

impl Call<'_> {
    /// The body as a wire type, if it keeps the schema of the operation's body.
    fn body<T: DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        let mut body = self.body.take().unwrap_or_default();
        let errors = self
            .operation
            .request
            .map_or_else(Vec::new, |document| contract::field_errors(document, &body));
        if !errors.is_empty() {
            return Err(ApiError::Invalid(errors));
        }
        contract::spell_integers(&mut body);
        serde_json::from_value(body).map_err(|error| {
            ApiError::Invalid(vec![FieldError {
                field: String::new(),
                error: error.to_string(),
                provided: Value::Null,
            }])
        })
    }

    /// A page of a list.
    fn page<T: Serialize>(&self, items: Vec<T>, total: usize) -> Reply {
        let page = self.query.page;
        Reply::ok(&Page {
            has_more: page.offset + items.len() < total,
            items,
            total,
            limit: page.limit,
            offset: page.offset,
        })
    }
}

/// A success.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// A header of its own.
    pub header: Option<(HeaderName, HeaderValue)>,
    /// Its JSON.
    pub body: Vec<u8>,
}

impl Reply {
    fn ok(body: &(impl Serialize + ?Sized)) -> Self {
        let mut bytes = Vec::with_capacity(USUAL_BODY);
        serde_json::to_writer(&mut bytes, body).expect("wire types have text keys only");
        Self {
            status: StatusCode::OK,
            header: None,
            body: bytes,
        }
    }

    /// Something new, at the path of the operation that reads it.
    fn created(body: &(impl Serialize + ?Sized), read: OperationId, id: &str) -> Self {
        let path = read.operation().path_with(id);
        let location =
            HeaderValue::try_from(format!("{API_PREFIX}{path}")).expect("paths are visible ASCII");
        Self {
            status: StatusCode::CREATED,
            header: Some((header::LOCATION, location)),
            ..Self::ok(body)
        }
    }

    /// It is done, and there is nothing to say.
    fn done() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            header: None,
            body: Vec::new(),
        }
    }

    /// The methods of a path.
    pub(crate) fn options(allow: HeaderValue) -> Self {
        Self {
            header: Some((header::ALLOW, allow)),
            ..Self::done()
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing { entity, id } => Self::not_found(entity.as_str(), &id),
            Refusal::Full { .. }
            | Refusal::NotCompleted { .. }
            | Refusal::Cancelled { .. }
            | Refusal::NoWay { .. }
            | Refusal::Stale { .. } => {
                Self::plain(schemas::ErrorCode::Conflict, refusal.to_string())
            }
        }
    }
}

/// Runs an operation.
pub(crate) fn call(mut call: Call<'_>) -> Result<Reply, ApiError> {
    let call = &mut call;
    call.store.deliver(call.now);
    match call.operation.id {
        OperationId::ListOrders => Ok(orders::list(call)),
        OperationId::CreateOrder => orders::create(call),
        OperationId::GetOrder => orders::get(call),
        OperationId::GetOrderResults => orders::results(call),
        OperationId::CreateBlacklist => blacklists::create(call),
        OperationId::ListBlacklists => Ok(blacklists::list(call)),
        OperationId::GetBlacklist => blacklists::get(call),
        OperationId::UpdateBlacklist => blacklists::update(call),
        OperationId::DeleteBlacklist => blacklists::delete(call),
        OperationId::AddBlacklistEntries => blacklists::add_entries(call),
        OperationId::ListBlacklistEntries => blacklists::list_entries(call),
        OperationId::DeleteBlacklistEntries => blacklists::delete_entries(call),
        OperationId::ListProspectSearches => Ok(prospect_searches::list(call)),
        OperationId::GetProspectSearch => prospect_searches::get(call),
        OperationId::UpdateProspectSearch => prospect_searches::update(call),
        OperationId::ListSearchBlacklists => prospect_searches::list_blacklists(call),
        OperationId::SetSearchBlacklists => prospect_searches::set_blacklists(call),
        OperationId::ListCompanies => Ok(companies::list(call)),
        OperationId::CreateCompany => companies::create(call),
        OperationId::GetCompany => companies::get(call),
        OperationId::UpdateCompany => companies::update(call),
        OperationId::ListCompanyJobs => companies::list_jobs(call),
        OperationId::GetWebtechIntel => companies::get_webtech_intel(call),
        OperationId::GetRegisterEntry => companies::get_register_entry(call),
        OperationId::ListProspects => Ok(prospects::list(call)),
        OperationId::CreateProspect => prospects::create(call),
        OperationId::GetProspect => prospects::get(call),
        OperationId::UpdateProspect => prospects::update(call),
        OperationId::ListDeliveries => Ok(deliveries::list(call)),
        OperationId::GetDelivery => deliveries::get(call),
        OperationId::SetFeedback => deliveries::set_feedback(call),
        OperationId::CreateJobSearch => job_searches::create(call),
        OperationId::ListJobSearches => Ok(job_searches::list(call)),
        OperationId::GetJobSearch => job_searches::get(call),
        OperationId::ListJobSearchResults => job_searches::results(call),
        OperationId::GetOrganization => Ok(organization::get(call)),
        OperationId::UpdateOrganization => organization::update(call),
        OperationId::RevokeApiKey => api_keys::revoke(call),
    }
}
