//! What a valid request needs: the requests that prepare it.

use http::Method;
use schemas::{
    Entity, Operation, OperationId, Scope, ScopeSet,
    examples::{self, LiveValue},
};

use crate::http::Requests;

/// The operations that create a blacklist with entries.
const NEW_BLACKLIST: &[OperationId] = &[
    OperationId::CreateBlacklist,
    OperationId::AddBlacklistEntries,
];

/// Whether a valid request can be prepared that changes only objects created by the run, and creates no key.
pub(crate) fn can_prepare(operation: &Operation) -> bool {
    if operation
        .scopes
        .contains_all(ScopeSet::of(&[Scope::AdminWrite]))
    {
        return false;
    }
    let changes = ![Method::GET, Method::POST].contains(&operation.method);
    !changes || operation.entity().is_some_and(can_be_created)
}

/// Maximum number of requests that `Tenant::valid_request` sends; a test checks it.
pub(crate) fn max_requests(operation: &Operation) -> Requests {
    let mut requests = Requests::default();
    let changes = operation.method != Method::GET;
    match operation.entity() {
        Some(Entity::Blacklist) if changes => requests.writes += 2,
        Some(Entity::Company | Entity::ApiKey) if changes => requests.writes += 1,
        Some(Entity::Prospect) if changes => {
            requests.writes += 1;
            requests.reads += 1;
        }
        Some(Entity::JobSearch) => requests.writes += 1,
        Some(
            Entity::Order
            | Entity::Blacklist
            | Entity::ProspectSearch
            | Entity::Company
            | Entity::Prospect
            | Entity::Delivery
            | Entity::ApiKey,
        ) => requests.reads += 1,
        Some(Entity::BlacklistEntry | Entity::RegisterEntry) | None => {}
    }
    match operation
        .request
        .and_then(examples::live_field)
        .map(|field| field.value)
    {
        Some(LiveValue::EntryIds | LiveValue::SearchVersion | LiveValue::CompanyId) => {
            requests.reads += 1;
        }
        Some(LiveValue::BlacklistIds) => requests.writes += 2,
        None => {}
    }
    requests
}

/// The operations besides its own that `Tenant::valid_request` uses on a server that is not a sandbox.
pub(crate) fn operations_to_prepare(operation: &Operation) -> Vec<OperationId> {
    let changes = operation.method != Method::GET;
    let of_object: &[OperationId] = match operation.entity() {
        Some(Entity::Blacklist) if changes => NEW_BLACKLIST,
        Some(Entity::Company) if changes => &[OperationId::CreateCompany],
        Some(Entity::Prospect) if changes => {
            &[OperationId::CreateProspect, OperationId::ListCompanies]
        }
        Some(Entity::ApiKey) if changes => &[OperationId::CreateApiKey],
        Some(Entity::Order) => &[OperationId::ListOrders],
        Some(Entity::Blacklist) => &[OperationId::ListBlacklists],
        Some(Entity::ProspectSearch) => &[OperationId::ListProspectSearches],
        Some(Entity::Company) => &[OperationId::ListCompanies],
        Some(Entity::Prospect) => &[OperationId::ListProspects],
        Some(Entity::Delivery) => &[OperationId::ListDeliveries],
        Some(Entity::JobSearch) => &[OperationId::CreateJobSearch],
        Some(Entity::ApiKey) => &[OperationId::ListApiKeys],
        Some(Entity::BlacklistEntry | Entity::RegisterEntry) | None => &[],
    };
    let field = operation.request.and_then(examples::live_field);
    let of_body: &[OperationId] = match field.map(|field| field.value) {
        Some(LiveValue::EntryIds) => &[OperationId::ListBlacklistEntries],
        Some(LiveValue::SearchVersion) => &[OperationId::GetProspectSearch],
        Some(LiveValue::CompanyId) => &[OperationId::ListCompanies],
        Some(LiveValue::BlacklistIds) => NEW_BLACKLIST,
        None => &[],
    };
    [of_object, of_body].concat()
}

/// Whether an operation of the API creates such objects.
fn can_be_created(entity: Entity) -> bool {
    match entity {
        Entity::Order
        | Entity::Blacklist
        | Entity::BlacklistEntry
        | Entity::Company
        | Entity::Prospect
        | Entity::JobSearch => true,
        Entity::ProspectSearch | Entity::RegisterEntry | Entity::Delivery | Entity::ApiKey => false,
    }
}
