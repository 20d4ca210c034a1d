//! `/oauth/authorize`: a client asks a user, who signs in (RFC 6749 §4.1.1, RFC 7636 §4.3).

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use schemas::{Scope, ScopeSet};

use super::{
    Server,
    error::{OauthCode, OauthError},
    parameters::Parameters,
    redirect::Redirect,
    sign_in::{self, Page},
    token::with_grants_of,
};
use crate::{
    app::App,
    config::{ClientSetting, oauth::User},
    tokens::{Challenge, CodeRequest, Terms},
};

/// Maximum length of `state`, in bytes. A token against forgery is much shorter, and `state` must fit into a
/// header.
const MAX_STATE: usize = 4_096;

pub(super) async fn by_query(
    State(app): State<App>,
    server: Server,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    answer(&app, &server, &parameters, None)
}

/// The same request as a form. The sign-in page also sends it, with the user's input.
pub(super) async fn by_form(
    State(app): State<App>,
    server: Server,
    headers: HeaderMap,
    parameters: Result<Parameters, OauthError>,
) -> Response {
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(error) => return sign_in::error_page(&error.description),
    };
    let signs_in = parameters.has("user") || parameters.has("decision");
    if signs_in && !is_own_page(&server, &headers) {
        return sign_in::error_page("the form was sent from another site");
    }
    let form = signs_in.then(|| Form::read(&parameters));
    answer(&app, &server, &parameters, form)
}

/// The user's input on the sign-in page.
struct Form<'a> {
    denies: bool,
    organization: &'a str,
    user: &'a str,
    password: Option<&'a str>,
}

impl<'a> Form<'a> {
    fn read(parameters: &'a Parameters) -> Self {
        Self {
            denies: parameters.once("decision") == Some("deny"),
            organization: parameters.once("organization").unwrap_or_default(),
            user: parameters.once("user").unwrap_or_default(),
            password: parameters.once("password"),
        }
    }
}

/// An authorization request.
struct AuthorizationRequest {
    challenge: Challenge,
    /// The requested scopes; `None` means all.
    scopes: Option<ScopeSet>,
    /// Whether the client requests a response without a page.
    silent: bool,
}

fn answer(app: &App, server: &Server, parameters: &Parameters, form: Option<Form<'_>>) -> Response {
    // Never redirect to a URI that is not known to be the client's.
    let (client, redirect) = match client(app, server, parameters) {
        Ok(found) => found,
        Err(reason) => return sign_in::error_page(reason),
    };
    let result = AuthorizationRequest::read(parameters).and_then(|authorization| match form {
        Some(form) if form.denies => Err(OauthError::new(
            OauthCode::AccessDenied,
            "the user does not allow it",
        )),
        Some(form) => signed_in(app, &client, &redirect, &authorization, &form, parameters),
        None if authorization.silent => {
            silently(app, &client, &redirect, &authorization, parameters)
        }
        None => Ok(page(app, &client, &redirect, parameters, None)),
    });
    result.unwrap_or_else(|error| redirect.with_error(&error))
}

/// The client and its redirect URI, or why there can be no redirect.
fn client(
    app: &App,
    server: &Server,
    parameters: &Parameters,
) -> Result<(Arc<ClientSetting>, Redirect), &'static str> {
    let id = parameters
        .once("client_id")
        .ok_or("client_id is missing or repeated")?;
    let client = app.client(id).ok_or("the client is unknown")?;
    let uri = parameters
        .once("redirect_uri")
        .ok_or("redirect_uri is missing or repeated")?;
    let mut registered = client.redirect_uris.iter();
    if !registered.any(|redirect_uri| redirect_uri.allows(uri, &server.origin)) {
        return Err("redirect_uri is not one that the client has registered");
    }
    let state = parameters.once("state").filter(|state| is_state(state));
    let redirect = Redirect {
        uri: uri.to_owned(),
        state: state.map(str::to_owned),
        issuer: server.issuer.clone(),
    };
    Ok((client, redirect))
}

/// Whether `state` can be returned exactly as it was sent.
fn is_state(text: &str) -> bool {
    text.len() <= MAX_STATE && !text.contains(char::REPLACEMENT_CHARACTER)
}

impl AuthorizationRequest {
    fn read(parameters: &Parameters) -> Result<Self, OauthError> {
        parameters.check_repeated()?;
        if !parameters.once("state").is_none_or(is_state) {
            return Err(OauthError::invalid_request(
                "`state` is not UTF-8 of at most 4096 bytes",
            ));
        }
        if parameters.has("request") {
            return Err(OauthError::new(
                OauthCode::RequestNotSupported,
                "`request` is not supported",
            ));
        }
        if parameters.has("request_uri") {
            let error = "`request_uri` is not supported";
            return Err(OauthError::new(OauthCode::RequestUriNotSupported, error));
        }
        if parameters.required("response_type")? != "code" {
            let error = "`response_type` must be code";
            return Err(OauthError::new(OauthCode::UnsupportedResponseType, error));
        }
        if parameters
            .once("response_mode")
            .is_some_and(|mode| mode != "query")
        {
            return Err(OauthError::invalid_request("`response_mode` must be query"));
        }
        let challenge = parameters.required("code_challenge")?;
        if parameters.once("code_challenge_method") != Some("S256") {
            return Err(OauthError::invalid_request(
                "`code_challenge_method` must be S256; plain is not supported",
            ));
        }
        let challenge = Challenge::parse(challenge).ok_or_else(|| {
            OauthError::invalid_request("`code_challenge` is not 43 characters of base64url")
        })?;
        Ok(Self {
            challenge,
            scopes: parameters.once("scope").map(scopes).transpose()?,
            silent: silent(parameters.once("prompt"))?,
        })
    }
}

