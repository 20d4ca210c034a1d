//! What responses to unauthenticated requests reveal of the cause.
//!
//! Each request is sent twice. What differs between two requests with one cause, such as a request id, reveals nothing.

mod comparable;

use schemas::{
    Operation, OperationId,
    key::{ApiKey, Environment},
};
use serde_json::{Value, json};

pub(crate) use self::comparable::note_varying;
use self::comparable::{bodies, body_like, headers};
use super::{LIVE, MALFORMED, UNKNOWN, list_orders, unauthenticated_request};
use crate::{
    contract::{
        KeyRole,
        challenges::{bearer_challenges, header_of},
    },
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::{
        checks::evidence::{assumed, documented},
        session::Session,
    },
};

/// Number of causes: no key, another scheme, and five keys.
const CAUSES: usize = 7;
/// Number of the first causes: the server knows none of their keys, so what varies reveals nothing.
const UNKNOWN_CAUSES: usize = 5;
/// Keys that a server once knew. Without one, only an unknown key is invalid, and there is nothing to compare it with.
pub(crate) const KNOWN_KEYS: &[KeyRole] = &[KeyRole::Revoked, KeyRole::Expired];
/// Maximum number of requests of a check.
pub(crate) const MAX_REQUESTS: usize = 2 * CAUSES + KNOWN_KEYS.len();
/// The operation that is requested.
const OPERATION: OperationId = OperationId::ListOrders;
/// Others, on a sandbox: a server may handle them elsewhere.
pub(crate) const SANDBOX_OPERATIONS: &[OperationId] =
    &[OperationId::CreateOrder, OperationId::DeleteBlacklist];
/// Maximum number of further requests on a sandbox.
pub(crate) const FURTHER_REQUESTS: usize = 2 * CAUSES * SANDBOX_OPERATIONS.len();

/// Why a request is unauthenticated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cause {
    /// It has no bearer token.
    NoToken,
    /// Its token cannot be a key of this server: it is malformed, or of the other environment.
    OtherToken,
    /// Its key is unknown, revoked or expired. The vendor's page says that the API does not distinguish these.
    InvalidKey,
}

/// A cause, and the responses to two requests with it.
struct Refusals {
    cause: Cause,
    exchanges: [Exchange; 2],
}

