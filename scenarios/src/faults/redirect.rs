//! Redirects without a target, or to another place.

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::json;

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// A redirect.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// Its target.
    pub to: RedirectTarget,
    /// Its status; 307 by default.
    #[serde(default = "temporary")]
    pub status: u16,
}

/// The target of a redirect.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectTarget {
    /// The URL of the request, in an endless loop.
    Itself,
    /// The same path on another host: `127.0.0.2`.
    OtherHost,
    /// The same path on another port: the next one.
    OtherPort,
    /// The URL of the request, as a path without scheme and host.
    Relative,
    /// The same host and path, over plain HTTP.
    Http,
    /// The same host and path, over HTTPS, which the server does not speak there.
    Https,
    /// The same path with a trailing slash. A request that already has one is not redirected, so the redirect ends there.
    Slash,
    /// The same host and path, with a user name before the host: `somebody@`.
    Userinfo,
    /// None: `Location` is missing.
    Nowhere,
}

fn temporary() -> u16 {
    307
}

impl Behaviour for Redirect {
    const KIND: FaultKind = FaultKind::Front;
    const EXAMPLES: &[&str] = &["to=itself", "to=nowhere", "to=https", "to=slash"];

    fn check(&self) -> Result<(), String> {
        responses::status(self.status, 300..=399).map(drop)
    }

    fn respond(&self, context: Context<'_>) -> Option<FaultResponse> {
        let status = StatusCode::from_u16(self.status).ok()?;
        let Context { host, target, .. } = context;
        let location = match self.to {
            RedirectTarget::Itself | RedirectTarget::Http => Some(format!("http://{host}{target}")),
            RedirectTarget::Https => Some(format!("https://{host}{target}")),
            RedirectTarget::Userinfo => Some(format!("http://somebody@{host}{target}")),
            RedirectTarget::Slash => Some(with_slash(target)?),
            RedirectTarget::OtherHost => {
                Some(format!("http://{}{target}", responses::other_host(host)))
            }
            RedirectTarget::OtherPort => {
                Some(format!("http://{}{target}", responses::other_port(host)))
            }
            RedirectTarget::Relative => Some(target.to_owned()),
            RedirectTarget::Nowhere => None,
        };
        let mut response = FaultResponse::json(
            status,
            &json!({"code": "REDIRECT", "message": "Look elsewhere"}),
        );
        if let Some(location) = location.and_then(|location| HeaderValue::try_from(location).ok()) {
            response.headers.insert(header::LOCATION, location);
        }
        Some(response)
    }
}

/// The target with a slash at the end of its path; `None` if it already ends with one.
fn with_slash(target: &str) -> Option<String> {
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    (!path.ends_with('/')).then(|| format!("{path}/{query}"))
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    fn leads(to: &str, target: &str) -> Option<String> {
        let context = Context {
            target,
            ..example::CONTEXT
        };
        let fault = example::fault(&format!("redirect;to={to};status=301"));
        let response = fault.respond(context)?;
        assert_eq!(response.status, StatusCode::MOVED_PERMANENTLY);
        let location = response.headers.get(header::LOCATION);
        Some(location.map_or_else(String::new, |at| at.to_str().unwrap().to_owned()))
    }

    #[test]
    fn redirects_to_the_given_location() {
        for (to, expected) in [
            ("itself", "http://127.0.0.1:8000/a?b=c"),
            ("http", "http://127.0.0.1:8000/a?b=c"),
            ("https", "https://127.0.0.1:8000/a?b=c"),
            ("other_host", "http://127.0.0.2:8000/a?b=c"),
            ("other_port", "http://127.0.0.1:8001/a?b=c"),
            ("userinfo", "http://somebody@127.0.0.1:8000/a?b=c"),
            ("relative", "/a?b=c"),
            ("slash", "/a/?b=c"),
            ("nowhere", ""),
        ] {
            assert_eq!(leads(to, "/a?b=c").as_deref(), Some(expected), "{to}");
        }
        assert_eq!(leads("slash", "/a/?b=c"), None);
    }
}
