//! Rate limits.

use futures_util::future::try_join_all;
use http::header;
use schemas::{ErrorCode, Operation, OperationId, key::ApiKey};
use serde_json::json;

use super::evidence::{assumed, documented};
use crate::{
    contract::{QuotaField, response_headers},
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    http::seconds_until_reset,
    provider::{
        absence,
        requirements::BURST,
        session::{Session, Tenant},
        vacuous_pass,
    },
};

/// Maximum number of concurrent requests, each on its own connection.
const MAX_AT_ONCE: usize = 400;

async fn list(session: &Session, key: &ApiKey) -> Result<Exchange, NotPassed> {
    session
        .send(
            ApiRequest::to(OperationId::ListOrders.operation())
                .query("limit=1")
                .key(key),
        )
        .await
}

/// The admitted responses, and the rejected one.
type Exhausted = (Vec<Exchange>, Exchange);

/// Uses up the key's quota.
pub(crate) async fn exhaust_quota(session: &Session, key: &ApiKey) -> Result<Exhausted, NotPassed> {
    let exhausted = try_to_exhaust(session, key).await?;
    exhausted.map_err(NotPassed::Inconclusive)
}

/// Uses up the key's quota, or returns why that is not possible.
async fn try_to_exhaust(
    session: &Session,
    key: &ApiKey,
) -> Result<Result<Exhausted, String>, NotPassed> {
    let mut admitted = Vec::new();
    while admitted.len() < BURST {
        let exchange = list(session, key).await?;
        if exchange.status == 429 {
            return Ok(Ok((admitted, exchange)));
        }
        if !session.is_sandbox() && matches!(exchange.status.as_u16(), 401 | 403) {
            let status = exchange.status;
            return Ok(Err(format!(
                "GET /orders returns {status} to the key `limited`, so its quota cannot be used up"
            )));
        }
        exchange.expect_status(200)?;
        // A server that is not the API has no quota either.
        if let Some(violation) = vacuous_pass::unrecognized(session.contract(), &exchange) {
            return Err(violation.into());
        }
        admitted.push(exchange);
    }
    Ok(Err(format!(
        "the quota was not used up after {BURST} requests"
    )))
}

/// Uses up the quota of the key that all checks share. What was tried in vain once is not tried for each operation.
async fn exhaust_shared_quota(session: &Session, key: &ApiKey) -> Outcome {
    if let Some(reason) = session.unlimited.get() {
        return Err(NotPassed::Inconclusive(reason.clone()));
    }
    let exhausted = try_to_exhaust(session, key).await?;
    exhausted
        .map(drop)
        .map_err(|reason| NotPassed::Inconclusive(session.unlimited.get_or_init(|| reason).clone()))
}

/// The number of seconds to wait.
fn retry_after(refused: &Exchange) -> Result<u64, NotPassed> {
    if let Some(violation) = response_headers::retry_after(refused) {
        return Err(violation.into());
    }
    let seconds = response_headers::number(refused, header::RETRY_AFTER.as_str());
    Ok(seconds.unwrap_or_default())
}

pub(super) async fn shape(session: &Session, operation: &'static Operation) -> Outcome {
    if session.absences.known(operation).is_some() {
        return Err(NotPassed::Skipped(absence::REASON.to_owned()));
    }
    let tenant = session.tenant().await?;
    let key = session.limited_key().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    exhaust_shared_quota(session, &key).await?;
    let refused = session.send(request.key(&key)).await?;
    refused.expect_error(ErrorCode::RateLimitExceeded)?;
    agrees_with_reset(&refused, retry_after(&refused)?)
}

/// Maximum difference between two headers that name the same time, in seconds: each may be rounded.
const ROUNDING: u64 = 2;
/// A wait that is this many times as long is a number of milliseconds.
const MILLISECONDS: u64 = 500;

/// The wait ends at the reset that the same response reports, if it does.
fn agrees_with_reset(refused: &Exchange, wait: u64) -> Outcome {
    let Some(until) = seconds_until_reset(refused).filter(|until| *until > 0) else {
        return Ok(());
    };
    let agrees = wait.abs_diff(until) <= ROUNDING;
    let expected = format!("{until} seconds, until the reset in the same response");
    let outcome = refused.expect_that(agrees, "header retry-after", &expected, json!(wait));
    // That it is a number of seconds is documented; that there is only one limit is not.
    if wait >= until.saturating_mul(MILLISECONDS) {
        documented(outcome)
    } else {
        assumed(outcome)
    }
}

pub(super) async fn count(session: &Session) -> Outcome {
    let expected = session.expected();
    let tenant = session.tenant().await?;
    let (admitted, refused) = exhaust_quota(session, &tenant.limited_key().await?).await?;
    has_stated_limit(session, &admitted, &refused)?;
    let limit = expected.quota(&refused, QuotaField::Limit)?;
    let reset = expected.quota(&refused, QuotaField::Reset)?;
    refused.expect("admitted requests", &json!(limit), &json!(admitted.len()))?;
    for (left, exchange) in (0..limit).rev().zip(admitted.iter()).chain([(0, &refused)]) {
        for (field, remaining) in [
            (QuotaField::Limit, limit),
            (QuotaField::Remaining, left),
            (QuotaField::Reset, reset),
        ] {
            expected.expect_quota(exchange, field, remaining)?;
        }
    }
    other_tiers_have_stated_limits(session, &tenant).await
}