/// The scopes in a parameter. All must be known.
pub(super) fn scopes(list: &str) -> Result<ScopeSet, OauthError> {
    let known = |name: &str| name.parse::<Scope>().ok();
    let mut names = list.split(' ').filter(|name| !name.is_empty());
    let scopes: Option<ScopeSet> = names.by_ref().map(known).collect();
    scopes
        .filter(|scopes| !scopes.is_empty())
        .ok_or_else(|| OauthError::new(OauthCode::InvalidScope, "`scope` names an unknown scope"))
}

/// Whether no page may be shown (OpenID Connect Core §3.1.2.1).
fn silent(prompt: Option<&str>) -> Result<bool, OauthError> {
    let Some(prompt) = prompt else {
        return Ok(false);
    };
    let mut values: Vec<_> = prompt
        .split(' ')
        .filter(|value| !value.is_empty())
        .collect();
    values.sort_unstable();
    values.dedup();
    match &*values {
        ["none"] => Ok(true),
        several if several.contains(&"none") => Err(OauthError::invalid_request(
            "`prompt` combines none with other values",
        )),
        all if all
            .iter()
            .all(|one| ["consent", "login", "select_account"].contains(one)) =>
        {
            Ok(false)
        }
        _ => Err(OauthError::invalid_request(
            "`prompt` must be none, login, consent or select_account",
        )),
    }
}

/// Issues a code without a page, for the user that the client names.
fn silently(
    app: &App,
    client: &ClientSetting,
    redirect: &Redirect,
    authorization: &AuthorizationRequest,
    parameters: &Parameters,
) -> Result<Response, OauthError> {
    let required = |reason| OauthError::new(OauthCode::LoginRequired, reason);
    let hint = parameters
        .once("login_hint")
        .and_then(|hint| hint.split_once('@'));
    let (name, organization) = hint.ok_or_else(|| {
        required("`prompt=none` needs a user in `login_hint`, such as admin@demo01")
    })?;
    let user = app.config.oauth.user(name, organization);
    let user = user.ok_or_else(|| required("`login_hint` names an unknown user"))?;
    if !user.signs_in_with(None) {
        return Err(required("the user needs a password to sign in"));
    }
    if !scenarios::is_organization(organization) {
        return Err(required(
            "`login_hint` names no organization of six letters or digits",
        ));
    }
    let granted = granted(client, user, authorization)?;
    grant(
        app,
        redirect,
        client,
        authorization,
        (user, organization, granted),
    )
}

/// Issues a code for a user who has signed in on the page, or shows the page again with an error.
fn signed_in(
    app: &App,
    client: &ClientSetting,
    redirect: &Redirect,
    authorization: &AuthorizationRequest,
    form: &Form<'_>,
    parameters: &Parameters,
) -> Result<Response, OauthError> {
    let again = |reason: &str| Ok(page(app, client, redirect, parameters, Some(reason)));
    if !scenarios::is_organization(form.organization) {
        return again("The organization must be six letters or digits.");
    }
    let Some(user) = app.config.oauth.user(form.user, form.organization) else {
        return again("The organization has no such user. There are admin and member.");
    };
    if !user.signs_in_with(form.password) {
        return again("The password is wrong.");
    }
    let granted = granted(client, user, authorization)?;
    let signed_in = (user, form.organization, granted);
    grant(app, redirect, client, authorization, signed_in)
}

/// The requested scopes that the user can grant.
fn granted(
    client: &ClientSetting,
    user: User<'_>,
    authorization: &AuthorizationRequest,
) -> Result<ScopeSet, OauthError> {
    let may = client.allowed(user.role.scopes());
    let granted = authorization
        .scopes
        .map_or(may, |requested| requested.intersection(may));
    if granted.is_empty() {
        let error = "the user may not grant any of the requested scopes";
        return Err(OauthError::new(OauthCode::InvalidScope, error));
    }
    Ok(granted)
}

fn grant(
    app: &App,
    redirect: &Redirect,
    client: &ClientSetting,
    authorization: &AuthorizationRequest,
    (user, organization, scopes): (User<'_>, &str, ScopeSet),
) -> Result<Response, OauthError> {
    let found = app.tenants.sign_in(organization, app.machine_now());
    let found = found
        .map_err(|error| OauthError::new(OauthCode::TemporarilyUnavailable, error.to_string()))?;
    let request = CodeRequest {
        terms: Terms {
            issuer: redirect.issuer.as_str().into(),
            subject: user.subject(organization).into(),
            client_id: client.client_id.as_str().into(),
            scopes,
        },
        redirect_uri: redirect.uri.as_str().into(),
        challenge: authorization.challenge.clone(),
    };
    let code = with_grants_of(app, &found, |grants, now| grants.issue_code(request, now));
    Ok(redirect.with_code(&code))
}

fn page(
    app: &App,
    client: &ClientSetting,
    redirect: &Redirect,
    parameters: &Parameters,
    problem: Option<&str>,
) -> Response {
    let hint = parameters
        .once("login_hint")
        .and_then(|hint| hint.split_once('@'));
    let (user, organization) = hint.unwrap_or_default();
    Page {
        client: &client.client_id,
        redirect,
        parameters,
        user: parameters.once("user").unwrap_or(user),
        organization: parameters.once("organization").unwrap_or(organization),
        with_password: app.config.oauth.has_passwords(),
        problem,
    }
    .into_response()
}

/// Whether a form was sent from a page of this server, or not from a page at all.
fn is_own_page(server: &Server, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN);
    let own = [&server.origin, &server.issuer];
    let is_own_origin =
        origin.is_none_or(|origin| own.iter().any(|own| own.as_bytes() == origin.as_bytes()));
    let site = headers.get("sec-fetch-site");
    is_own_origin && site.is_none_or(|site| site == "same-origin" || site == "none")
}
