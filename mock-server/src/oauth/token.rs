//! `POST /oauth/token`: exchanges a code or a refresh token for tokens (RFC 6749 §4.1.3, §6).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use jiff::Timestamp;

use super::{
    authorize::scopes,
    client,
    error::{NO_STORE, OauthCode, OauthError},
    parameters::Parameters,
};
use crate::{
    app::App,
    config::{ClientSetting, oauth::DASHBOARD},
    tenants::Organization,
    tokens::{Grants, Issued, Opaque, RedeemError, Redemption, RefreshError, is_verifier},
};

pub(super) async fn issue(
    State(app): State<App>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, OauthError> {
    parameters.check_repeated()?;
    let grant: fn(&App, &ClientSetting, &Parameters) -> Result<Issued, OauthError> =
        match parameters.required("grant_type")? {
            "authorization_code" => redeem,
            "refresh_token" => refresh,
            _ => {
                return Err(OauthError::new(
                    OauthCode::UnsupportedGrantType,
                    "`grant_type` must be authorization_code or refresh_token",
                ));
            }
        };
    let client = client::authenticate(&app, &headers, &parameters)?;
    let issued = grant(&app, &client, &parameters)?;
    let text = app.tenants.signing_keys.sign(&issued.token.claims(), None);
    Ok((NO_STORE, Json(issued.to_json(&text))).into_response())
}

fn redeem(
    app: &App,
    client: &ClientSetting,
    parameters: &Parameters,
) -> Result<Issued, OauthError> {
    let redemption = Redemption {
        code: parameters.required("code")?,
        client_id: &client.client_id,
        redirect_uri: parameters.required("redirect_uri")?,
        verifier: parameters.required("code_verifier")?,
    };
    if !is_verifier(redemption.verifier) {
        return Err(OauthError::invalid_request(
            "`code_verifier` is not 43 to 128 letters, digits, `-`, `.`, `_` or `~`",
        ));
    }
    let redeemed = with_grants(app, redemption.code, |grants, now| {
        grants.redeem(redemption, now)
    });
    redeemed
        .unwrap_or(Err(RedeemError::Unknown))
        .map_err(|error| OauthError::new(OauthCode::InvalidGrant, error.to_string()))
}

fn refresh(
    app: &App,
    client: &ClientSetting,
    parameters: &Parameters,
) -> Result<Issued, OauthError> {
    let token = parameters.required("refresh_token")?;
    let scopes = parameters.once("scope").map(scopes).transpose()?;
    let refreshed = with_grants(app, token, |grants, now| {
        grants.refresh(token, &client.client_id, scopes, now)
    });
    refreshed
        .unwrap_or(Err(RefreshError::Unknown))
        .map_err(|error| {
            let code = match error {
                RefreshError::Scope => OauthCode::InvalidScope,
                RefreshError::Unknown
                | RefreshError::Client
                | RefreshError::Reused
                | RefreshError::Revoked
                | RefreshError::Expired => OauthCode::InvalidGrant,
            };
            OauthError::new(code, error.to_string())
        })
}

/// The user who signed in to the dashboard, such as `admin@demo01`. The dashboard needs no token, so the grant is revoked.
pub(crate) fn user_of(
    app: &App,
    code: &str,
    verifier: &str,
    redirect_uri: &str,
) -> Result<Box<str>, RedeemError> {
    let redemption = Redemption {
        code,
        client_id: DASHBOARD,
        redirect_uri,
        verifier,
    };
    let redeemed = with_grants(app, code, |grants, now| {
        let issued = grants.redeem(redemption, now)?;
        if let Some(token) = &issued.refresh_token {
            grants.revoke_refresh_token(token, DASHBOARD, now);
        }
        Ok(issued.token.subject.clone())
    });
    redeemed.unwrap_or(Err(RedeemError::Unknown))
}

/// Runs `work` on the grants of the organization that a code or refresh token names, if it exists.
fn with_grants<T>(
    app: &App,
    text: &str,
    work: impl FnOnce(&mut Grants, Timestamp) -> T,
) -> Option<T> {
    let organization = app
        .tenants
        .organization(Opaque::organization(text)?, app.machine_now())?;
    Some(with_grants_of(app, &organization, work))
}

/// Runs `work` on the grants of an organization, at its current time.
pub(super) fn with_grants_of<T>(
    app: &App,
    organization: &Arc<Organization>,
    work: impl FnOnce(&mut Grants, Timestamp) -> T,
) -> T {
    let machine = app.machine_now();
    organization.touch(machine);
    let mut state = organization.state();
    let now = state.clock.now(machine);
    work(&mut state.grants, now)
}
