//! What responses to unauthenticated requests reveal of the cause.
//!
//! Each request is sent twice. What differs between two requests with one cause, such as a request id, reveals nothing.

mod comparable;

use http::header;
use schemas::key::{ApiKey, Environment};
use serde_json::{Value, json};

pub(crate) use self::comparable::note_varying;
use self::comparable::{bodies, headers};
use super::{LIVE, MALFORMED, UNKNOWN, list_orders};
use crate::{
    contract::KeyRole,
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

/// A request for each cause that the target allows.
async fn requests(session: &Session) -> Result<Vec<(Cause, ApiRequest)>, NotPassed> {
    let keys = invalid_keys(session).await?;
    let environment = keys.first();
    let environment = environment.map_or(Environment::Test, |(_, key)| key.environment());
    let bearer = |text: &str| list_orders().authorization(&format!("Bearer {text}"));
    let unknown = [(Environment::Test, UNKNOWN), (Environment::Live, LIVE)];
    let unknown = unknown.map(|(of, key)| {
        let cause = if of == environment {
            Cause::InvalidKey
        } else {
            Cause::OtherToken
        };
        (cause, bearer(key))
    });
    let basic = list_orders().authorization("Basic bG5jOnRlc3Q=");
    let mut requests = vec![
        (Cause::NoToken, list_orders()),
        (Cause::NoToken, basic),
        (Cause::OtherToken, bearer(MALFORMED)),
    ];
    requests.extend(unknown);
    let keys = keys
        .iter()
        .map(|(_, key)| (Cause::InvalidKey, list_orders().key(key)));
    requests.extend(keys);
    Ok(requests)
}

/// The responses to two rounds of requests: a time in them has then changed for every cause.
async fn refusals(session: &Session) -> Result<Vec<Refusals>, NotPassed> {
    let requests = requests(session).await?;
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
    let refusals = refusals(session).await?;
    let bodies = bodies(&refusals);
    if bodies.iter().any(Value::is_null) {
        return Err(NotPassed::Skipped(
            "needs bodies that can be compared: whole bodies differ between two requests with one cause".to_owned(),
        ));
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
    match session.permissions().lacks_all_keys(KNOWN_KEYS) {
        Some(reason) => Err(NotPassed::Skipped(reason)),
        None => Ok(()),
    }
}

pub(crate) async fn challenge(session: &Session) -> Outcome {
    if !session.expected().challenges() {
        return Err(NotPassed::Skipped(
            "needs WWW-Authenticate challenges, which the setting `challenges` turns off"
                .to_owned(),
        ));
    }
    let refusals = refusals(session).await?;
    for refusals in &refusals {
        expect_challenge(refusals)?;
    }
    // No other header may reveal the cause either.
    let headers = headers(&refusals);
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
    let challenge = exchange
        .header(header::WWW_AUTHENTICATE)
        .unwrap_or_default();
    let at = "header www-authenticate";
    exchange.expect_that(
        challenge.starts_with("Bearer"),
        at,
        "a Bearer challenge",
        json!(challenge),
    )?;
    let has_error = challenge.contains(r#"error="invalid_token""#);
    let presented = refusals.cause != Cause::NoToken;
    let right = if presented {
        "with error=\"invalid_token\""
    } else {
        "without an error"
    };
    exchange.expect_that(has_error == presented, at, right, json!(challenge))
}
