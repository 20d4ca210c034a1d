//! Grants from the first code to the end, on a clock that the tests move.

use schemas::Scope;

use super::*;
use crate::tokens::Challenge;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CLIENT: &str = "client";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn grants() -> Grants {
    grants_of(0, "demo01", 0)
}

fn grants_of(seed: u64, organization: &str, life: u64) -> Grants {
    Grants::new(seed, organization, life, &Budget::new(usize::MAX))
}

fn terms() -> Terms {
    Terms {
        issuer: "http://localhost:8000".into(),
        subject: "admin@demo01".into(),
        client_id: CLIENT.into(),
        scopes: ScopeSet::of(&[Scope::OrdersRead, Scope::OrdersWrite]),
    }
}

fn code(grants: &mut Grants, now: i64) -> String {
    let request = CodeRequest {
        terms: terms(),
        redirect_uri: "http://127.0.0.1/callback".into(),
        challenge: Challenge::parse(CHALLENGE).unwrap(),
    };
    grants.issue_code(request, at(now))
}

fn redemption(code: &str) -> Redemption<'_> {
    Redemption {
        code,
        client_id: CLIENT,
        redirect_uri: "http://127.0.0.1/callback",
        verifier: VERIFIER,
    }
}

fn grant(grants: &mut Grants, now: i64) -> (AccessToken, String) {
    let issued = grants.grant(terms(), None, true, at(now));
    (issued.token, issued.refresh_token.unwrap())
}

#[test]
fn code_yields_tokens_once_and_a_replay_revokes_them() {
    let mut grants = grants();
    let code = code(&mut grants, 0);
    assert!(code.starts_with("oac_") && code.ends_with("demo01") && code.len() == 36);
    let issued = grants.redeem(redemption(&code), at(59)).unwrap();
    grants.check(&issued.token, at(59)).unwrap();
    let replayed = grants.redeem(redemption(&code), at(60));
    assert_eq!(replayed.unwrap_err(), RedeemError::Replayed);
    let rejected = grants.check(&issued.token, at(60)).unwrap_err();
    assert_eq!(rejected, TokenRejection::RevokedAt(at(60)));
    let refresh = issued.refresh_token.unwrap();
    let refused = grants.refresh(&refresh, CLIENT, None, at(60)).unwrap_err();
    assert_eq!(refused, RefreshError::Revoked);
}

#[test]
fn code_belongs_to_the_client_that_requested_it() {
    let mut grants = grants();
    let code = code(&mut grants, 0);
    let right = redemption(&code);
    for (wrong, reason) in [
        (
            Redemption {
                client_id: "other",
                ..right
            },
            RedeemError::Client,
        ),
        (
            Redemption {
                redirect_uri: "http://127.0.0.1:1/callback",
                ..right
            },
            RedeemError::RedirectUri,
        ),
        (
            Redemption {
                verifier: CHALLENGE,
                ..right
            },
            RedeemError::Verifier,
        ),
        (
            Redemption {
                code: &code.replace("oac_", "ort_"),
                ..right
            },
            RedeemError::Unknown,
        ),
        (
            Redemption {
                code: &code.replace("demo01", "demo02"),
                ..right
            },
            RedeemError::Unknown,
        ),
        (Redemption { code: "", ..right }, RedeemError::Unknown),
    ] {
        assert_eq!(grants.redeem(wrong, at(0)).unwrap_err(), reason);
    }
    grants.redeem(right, at(0)).unwrap();
}

#[test]
fn code_expires_after_exactly_one_minute() {
    let mut grants = grants();
    let code = code(&mut grants, 0);
    let refused = grants.redeem(redemption(&code), at(60)).unwrap_err();
    assert_eq!(refused, RedeemError::Expired);
    grants.redeem(redemption(&code), at(59)).unwrap();
}

#[test]
fn access_token_expires_after_exactly_one_hour() {
    let mut grants = grants();
    let (token, _) = grant(&mut grants, 100);
    assert_eq!(grants.check(&token, at(3_699)), Ok(()));
    let rejected = grants.check(&token, at(3_700));
    assert_eq!(rejected, Err(TokenRejection::ExpiredAt(at(3_700))));
    let short = Some(SignedDuration::from_secs(5));
    let short = grants.grant(terms(), short, false, at(100));
    assert!(short.refresh_token.is_none());
    assert_eq!(short.token.expires_at, at(105));
}

#[test]
fn rejects_a_token_that_contradicts_its_grant() {
    let mut grants = grants();
    let (token, _) = grant(&mut grants, 0);
    let mut with = |change: fn(&mut AccessToken)| {
        let mut token = token.clone();
        change(&mut token);
        grants.check(&token, at(0)).unwrap_err()
    };
    assert_eq!(
        with(|token| token.issuer = "http://other".into()),
        TokenRejection::Issuer
    );
    assert_eq!(
        with(|token| token.audiences.clear()),
        TokenRejection::Audience
    );
    assert_eq!(
        with(|token| token.audiences = vec!["http://localhost:8000".into()]),
        TokenRejection::Audience
    );
    assert_eq!(
        with(|token| token.subject = "member@demo01".into()),
        TokenRejection::Subject
    );
    assert_eq!(
        with(|token| token.client_id = "other".into()),
        TokenRejection::Subject
    );
    assert_eq!(
        with(|token| token.not_before = Some(at(1))),
        TokenRejection::NotBefore(at(1))
    );
    assert_eq!(
        with(|token| token.id.grant = 2),
        TokenRejection::UnknownGrant
    );
    assert_eq!(
        with(|token| token.id.life = 1),
        TokenRejection::UnknownGrant
    );
}

