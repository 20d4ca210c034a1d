//! The requests that are sent to both servers. A row of the table is a case for each operation that it applies to.

use std::fmt;

use futures_util::future::BoxFuture;
use http::Method;
use schemas::{Evidence, Operation, OperationId, Parameter, ScopeSet};

use crate::{
    contract::{KeyRole, UNKNOWN_ID},
    finding::{ApiRequest, NotPassed},
    provider::{
        checks::{exhaust_quota, unauthenticated_request},
        requirements::{FULL_KEY, NO_KEYS, Requirements},
        session::Tenant,
    },
};

/// A well-formed key that does not exist.
const UNKNOWN_KEY: &str = "Bearer lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";

/// A kind of case.
pub(super) struct CaseKind {
    /// Its name, which follows that of the operation.
    pub(super) name: &'static str,
    /// Which operations it applies to.
    pub(super) applies_to: fn(&Operation) -> bool,
    /// The evidence for the status and code of the response; `None` stands for that of the operation.
    status: Option<Evidence>,
    /// What it requires of a server, and the maximum that it sends.
    pub(super) requirements: Requirements,
    /// Builds the request, from the valid one if needed.
    pub(super) request: MakeRequest,
}

type ValidRequest = Result<ApiRequest, String>;
type MakeRequest = for<'a> fn(
    &'a Tenant<'_>,
    &'static Operation,
    ValidRequest,
) -> BoxFuture<'a, Result<ApiRequest, NotPassed>>;

impl CaseKind {
    /// The evidence for its status on an operation.
    pub(super) fn evidence(&self, operation: &Operation) -> Evidence {
        let operation = operation.evidence;
        self.status
            .map_or(operation, |status| status.weaker(operation))
    }
}

/// A kind of case on an operation.
pub(super) struct Case {
    pub(super) kind: &'static CaseKind,
    pub(super) operation: &'static Operation,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.operation.id, self.kind.name)
    }
}

/// A row of the table.
macro_rules! kind {
    ($name:expr, $of:path, $status:expr, $requirements:expr, |$tenant:ident, $operation:ident, $sample:ident| $call:expr) => {
        CaseKind {
            name: $name,
            applies_to: $of,
            status: $status,
            requirements: $requirements.requests(1),
            request: |$tenant, $operation, $sample| Box::pin(async move { $call }),
        }
    };
}

/// A valid request.
const SAMPLE: Requirements = FULL_KEY.prepared(1);
const ASSUMED: Option<Evidence> = Some(Evidence::Assumed);
const GUIDE: Option<Evidence> = Some(Evidence::Guide);
const DOCUMENTED: Option<Evidence> = Some(Evidence::Documented);

/// Names of the kinds whose behaviour the sandbox can adopt.
pub(super) const PLAIN: &str = "with a valid request";
pub(super) const HEAD: &str = "with HEAD";
pub(super) const SLASH: &str = "with a trailing slash";
pub(super) const NO_KEY: &str = "without a key";
/// With a limit out of range.
pub(super) const LIMITS: [&str; 2] = ["limit=0", "limit=101"];
/// With an undocumented parameter.
pub(super) const COLOUR: &str = "colour=red";
/// With a body that lacks required fields.
const EMPTY: &str = "with an empty object";
/// The kinds with an invalid query or body.
pub(super) const INVALID: [&str; 6] = [
    LIMITS[0],
    LIMITS[1],
    "limit=ten",
    "offset=-1",
    COLOUR,
    EMPTY,
];

