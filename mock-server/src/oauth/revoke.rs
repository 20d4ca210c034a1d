//! `POST /oauth/revoke`: a client revokes a token (RFC 7009).

use axum::extract::State;
use http::{HeaderMap, StatusCode};

use super::{client, error::OauthError, parameters::Parameters, token::with_grants_of};
use crate::{app::App, tokens::Opaque};

/// Ends the grant of an access or refresh token. It is not an error if the token is unknown, invalid or another
/// client's: in every case, the client cannot use it afterwards.
pub(super) async fn revoke(
    State(app): State<App>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<StatusCode, OauthError> {
    parameters.check_repeated()?;
    let client = client::authenticate(&app, &headers, &parameters)?;
    let text = parameters.required("token")?;
    // The hint of the token's type is not needed: the text shows the type.
    if let Some(name) = Opaque::organization(text) {
        if let Some(organization) = app.tenants.organization(name, app.machine_now()) {
            with_grants_of(&app, &organization, |grants, now| {
                grants.revoke_refresh_token(text, &client.client_id, now);
            });
        }
    } else if let Ok(found) = app.tenants.resolve_token(text, app.machine_now()) {
        with_grants_of(&app, &found.organization, |grants, now| {
            grants.revoke_access_token(&found.token, &client.client_id, now);
        });
    }
    Ok(StatusCode::OK)
}