/// The limited key has the limit that the settings state for its tier. Its first window has not moved on: the clock is frozen.
fn has_stated_limit(session: &Session, admitted: &[Exchange], refused: &Exchange) -> Outcome {
    let expected = session.expected();
    let tier = expected.narrowest_tier();
    let Some(stated) = expected.stated_limit(tier) else {
        return Ok(());
    };
    let at = format!("admitted requests of the tier {tier}, as in the settings");
    refused.expect(&at, &json!(stated.requests), &json!(admitted.len()))?;
    let at = format!("header retry-after, for the window of the tier {tier} in the settings");
    let wait = json!(retry_after(refused)?);
    refused.expect(&at, &json!(stated.window.as_secs()), &wait)
}

/// The keys of the other tiers report the limits that the settings state.
async fn other_tiers_have_stated_limits(session: &Session, tenant: &Tenant<'_>) -> Outcome {
    let expected = session.expected();
    let limited = expected.narrowest_tier();
    for tier in expected.tiers().filter(|tier| *tier != limited) {
        let Some(stated) = expected.stated_limit(tier) else {
            continue;
        };
        let key = tenant
            .mint(json!({"preset": "orders", "tier": tier}))
            .await?
            .key;
        let first = list(session, &key).await?;
        let limit = expected.quota(&first, QuotaField::Limit)?;
        let at = format!("limit of the tier {tier}, as in the settings");
        first.expect(&at, &json!(stated.requests), &json!(limit))?;
    }
    Ok(())
}

pub(super) async fn recovery(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.limited_key().await?;
    let (_, refused) = exhaust_quota(session, &key).await?;
    let wait = retry_after(&refused)?;
    if wait > 1 {
        tenant.advance(wait - 1).await?;
    }
    let early = list(session, &key).await?;
    early.expect_status(429)?;
    let at = "header retry-after, a second before the end of the window";
    early.expect(at, &json!(1), &json!(retry_after(&early)?))?;
    let at = "seconds until the reset, a second before the end of the window";
    if let Some(left) = seconds_until_reset(&early) {
        early.expect(at, &json!(1), &json!(left))?;
    }
    tenant.advance(1).await?;
    list(session, &key).await?.expect_status(200)
}

pub(super) async fn per_key(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let (api_key, other) = (tenant.limited_key().await?, tenant.limited_key().await?);
    exhaust_quota(session, &api_key).await?;
    expect_full_quota(session, &list(session, &other).await?)
}

pub(super) async fn organizations(session: &Session) -> Outcome {
    let (tenant, other) = (session.tenant().await?, session.tenant().await?);
    exhaust_quota(session, &tenant.limited_key().await?).await?;
    let other = other.limited_key().await?;
    expect_full_quota(session, &list(session, &other).await?)
}

/// The first request of a key is admitted, and has used only one of its quota.
fn expect_full_quota(session: &Session, first: &Exchange) -> Outcome {
    first.expect_status(200)?;
    let expected = session.expected();
    let limit = expected.quota(first, QuotaField::Limit)?;
    expected.expect_quota(first, QuotaField::Remaining, limit - 1)
}

pub(super) async fn burst(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let first = list(session, &tenant.limited_key().await?).await?;
    let limit = session.expected().quota(&first, QuotaField::Limit)?;
    let at_once = usize::try_from(limit).unwrap_or(usize::MAX);
    let at_once = at_once.saturating_mul(2);
    if at_once > MAX_AT_ONCE {
        let reason = format!(
            "the quota of {limit} requests is too large: twice as many cannot be sent at once"
        );
        return Err(NotPassed::Skipped(reason));
    }
    let key = tenant.limited_key().await?;
    let responses = try_join_all((0..at_once).map(|_| list(session, &key))).await?;
    let (admitted, refused): (Vec<_>, Vec<_>) = responses
        .into_iter()
        .partition(|exchange| exchange.status == 200);
    for exchange in &refused {
        exchange.expect_error(ErrorCode::RateLimitExceeded)?;
    }
    let Some(exchange) = refused.first().or(admitted.first()) else {
        return Ok(());
    };
    exchange.expect("admitted requests", &json!(limit), &json!(admitted.len()))
}

pub(super) async fn bad_keys(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.limited_key().await?;
    let first = list(session, &key).await?;
    let left = session.expected().quota(&first, QuotaField::Remaining)?;
    let dead = spent_and_revoked(session, &tenant).await?;
    for _ in 0..3 {
        list(session, &dead).await?.expect_status(401)?;
    }
    expect_remaining(session, &key, left - 1).await?;
    if left >= COUNTED {
        // A limit out of range, and an operation that needs another scope.
        for (operation, query) in [
            (OperationId::ListOrders, "limit=0"),
            (OperationId::ListCompanies, ""),
        ] {
            let counted = ApiRequest::to(operation.operation()).query(query);
            session.send(counted.key(&key)).await?;
        }
        expect_remaining(session, &key, left - COUNTED).await?;
    }
    let (_, mut refused) = exhaust_quota(session, &key).await?;
    for _ in 0..3 {
        refused = list(session, &key).await?;
        refused.expect_status(429)?;
    }
    tenant.advance(retry_after(&refused)?).await?;
    expect_remaining(session, &key, left).await
}

/// Requests of the check above that count: two lists, and two that are rejected for other reasons.
const COUNTED: i64 = 4;

/// A key whose quota was used up before it was revoked.
async fn spent_and_revoked(session: &Session, tenant: &Tenant<'_>) -> Result<ApiKey, NotPassed> {
    let tier = session.expected().narrowest_tier();
    let minted = tenant
        .mint(json!({"preset": "orders", "tier": tier}))
        .await?;
    exhaust_quota(session, &minted.key).await?;
    tenant.revoke(&minted).await?;
    Ok(minted.key)
}

/// The remaining quota after one more request of a key.
async fn expect_remaining(session: &Session, key: &ApiKey, expected_quota: i64) -> Outcome {
    let expected = session.expected();
    expected.expect_quota(
        &list(session, key).await?,
        QuotaField::Remaining,
        expected_quota,
    )
}