/// Every kind of case. Cases that only read come first; the others need a permission.
pub(super) static CASE_KINDS: &[CaseKind] = &[
    kind!(
        PLAIN,
        reads,
        None,
        SAMPLE,
        |_tenant, _operation, valid_request| prepared(valid_request)
    ),
    kind!(
        HEAD,
        reads,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.with_method(Method::HEAD))
    ),
    kind!(
        SLASH,
        reads,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.trailing_slash())
    ),
    kind!(
        NO_KEY,
        reads,
        DOCUMENTED,
        NO_KEYS,
        |_tenant, operation, _sample| Ok(unauthenticated_request(operation))
    ),
    kind!(
        "with another scheme",
        is_list_orders,
        DOCUMENTED,
        NO_KEYS,
        |_tenant, operation, _sample| Ok(
            unauthenticated_request(operation).authorization("Basic bG5jOnRlc3Q=")
        )
    ),
    kind!(
        "with a malformed key",
        is_list_orders,
        DOCUMENTED,
        NO_KEYS,
        |_tenant, operation, _sample| Ok(
            unauthenticated_request(operation).authorization("Bearer x")
        )
    ),
    kind!(
        "with an unknown key",
        reads,
        DOCUMENTED,
        NO_KEYS,
        |_tenant, operation, _sample| Ok(
            unauthenticated_request(operation).authorization(UNKNOWN_KEY)
        )
    ),
    kind!(
        "with a revoked key",
        is_list_orders,
        DOCUMENTED,
        Requirements::new(&[KeyRole::Revoked]),
        |tenant, operation, _sample| Ok(
            unauthenticated_request(operation).key(&tenant.given_key(KeyRole::Revoked)?)
        )
    ),
    kind!(
        "with an expired key",
        is_list_orders,
        DOCUMENTED,
        Requirements::new(&[KeyRole::Expired]),
        |tenant, operation, _sample| Ok(
            unauthenticated_request(operation).key(&tenant.given_key(KeyRole::Expired)?)
        )
    ),
    kind!(
        "with a read-only key",
        is_create_order,
        DOCUMENTED,
        Requirements::new(&[KeyRole::ReadOnly]),
        |tenant, operation, _sample| Ok(
            unauthenticated_request(operation).key(&tenant.given_key(KeyRole::ReadOnly)?)
        )
    ),
    kind!(
        "with an unknown id",
        reads_one,
        GUIDE,
        FULL_KEY,
        |tenant, operation, _sample| Ok(
            ApiRequest::on(operation, UNKNOWN_ID).key(&tenant.full_key().await?)
        )
    ),
    kind!(
        LIMITS[0],
        lists,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.query(LIMITS[0]))
    ),
    kind!(
        LIMITS[1],
        lists,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.query(LIMITS[1]))
    ),
    kind!(
        "limit=ten",
        lists,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.query("limit=ten"))
    ),
    kind!(
        "offset=-1",
        lists,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.query("offset=-1"))
    ),
    kind!(
        COLOUR,
        reads,
        ASSUMED,
        SAMPLE,
        |_tenant, _operation, valid_request| Ok(prepared(valid_request)?.query(COLOUR))
    ),
    kind!(
        "with an unknown path",
        is_list_orders,
        ASSUMED,
        FULL_KEY,
        |tenant, _operation, _sample| Ok(
            ApiRequest::at(Method::GET, "/no-such-path").key(&tenant.full_key().await?)
        )
    ),
    kind!(
        "with a body that is not JSON",
        creates,
        ASSUMED,
        FULL_KEY,
        |tenant, operation, _sample| Ok(unauthenticated_request(operation)
            .key(&tenant.full_key().await?)
            .body("{"))
    ),
    kind!(
        EMPTY,
        creates,
        ASSUMED,
        FULL_KEY,
        |tenant, operation, _sample| Ok(unauthenticated_request(operation)
            .key(&tenant.full_key().await?)
            .body("{}"))
    ),
    kind!(
        "with a body of text/plain",
        creates,
        ASSUMED,
        FULL_KEY,
        |tenant, operation, _sample| Ok(unauthenticated_request(operation)
            .key(&tenant.full_key().await?)
            .media_type("text/plain"))
    ),
    kind!(
        "with a used-up quota",
        is_list_orders,
        DOCUMENTED,
        Requirements::new(&[KeyRole::Limited]).burst(),
        |tenant, operation, _sample| {
            let session = tenant.session();
            session
                .permissions()
                .allow_burst()
                .map_err(NotPassed::Skipped)?;
            let key = tenant.given_key(KeyRole::Limited)?;
            exhaust_quota(session, &key).await?;
            Ok(ApiRequest::to(operation).key(&key))
        }
    ),
];

/// The cases of an operation, and what each needs.
pub(crate) fn cases(operation: &Operation) -> impl Iterator<Item = (&'static str, Requirements)> {
    let kinds = CASE_KINDS
        .iter()
        .filter(move |kind| (kind.applies_to)(operation));
    kinds.map(|kind| (kind.name, kind.requirements))
}

fn prepared(valid_request: ValidRequest) -> Result<ApiRequest, NotPassed> {
    valid_request.map_err(NotPassed::Skipped)
}

fn reads(operation: &Operation) -> bool {
    operation.method == Method::GET && is_open_to_keys(operation)
}

fn lists(operation: &Operation) -> bool {
    reads(operation) && operation.query.contains(&Parameter::Limit)
}

fn reads_one(operation: &Operation) -> bool {
    reads(operation) && operation.has_id()
}

fn creates(operation: &Operation) -> bool {
    operation.method == Method::POST && !operation.has_id() && is_open_to_keys(operation)
}

/// Whether API keys can use the operation: all requests use keys.
fn is_open_to_keys(operation: &Operation) -> bool {
    ScopeSet::PUBLIC.contains_all(operation.scopes)
}

fn is_list_orders(operation: &Operation) -> bool {
    operation.id == OperationId::ListOrders
}

/// Only one operation that writes: a read-only key gets the same error for all of them.
fn is_create_order(operation: &Operation) -> bool {
    operation.id == OperationId::CreateOrder
}