#[test]
fn refresh_tokens_rotate_and_reuse_revokes_the_family() {
    let mut grants = grants();
    let (first, refresh) = grant(&mut grants, 0);
    let second = grants.refresh(&refresh, CLIENT, None, at(10)).unwrap();
    assert_ne!(second.token.id, first.id);
    grants.check(&first, at(10)).unwrap();
    let present = second.refresh_token.unwrap();
    let reused = grants.refresh(&refresh, CLIENT, None, at(20)).unwrap_err();
    assert_eq!(reused, RefreshError::Reused);
    for token in [first, second.token] {
        let rejected = grants.check(&token, at(20));
        assert_eq!(rejected, Err(TokenRejection::RevokedAt(at(20))));
    }
    let refused = grants.refresh(&present, CLIENT, None, at(20)).unwrap_err();
    assert_eq!(refused, RefreshError::Revoked);
}

#[test]
fn detects_reuse_of_any_earlier_refresh_token() {
    let mut grants = grants();
    let (_, first) = grant(&mut grants, 0);
    let mut present = first.clone();
    for _ in 0..100 {
        let issued = grants.refresh(&present, CLIENT, None, at(0)).unwrap();
        present = issued.refresh_token.unwrap();
    }
    let reused = grants.refresh(&first, CLIENT, None, at(0)).unwrap_err();
    assert_eq!(reused, RefreshError::Reused);
}

#[test]
fn unknown_text_revokes_nothing() {
    let mut grants = grants();
    let (token, refresh) = grant(&mut grants, 0);
    for index in 4..refresh.len() - 6 {
        let mut other = refresh.clone().into_bytes();
        other[index] = if other[index] == b'0' { b'1' } else { b'0' };
        let other = String::from_utf8(other).unwrap();
        let refused = grants.refresh(&other, CLIENT, None, at(0)).unwrap_err();
        assert_eq!(refused, RefreshError::Unknown);
        grants.revoke_refresh_token(&other, CLIENT, at(0));
    }
    // Nor is the next token accepted, which has not been issued yet.
    let next = grants.draw(Opaque::Refresh {
        grant: 1,
        generation: 1,
    });
    let refused = grants.refresh(&next, CLIENT, None, at(0)).unwrap_err();
    assert_eq!(refused, RefreshError::Unknown);
    grants.check(&token, at(0)).unwrap();
    grants.refresh(&refresh, CLIENT, None, at(0)).unwrap();
}

#[test]
fn refresh_narrows_scopes_and_never_widens_them() {
    let mut grants = grants();
    let (_, refresh) = grant(&mut grants, 0);
    let more = ScopeSet::of(&[Scope::OrdersRead, Scope::AdminWrite]);
    let refused = grants
        .refresh(&refresh, CLIENT, Some(more), at(0))
        .unwrap_err();
    assert_eq!(refused, RefreshError::Scope);
    let less = ScopeSet::of(&[Scope::OrdersRead]);
    let narrowed = grants.refresh(&refresh, CLIENT, Some(less), at(0)).unwrap();
    assert_eq!(narrowed.token.scopes, less);
    // The granted scopes stay.
    let refresh = narrowed.refresh_token.unwrap();
    let wide = grants.refresh(&refresh, CLIENT, None, at(0)).unwrap();
    assert_eq!(wide.token.scopes, terms().scopes);
}

#[test]
fn refresh_token_is_valid_for_thirty_days_after_rotation() {
    const DAY: i64 = 86_400;
    let mut grants = grants();
    let (_, refresh) = grant(&mut grants, 0);
    let other = grants.refresh(&refresh, "other", None, at(0)).unwrap_err();
    assert_eq!(other, RefreshError::Client);
    let issued = grants
        .refresh(&refresh, CLIENT, None, at(30 * DAY - 1))
        .unwrap();
    let refresh = issued.refresh_token.unwrap();
    grants.refresh_token(&refresh, at(60 * DAY - 2)).unwrap();
    assert!(grants.refresh_token(&refresh, at(60 * DAY - 1)).is_none());
    let expired = grants.refresh(&refresh, CLIENT, None, at(60 * DAY - 1));
    assert_eq!(expired.unwrap_err(), RefreshError::Expired);
}