/// The keys that a server once knew, as far as the target allows. A key that still works shows nothing of rejections; that it
/// works violates other rules.
pub(crate) async fn invalid_keys(session: &Session) -> Result<Vec<(KeyRole, ApiKey)>, NotPassed> {
    let tenant = session.tenant().await?;
    let given = [
        (KeyRole::Revoked, tenant.revoked_key().await),
        (KeyRole::Expired, tenant.expired_key().await),
    ];
    let mut keys = Vec::new();
    for (role, key) in given {
        match key {
            Ok(key) => {
                let status = session.send(list_orders().key(&key)).await?.status;
                if status.is_success() {
                    let reason =
                        format!("needs a {role} key: the one given as {role} works ({status})");
                    return Err(NotPassed::Skipped(reason));
                }
                keys.push((role, key));
            }
            Err(NotPassed::Skipped(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(keys)
}

/// A request for each cause that the target allows. `keys`: those that the server once knew.
fn requests(operation: &'static Operation, keys: &[(KeyRole, ApiKey)]) -> Vec<(Cause, ApiRequest)> {
    let environment = keys.first();
    let environment = environment.map_or(Environment::Test, |(_, key)| key.environment());
    let request = || unauthenticated_request(operation);
    let bearer = |text: &str| request().authorization(&format!("Bearer {text}"));
    let unknown = [(Environment::Test, UNKNOWN), (Environment::Live, LIVE)];
    let unknown = unknown.map(|(of, key)| {
        let cause = if of == environment {
            Cause::InvalidKey
        } else {
            Cause::OtherToken
        };
        (cause, bearer(key))
    });
    let basic = request().authorization("Basic bG5jOnRlc3Q=");
    let mut requests = vec![
        (Cause::NoToken, request()),
        (Cause::NoToken, basic),
        (Cause::OtherToken, bearer(MALFORMED)),
    ];
    requests.extend(unknown);
    let keys = keys.iter();
    requests.extend(keys.map(|(_, key)| (Cause::InvalidKey, request().key(key))));
    requests
}

/// The responses of each operation to two rounds of requests: a time in them has then changed for every cause.
async fn refusals(session: &Session) -> Result<Vec<Vec<Refusals>>, NotPassed> {
    let keys = invalid_keys(session).await?;
    let further = if session.is_sandbox() {
        SANDBOX_OPERATIONS
    } else {
        &[]
    };
    let mut all = Vec::new();
    for id in [OPERATION].iter().chain(further) {
        all.push(refusals_of(session, requests(id.operation(), &keys)).await?);
    }
    Ok(all)
}

async fn refusals_of(
    session: &Session,
    requests: Vec<(Cause, ApiRequest)>,
) -> Result<Vec<Refusals>, NotPassed> {
    let mut first = Vec::new();
    for (_, request) in &requests {
        first.push(refused(session, request).await?);
    }
    let mut refusals = Vec::new();
    for ((cause, request), first) in requests.iter().zip(first) {
        refusals.push(Refusals {
            cause: *cause,
            exchanges: [first, refused(session, request).await?],
        });
    }
    Ok(refusals)
}

async fn refused(session: &Session, request: &ApiRequest) -> Result<Exchange, NotPassed> {
    let exchange = session.send(request.clone()).await?;
    exchange.expect_status(401)?;
    Ok(exchange)
}

pub(crate) async fn same(session: &Session) -> Outcome {
    for refusals in refusals(session).await? {
        have_same_body(&refusals)?;
    }
    match session.permissions().lacks_all_keys(KNOWN_KEYS) {
        Some(reason) => Err(NotPassed::Skipped(reason)),
        None => Ok(()),
    }
}

fn have_same_body(refusals: &[Refusals]) -> Outcome {
    let bodies = bodies(refusals);
    if bodies.iter().any(Value::is_null) {
        return Err(incomparable());
    }
    let with_bodies = || refusals.iter().zip(&bodies);
    let keys = || with_bodies().filter(|(one, _)| one.cause == Cause::InvalidKey);
    // What the page says of keys it leaves open for other causes, such as a missing header.
    let demands: [(&dyn Fn(Outcome) -> Outcome, Vec<_>); 2] = [
        (&documented, keys().collect()),
        (&assumed, with_bodies().collect()),
    ];
    for (demand, alike) in demands {
        // The last one is the base: the response to a key that was once valid, if the run has one. A response that reveals that
        // a key is unknown is then the one in the violation.
        let Some((_, expected)) = alike.last() else {
            continue;
        };
        for (refusals, body) in &alike {
            demand(refusals.exchanges[0].expect("body", expected, body))?;
        }
    }
    Ok(())
}

fn incomparable() -> NotPassed {
    NotPassed::Skipped(
        "needs bodies that can be compared: whole bodies differ between two requests with one cause"
            .to_owned(),
    )
}

/// The rejections have the body of those of an unknown key, which was rejected before and after them.
pub(crate) fn have_body_of(unknown: &[Exchange; 2], rejections: &[Exchange]) -> Outcome {
    for rejection in rejections {
        let [expected, body] = body_like(unknown, rejection).ok_or_else(incomparable)?;
        rejection.expect("body", &expected, &body)?;
    }
    Ok(())
}

pub(crate) async fn challenge(session: &Session) -> Outcome {
    if !session.expected().challenges() {
        return Err(NotPassed::Skipped(
            "needs WWW-Authenticate challenges, which the setting `challenges` turns off"
                .to_owned(),
        ));
    }
    for refusals in refusals(session).await? {
        for refusals in &refusals {
            expect_challenge(refusals)?;
        }
        have_same_headers(&refusals)?;
    }
    Ok(())
}

/// No header besides the challenge may reveal the cause either.
fn have_same_headers(refusals: &[Refusals]) -> Outcome {
    let headers = headers(refusals);
    let with_headers = refusals.iter().zip(&headers);
    let mut presented = with_headers.filter(|(one, _)| one.cause != Cause::NoToken);
    let first = presented.next().map(|(_, headers)| json!(headers));
    presented.try_for_each(|(refusals, headers)| {
        let exchange = &refusals.exchanges[0];
        exchange.expect("headers", &json!(first), &json!(headers))
    })
}

fn expect_challenge(refusals: &Refusals) -> Outcome {
    let [exchange, _] = &refusals.exchanges;
    let header = header_of(&exchange.headers);
    let challenges = bearer_challenges(&exchange.headers);
    let at = "header www-authenticate";
    exchange.expect_that(
        !challenges.is_empty(),
        at,
        "a Bearer challenge",
        json!(header),
    )?;
    let invalid = ("error".to_owned(), "invalid_token".to_owned());
    let has_error = challenges
        .iter()
        .any(|parameters| parameters.contains(&invalid));
    let presented = refusals.cause != Cause::NoToken;
    let right = if presented {
        "with error=\"invalid_token\""
    } else {
        "without an error"
    };
    exchange.expect_that(has_error == presented, at, right, json!(header))
}
