//! Signing in by the sandbox's own authorization server, with PKCE.

use axum::{
    extract::{RawQuery, State},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use http::{HeaderMap, StatusCode, Uri, header};
use schemas::oauth::AUTHORIZE;
use sha2::{Digest, Sha256};

use super::{ATTRIBUTES, UI, begin, failure, form, parameter};
use crate::{
    app::{
        self, App,
        sessions::{NoRandomness, cookie, cookie_name, random},
    },
    config::oauth::{DASHBOARD, OWN_PAGE},
    control::guard::host,
    oauth::user_of,
};

/// The user who is signed in with one click, and the organization where the page that was wanted names none.
const USER: &str = "admin";
const ORGANIZATION: &str = "demo01";
/// How long the user may take, in seconds.
const PATIENCE: u32 = 600;

/// The name of the cookie that ties the response of the authorization server to the browser that asked.
fn state_cookie(host: &str) -> String {
    format!("{}_sign_in", cookie_name(host))
}

/// Sends the browser to the authorization server.
pub(super) fn ask(
    app: &App,
    uri: &Uri,
    headers: &HeaderMap,
    to: &str,
) -> Result<Response, NoRandomness> {
    let (state, verifier) = (random()?, random()?);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let mut query = Serializer::new(format!("{AUTHORIZE}?"));
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", DASHBOARD),
        ("redirect_uri", &back(app, uri, headers)),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("login_hint", &format!("{USER}@{}", organization(app, to))),
    ]);
    if !app.config.oauth.has_passwords() {
        query.append_pair("prompt", "none");
    }
    let name = state_cookie(host(uri, headers));
    let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    let cookie = format!("{name}={state}.{verifier}.{to}; {ATTRIBUTES}; Max-Age={PATIENCE}");
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((cookie, Redirect::to(&query.finish())).into_response())
}

/// The organization of the page that was wanted, or the one that was used last.
fn organization(app: &App, to: &str) -> String {
    let wanted = to.strip_prefix(UI).unwrap_or_default().split('/').nth(1);
    let wanted = wanted.filter(|name| scenarios::is_organization(name));
    let latest = || {
        let all = app.tenants.organizations(app.machine_now());
        let latest = all
            .iter()
            .max_by_key(|organization| organization.last_used())?;
        Some(latest.name().to_owned())
    };
    let found = wanted.map(str::to_owned).or_else(latest);
    found.unwrap_or_else(|| ORGANIZATION.to_owned())
}

/// The redirect URI.
fn back(app: &App, uri: &Uri, headers: &HeaderMap) -> String {
    format!("{}{OWN_PAGE}", app::origin(app, uri, headers))
}

/// What the browser brings back from the authorization server.
pub(in super::super) async fn callback(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let host = host(&uri, &headers);
    let again = |why: &str| {
        let problem = format!("{why} You are not signed in; try again, or sign in without OAuth.");
        (StatusCode::BAD_REQUEST, form(&app, "", Some(&problem))).into_response()
    };
    let asked = cookie(&headers, &state_cookie(host));
    let mut asked = asked.unwrap_or_default().splitn(3, '.');
    let (state, verifier, to) = (asked.next(), asked.next(), asked.next());
    let (Some(state), Some(verifier), Some(to)) = (state, verifier, to) else {
        return again("This browser did not ask to sign in, or it took too long.");
    };
    let field = |name: &str| parameter(query.as_bytes(), name);
    if field("state") != state {
        return again("The response is not to this browser's request.");
    }
    if !field("error").is_empty() {
        return again(&format!(
            "The authorization server refused: {}.",
            field("error_description")
        ));
    }
    match user_of(&app, &field("code"), verifier, &back(&app, &uri, &headers)) {
        Ok(user) => {
            tracing::debug!(%user, "signed in to the dashboard");
            let to = parameter(format!("to={to}").as_bytes(), "to");
            begin(&app, host, &to).unwrap_or_else(|error| failure(&error))
        }
        Err(error) => again(&format!("Signing in failed: {error}.")),
    }
}
