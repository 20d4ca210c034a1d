//! The authorization server: every requirement of RFC 6749, 7636, 7009, 7662, 8414 and 9207 that applies to it.

mod authorize;
mod client;
mod clients;
mod code;
mod control;
mod endpoints;
mod faults;
mod introspect;
mod journal;
mod metadata;
mod refresh;
mod revoke;
mod secrets;
mod settings;
mod sign_in;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use crate::test_app::{Organization, TestApp};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const CLIENT: &str = "openprospect-dashboard";
const CALLBACK: &str = "http://127.0.0.1:5000/callback";
/// The address of the server in requests from [`TestApp::call`].
const ISSUER: &str = "http://127.0.0.1:8000";
/// The setting of a confidential client.
const CONFIDENTIAL: &str = "[[oauth.clients]]\nclient_id = 'server'\nclient_secret = 's:cret &'\n\
    redirect_uris = ['https://server.example/cb?x=1']\n";

/// A response of the authorization server.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of a success.
    #[track_caller]
    fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("pragma"), "no-cache");
        self.json()
    }

    /// A rejection with this status and code, in the format of RFC 6749 §5.2.
    #[track_caller]
    fn refused(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store");
        let body = self.json();
        assert_eq!(body["error"], code, "{self:?}");
        described(body["error_description"].as_str().unwrap())
    }

    /// The target of the redirect: the URI, and the fields of its query.
    #[track_caller]
    fn sent_to(&self) -> (&str, Vec<(String, String)>) {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store");
        let (uri, query) = self.header("location").split_once('?').unwrap();
        let query = form_urlencoded::parse(query.as_bytes()).into_owned();
        (uri, query.collect())
    }

    /// A field of the query in the redirect.
    #[track_caller]
    fn field(&self, name: &str) -> Option<String> {
        let (_, query) = self.sent_to();
        let mut values = query.into_iter().filter(|(own, _)| own == name);
        let value = values.next().map(|(_, value)| value);
        assert_eq!(values.next(), None, "{name} is there twice");
        value
    }

    /// An error that is redirected to the client, with `state` and `iss`.
    #[track_caller]
    fn sent_back(&self, code: &str) -> String {
        assert_eq!(self.sent_to().0, CALLBACK);
        assert_eq!(self.field("error").as_deref(), Some(code), "{self:?}");
        assert_eq!(self.field("state").as_deref(), Some("a state"));
        assert_eq!(self.field("iss").as_deref(), Some(ISSUER));
        assert_eq!(self.field("code"), None);
        described(&self.field("error_description").unwrap())
    }

    /// A page, without a redirect.
    #[track_caller]
    fn page(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert!(!self.headers.contains_key(header::LOCATION));
        assert_eq!(self.header("cache-control"), "no-store");
        let policy = self.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        &self.body
    }
}

/// Checks the characters of a description (RFC 6749 §5.2).
#[track_caller]
fn described(text: &str) -> String {
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(!text.is_empty() && text.bytes().all(allowed), "{text}");
    text.to_owned()
}

type Fields<'a> = Vec<(&'a str, &'a str)>;

fn encoded(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The fields with one changed, added or, without a value, left out.
fn with<'a>(fields: &Fields<'a>, name: &'a str, value: &'a str) -> Fields<'a> {
    let others = fields.iter().copied().filter(|(own, _)| *own != name);
    let own = (!value.is_empty()).then_some((name, value));
    others.chain(own).collect()
}

#[track_caller]
fn get(app: &TestApp, target: &str) -> Reply {
    reply(app.call(Method::GET, target).raw())
}

fn reply(answer: http::Response<String>) -> Reply {
    let (head, body) = answer.into_parts();
    Reply {
        status: head.status,
        headers: head.headers,
        body,
    }
}

#[track_caller]
fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
    let call = app.call(Method::POST, path).body(encoded(fields));
    reply(
        call.header("content-type", "application/x-www-form-urlencoded")
            .raw(),
    )
}

/// An authorization request without a sign-in page.
fn request(hint: &str) -> Fields<'_> {
    vec![
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("state", "a state"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("prompt", "none"),
        ("login_hint", hint),
    ]
}

#[track_caller]
fn authorize(app: &TestApp, fields: &[(&str, &str)]) -> Reply {
    get(app, &format!("/oauth/authorize?{}", encoded(fields)))
}

impl Organization {
    /// `USER@ORGANIZATION`
    fn user(&self, name: &str) -> String {
        format!("{name}@{}", self.name)
    }

    /// A code for the admin of the organization.
    #[track_caller]
    fn code(&self) -> String {
        let reply = authorize(&self.app, &request(&self.user("admin")));
        reply.field("code").unwrap()
    }

    /// Tokens for the admin of the organization.
    #[track_caller]
    fn tokens(&self) -> Value {
        redeem(&self.app, &redemption(&self.code())).ok()
    }

    /// Whether a token is valid.
    #[track_caller]
    fn knows(&self, token: &Value) -> bool {
        let key = self.spelled("FullAccess").key;
        let call = self.app.call(Method::POST, "/oauth/introspect");
        let call = call
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(&[("token", token.as_str().unwrap())]));
        let told = reply(call.raw()).ok();
        let active = told["active"].as_bool().unwrap();
        assert!(active || told.as_object().unwrap().len() == 1, "{told}");
        active
    }
}

/// The form that redeems a code.
fn redemption(code: &str) -> Fields<'_> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("code", code),
        ("code_verifier", VERIFIER),
    ]
}

#[track_caller]
fn redeem(app: &TestApp, fields: &[(&str, &str)]) -> Reply {
    post(app, "/oauth/token", fields)
}

#[track_caller]
fn refresh(app: &TestApp, token: &Value) -> Reply {
    let token = token.as_str().unwrap();
    redeem(app, &refreshing(token))
}

fn refreshing(token: &str) -> Fields<'_> {
    vec![
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT),
        ("refresh_token", token),
    ]
}

/// A part of a JWT.
#[track_caller]
fn part(token: &Value, index: usize) -> Value {
    let part = token.as_str().unwrap().split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
