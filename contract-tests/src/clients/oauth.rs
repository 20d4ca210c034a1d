//! The traffic between a program and the authorization server, in terms of OAuth.

use schemas::oauth::Endpoint;
use url::{Url, form_urlencoded};

use super::{
    credential::Credential,
    trace::{Exchange, Message, Trace},
};

/// What the authorization server issued to a program, and what the program sent there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    /// Access tokens, in the order in which they were issued.
    pub access: Vec<String>,
    /// Secrets for the authorization server only: refresh tokens, authorization codes and code verifiers.
    pub private: Vec<String>,
}

impl Tokens {
    /// The tokens of a program with this credential; none for an API key.
    pub(crate) fn of(credential: &Credential, trace: &Trace) -> Self {
        let Some(grant) = credential.grant() else {
            return Self::default();
        };
        let mut tokens = Self::default();
        tokens.private.push(grant.refresh_token.clone());
        for request in authorization_requests(trace) {
            let response = request.response();
            tokens
                .private
                .extend(response.and_then(|response| response.code));
        }
        for request in token_requests(trace) {
            let sent = ["refresh_token", "code", "code_verifier"];
            let sent = sent
                .into_iter()
                .filter_map(|name| request.parameters.get(name));
            tokens.private.extend(sent.map(ToOwned::to_owned));
            if let Some(issued) = request.issued() {
                tokens.access.push(issued.access_token);
                tokens.private.extend(issued.refresh_token);
            }
        }
        tokens.private.sort_unstable();
        tokens.private.dedup();
        tokens
    }
}

/// The parameters of a request: those of its query and those of the form in its body.
#[derive(Clone, Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(exchange: &Exchange) -> Self {
        let target = &exchange.request.target;
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let query = form_urlencoded::parse(query.as_bytes());
        let form = form_urlencoded::parse(&exchange.request.message.body);
        Self(query.into_owned().chain(form.into_owned()).collect())
    }

    /// The value of a parameter; the first, if it is repeated.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        let found = all.find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }
}

/// A request to the token endpoint.
#[derive(Clone, Debug)]
pub(crate) struct TokenRequest<'a> {
    /// The request and its outcome.
    pub exchange: &'a Exchange,
    /// Its parameters.
    pub parameters: Parameters,
}

/// The tokens that the token endpoint issues.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Issued {
    /// The access token.
    pub access_token: String,
    /// The refresh token, if there is one.
    pub refresh_token: Option<String>,
}

/// The requests to the token endpoint, in their order.
pub(crate) fn token_requests(trace: &Trace) -> impl Iterator<Item = TokenRequest<'_>> {
    let requests = trace.to_endpoint(Endpoint::Token);
    requests.map(|exchange| TokenRequest {
        exchange,
        parameters: Parameters::of(exchange),
    })
}

impl TokenRequest<'_> {
    /// The refresh token to redeem, if the request is a refresh.
    pub(crate) fn refresh_token(&self) -> Option<&str> {
        self.parameter_of_grant("refresh_token", "refresh_token")
    }

    /// The code to redeem, if the request is a code exchange.
    pub(crate) fn code(&self) -> Option<&str> {
        self.parameter_of_grant("authorization_code", "code")
    }

    fn parameter_of_grant(&self, grant_type: &str, name: &str) -> Option<&str> {
        let is_it = self.parameters.get("grant_type") == Some(grant_type);
        self.parameters.get(name).filter(|_| is_it)
    }

    /// The issued tokens, if the response was complete.
    pub(crate) fn issued(&self) -> Option<Issued> {
        let response = self.exchange.response()?;
        if response.status != 200 || !response.message.whole {
            return None;
        }
        let body = response.message.json()?;
        let text = |name: &str| body[name].as_str().map(ToOwned::to_owned);
        Some(Issued {
            access_token: text("access_token")?,
            refresh_token: text("refresh_token"),
        })
    }

    /// The error that rejected the request, such as `invalid_grant`.
    pub(crate) fn error(&self) -> Option<String> {
        let response = self.exchange.response()?;
        let is_refused = (400..500).contains(&response.status) && response.message.whole;
        let body = response.message.json().filter(|_| is_refused)?;
        body["error"].as_str().map(ToOwned::to_owned)
    }
}

/// A request to the authorization endpoint.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest<'a> {
    /// The request and its outcome.
    pub exchange: &'a Exchange,
    /// Its parameters.
    pub parameters: Parameters,
}

/// The authorization response, as returned in a redirect.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuthorizationResponse {
    /// The authorization code.
    pub code: Option<String>,
    /// The state, which must be that of the request.
    pub state: Option<String>,
    /// The issuer (RFC 9207).
    pub issuer: Option<String>,
}

/// The requests to the authorization endpoint that name a client, in their order.
pub(crate) fn authorization_requests(
    trace: &Trace,
) -> impl Iterator<Item = AuthorizationRequest<'_>> {
    let requests = trace.to_endpoint(Endpoint::Authorize);
    let requests = requests.map(|exchange| AuthorizationRequest {
        exchange,
        parameters: Parameters::of(exchange),
    });
    requests.filter(|request| request.parameters.get("client_id").is_some())
}

impl AuthorizationRequest<'_> {
    /// The redirect back to the client, if there was one.
    pub(crate) fn response(&self) -> Option<AuthorizationResponse> {
        let message: &Message = &self.exchange.response()?.message;
        let location = Url::parse(message.header("location")?).ok()?;
        let mut response = AuthorizationResponse::default();
        for (name, value) in location.query_pairs() {
            let value = Some(value.into_owned());
            match &*name {
                "code" => response.code = value,
                "state" => response.state = value,
                "iss" => response.issuer = value,
                _ => {}
            }
        }
        Some(response)
    }
}