#[test]
fn revocation_ends_only_the_grant_of_the_requesting_client() {
    let mut grants = grants();
    let (token, refresh) = grant(&mut grants, 0);
    let (other, _) = grant(&mut grants, 0);
    grants.revoke_refresh_token(&refresh, "other", at(1));
    grants.revoke_access_token(&token, "other", at(1));
    grants.check(&token, at(1)).unwrap();
    grants.revoke_access_token(&token, CLIENT, at(2));
    grants.revoke_refresh_token(&refresh, CLIENT, at(3));
    assert_eq!(
        grants.check(&token, at(3)),
        Err(TokenRejection::RevokedAt(at(2)))
    );
    grants.check(&other, at(3)).unwrap();
}

#[test]
fn limits_the_number_of_grants_and_codes() {
    let mut grants = grants();
    let (used, _) = grant(&mut grants, 0);
    let (over, refresh) = grant(&mut grants, 0);
    let (oldest, _) = grant(&mut grants, 0);
    grants.revoke_refresh_token(&refresh, CLIENT, at(1));
    for _ in 3..MAX_GRANTS {
        grant(&mut grants, 1);
    }
    grants.check(&used, at(2)).unwrap();
    grant(&mut grants, 2);
    assert_eq!(
        grants.status(&over, at(2)),
        Err(TokenRejection::UnknownGrant)
    );
    grants.status(&oldest, at(2)).unwrap();
    grant(&mut grants, 2);
    assert_eq!(
        grants.status(&oldest, at(2)),
        Err(TokenRejection::UnknownGrant)
    );
    grants.check(&used, at(2)).unwrap();
    assert_eq!(grants.by_number.len(), MAX_GRANTS);
    let first = code(&mut grants, 0);
    for _ in 0..MAX_CODES {
        code(&mut grants, 0);
    }
    assert_eq!(grants.codes.len(), MAX_CODES);
    let refused = grants.redeem(redemption(&first), at(0)).unwrap_err();
    assert_eq!(refused, RedeemError::Unknown);
}

#[test]
fn texts_of_another_or_a_former_organization_are_unknown() {
    let mut before = grants();
    let (_, refresh) = grant(&mut before, 0);
    let first = code(&mut before, 0);
    for mut other in [
        grants_of(0, "demo01", 1),
        grants_of(1, "demo01", 0),
        grants_of(0, "demo02", 0),
    ] {
        grant(&mut other, 0);
        code(&mut other, 0);
        let refused = other.refresh(&refresh, CLIENT, None, at(0)).unwrap_err();
        assert_eq!(refused, RefreshError::Unknown);
        let refused = other.redeem(redemption(&first), at(0)).unwrap_err();
        assert_eq!(refused, RedeemError::Unknown);
    }
    // The same inputs produce the same token.
    let (_, same) = grant(&mut grants(), 0);
    assert_eq!(same, refresh);
}

#[test]
fn all_grants_can_be_revoked_at_once() {
    let mut grants = grants();
    let [one, other] = [(); 2].map(|()| grant(&mut grants, 0));
    grants.revoke_all(at(5));
    for (token, refresh) in [one, other] {
        let rejected = grants.check(&token, at(5)).unwrap_err();
        assert_eq!(rejected, TokenRejection::RevokedAt(at(5)));
        let refused = grants.refresh(&refresh, CLIENT, None, at(5)).unwrap_err();
        assert_eq!(refused, RefreshError::Revoked);
    }
    let (token, _) = grant(&mut grants, 6);
    grants.check(&token, at(6)).unwrap();
}

#[test]
fn new_signing_key_ends_access_tokens_but_no_refresh_token() {
    let mut grants = grants();
    let (token, refresh) = grant(&mut grants, 0);
    grants.replace_signing_key();
    let rejected = grants.check(&token, at(1)).unwrap_err();
    assert_eq!(rejected, TokenRejection::KeyReplaced);
    assert_eq!((rejected.state(), rejected.since()), ("invalid", None));
    let issued = grants.refresh(&refresh, CLIENT, None, at(1)).unwrap();
    grants.check(&issued.token, at(1)).unwrap();
}

#[test]
fn fewer_grants_are_kept_if_there_is_little_memory() {
    let budget = Budget::new(10_000);
    let mut grants = Grants::new(0, "demo01", 0, &budget);
    let tokens: Vec<_> = (0..100).map(|now| grant(&mut grants, now).0).collect();
    let kept = tokens
        .iter()
        .filter(|token| grants.status(token, at(100)).is_ok());
    let kept: Vec<_> = kept.map(|token| token.id).collect();
    let newest = tokens[100 - kept.len()..].iter().map(|token| token.id);
    assert!(kept.iter().copied().eq(newest), "{kept:?}");
    assert!((10..50).contains(&kept.len()), "{kept:?}");
    assert!(
        (9_000..=10_000).contains(&budget.used()),
        "{}",
        budget.used()
    );
    // Another organization has taken the rest.
    let mut other = budget.nothing();
    other.grow(10_000 - budget.used()).unwrap();
    let mut late = Grants::new(0, "demo02", 0, &budget);
    let (token, _) = grant(&mut late, 0);
    late.check(&token, at(0)).unwrap();
    drop((grants, late));
    assert_eq!(budget.used(), other.bytes());
}
