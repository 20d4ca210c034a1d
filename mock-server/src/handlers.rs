//! What each operation does, once a request has passed every check before it.
//!
//! A handler is a plain function from a [`CheckedRequest`] to a [`Reply`]. The match in [`run`] names every
//! operation, so the compiler rejects a missing one.

mod api_keys;
mod blacklists;
mod body;
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
use schemas::{API_PREFIX, ErrorCode, Operation, OperationId, page::Page};
use serde::{Serialize, de::DeserializeOwned};

use self::query::Query;
pub(crate) use self::{api_keys::created as created_key, body::CheckedBody, error::ApiError};
use crate::{
    keys::{Key, NewKey},
    store::{Store, StoreError},
};

/// Initial capacity of a response body, in bytes. Most bodies fit, including a page of ten orders, so the buffer
/// does not grow.
const USUAL_BODY: usize = 4 * 1024;

/// A request that has passed every check, and the data that its handler may use.
#[derive(Debug)]
pub(crate) struct CheckedRequest<'a> {
    /// The requested operation.
    pub operation: &'static Operation,
    /// The data of the caller's organization.
    pub store: &'a mut Store,
    /// The keys of the caller's organization.
    pub keys: &'a mut [Key],
    /// The time on the organization's clock.
    pub now: Timestamp,
    /// The id in the path; empty if the path has none.
    pub id: &'a str,
    /// The query parameters.
    pub query: Query,
    /// The body, for operations that take one.
    pub body: Option<CheckedBody>,
}

impl CheckedRequest<'_> {
    /// Deserializes the body, if it is valid against the schema of the operation's body.
    fn body<T: DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        self.body.take().unwrap_or_default().read()
    }

    /// A response with one page of a list.
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

/// A successful response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    /// A header besides those that every response has.
    pub header: Option<(HeaderName, HeaderValue)>,
    /// The JSON body.
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

    /// 201, with the `Location` of the operation that reads the new object.
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

    /// 204: success without a body.
    pub(crate) fn done() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            header: None,
            body: Vec::new(),
        }
    }

    /// 204, with the methods that a path allows.
    pub(crate) fn options(allow: HeaderValue) -> Self {
        Self {
            header: Some((header::ALLOW, allow)),
            ..Self::done()
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing { entity, id } => Self::not_found(entity.as_str(), &id),
            StoreError::OverBudget(over) => {
                Self::plain(ErrorCode::ServiceUnavailable, over.to_string())
            }
            StoreError::Full { .. }
            | StoreError::TooMuch
            | StoreError::NotCompleted { .. }
            | StoreError::Cancelled { .. }
            | StoreError::NoWay { .. }
            | StoreError::Stale { .. } => Self::plain(ErrorCode::Conflict, error.to_string()),
        }
    }
}

/// The result of an operation that succeeds.
#[derive(Debug)]
pub(crate) enum Handled {
    Reply(Reply),
    /// A key to create. The response then comes from [`created_key`].
    NewKey(NewKey),
}

/// Runs an operation.
pub(crate) fn run(mut request: CheckedRequest<'_>) -> Result<Handled, ApiError> {
    let request = &mut request;
    request.store.deliver(request.now);
    let reply = match request.operation.id {
        OperationId::CreateApiKey => return api_keys::create(request).map(Handled::NewKey),
        OperationId::ListApiKeys => Ok(api_keys::list(request)),
        OperationId::GetApiKey => api_keys::get(request),
        OperationId::ListOrders => Ok(orders::list(request)),
        OperationId::CreateOrder => orders::create(request),
        OperationId::GetOrder => orders::get(request),
        OperationId::GetOrderResults => orders::results(request),
        OperationId::CreateBlacklist => blacklists::create(request),
        OperationId::ListBlacklists => Ok(blacklists::list(request)),
        OperationId::GetBlacklist => blacklists::get(request),
        OperationId::UpdateBlacklist => blacklists::update(request),
        OperationId::DeleteBlacklist => blacklists::delete(request),
        OperationId::AddBlacklistEntries => blacklists::add_entries(request),
        OperationId::ListBlacklistEntries => blacklists::list_entries(request),
        OperationId::DeleteBlacklistEntries => blacklists::delete_entries(request),
        OperationId::ListProspectSearches => Ok(prospect_searches::list(request)),
        OperationId::GetProspectSearch => prospect_searches::get(request),
        OperationId::UpdateProspectSearch => prospect_searches::update(request),
        OperationId::ListSearchBlacklists => prospect_searches::list_blacklists(request),
        OperationId::SetSearchBlacklists => prospect_searches::set_blacklists(request),
        OperationId::ListCompanies => Ok(companies::list(request)),
        OperationId::CreateCompany => companies::create(request),
        OperationId::GetCompany => companies::get(request),
        OperationId::UpdateCompany => companies::update(request),
        OperationId::ListCompanyJobs => companies::list_jobs(request),
        OperationId::GetWebtechIntel => companies::get_webtech_intel(request),
        OperationId::GetRegisterEntry => companies::get_register_entry(request),
        OperationId::ListProspects => Ok(prospects::list(request)),
        OperationId::CreateProspect => prospects::create(request),
        OperationId::GetProspect => prospects::get(request),
        OperationId::UpdateProspect => prospects::update(request),
        OperationId::ListDeliveries => Ok(deliveries::list(request)),
        OperationId::GetDelivery => deliveries::get(request),
        OperationId::SetFeedback => deliveries::set_feedback(request),
        OperationId::CreateJobSearch => job_searches::create(request),
        OperationId::ListJobSearches => Ok(job_searches::list(request)),
        OperationId::GetJobSearch => job_searches::get(request),
        OperationId::ListJobSearchResults => job_searches::results(request),
        OperationId::GetOrganization => Ok(organization::get(request)),
        OperationId::UpdateOrganization => organization::update(request),
        OperationId::RevokeApiKey => api_keys::revoke(request),
    };
    reply.map(Handled::Reply)
}
