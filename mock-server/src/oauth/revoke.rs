//! `POST /oauth/revoke`: a client gives a token back (RFC 7009).

use axum::extract::State;
use http::{HeaderMap, StatusCode};

use super::{client, error::OauthError, parameters::Parameters, token::with_grants_of};
use crate::{app::App, tokens::Opaque};

/// Ends the grant of an access or a refresh token. A token that is unknown, over or another client's is no error: the
/// client has what it wants.
pub(super) async fn revoke(
    State(app): State<App>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<StatusCode, OauthError> {
    parameters.check_repeated()?;
    let client = client::authenticate(&app, &headers, &parameters)?;
    let text = parameters.required("token")?;
    // The hint of its kind is not needed: it shows.
    if let Some(name) = Opaque::organization(text) {
        if let Some(organization) = app.tenants.organization(name) {
            with_grants_of(&app, &organization, |grants, now| {
                grants.revoke_refresh_token(text, &client.client_id, now);
            });
        }
    } else if let Ok(found) = app.tenants.resolve_token(text) {
        with_grants_of(&app, &found.organization, |grants, now| {
            grants.revoke_access_token(&found.token, &client.client_id, now);
        });
    }
    Ok(StatusCode::OK)
}
