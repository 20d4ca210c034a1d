//! The table `[oauth]`: users and clients of the authorization server.

use std::{fmt, str::FromStr};

use http::Uri;
use schemars::JsonSchema;
use schemas::{Scope, ScopeSet};
use serde::{Deserialize, Deserializer, de};
use strum::{Display, EnumString, VariantArray};

use super::{Secret, schema, text};

/// Length of the name of a user or a client, in characters.
const NAME: std::ops::RangeInclusive<usize> = 1..=40;

/// The table `[oauth]` of the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OauthSettings {
    /// The password of all users without their own.
    pub password: Option<Secret>,
    /// Clients besides the dashboard.
    pub clients: Vec<ClientSetting>,
    /// Users besides those that every organization has.
    pub users: Vec<UserSetting>,
}

impl OauthSettings {
    /// These settings, with absent ones taken from `file`.
    #[must_use]
    pub(super) fn over(self, file: Self) -> Self {
        Self {
            password: self.password.or(file.password),
            clients: [file.clients, self.clients].concat(),
            users: [file.users, self.users].concat(),
        }
    }
}

/// A client: a program that acts on behalf of users.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSetting {
    /// The name of the client.
    #[serde(deserialize_with = "name")]
    pub client_id: String,
    /// Allowed redirect URIs.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub redirect_uris: Vec<RedirectUri>,
    /// The secret, if the client is confidential.
    pub client_secret: Option<Secret>,
    /// The scopes that the client can get at most; by default, all scopes of its users.
    #[serde(default, deserialize_with = "scopes")]
    #[schemars(with = "Vec<String>", transform = schema::scopes)]
    pub scopes: Option<ScopeSet>,
}

/// A user who may sign in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSetting {
    /// The name to sign in with.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// The only organization of the user; by default, the user belongs to every organization.
    #[serde(default, deserialize_with = "organization")]
    pub organization: Option<String>,
    /// The role, which decides the scopes.
    pub role: Role,
    /// The password; by default, that of all users.
    pub password: Option<Secret>,
}

/// The role of a user.
#[derive(
    Clone, Copy, Debug, Deserialize, Display, EnumString, Eq, JsonSchema, PartialEq, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Role {
    /// All scopes, including those that no API key can have.
    Admin,
    /// Read scopes.
    Member,
}

impl Role {
    /// The scopes that a user with this role can grant.
    pub fn scopes(self) -> ScopeSet {
        match self {
            Self::Admin => Scope::VARIANTS.iter().copied().collect(),
            Self::Member => ScopeSet::PUBLIC
                .iter()
                .filter(|scope| !scope.writes())
                .collect(),
        }
    }
}

/// The origin by which clients reach this server, such as `https://auth.example`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Issuer(String);

impl Issuer {
    /// The origin, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Issuer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let origin = text.strip_suffix('/').unwrap_or(text);
        let uri: Option<Uri> = origin.parse().ok();
        let is_origin = uri.is_some_and(|uri| match (uri.scheme_str(), uri.authority()) {
            (Some(scheme @ ("http" | "https")), Some(host)) => {
                !host.as_str().contains('@') && origin == format!("{scheme}://{host}")
            }
            _ => false,
        });
        if is_origin {
            Ok(Self(origin.to_owned()))
        } else {
            Err(format!(
                "`{text}` is not an origin such as http://localhost:8000"
            ))
        }
    }
}

/// An allowed redirect URI. On a loopback address, any port matches (RFC 8252 §7.3).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub struct RedirectUri(String);

impl RedirectUri {
    /// A redirect URI that is a path of this server.
    pub(crate) fn of_this_server(path: &str) -> Self {
        Self(path.to_owned())
    }

    /// Whether this URI allows `requested`. `origin` is this server's, as the request names it.
    pub(crate) fn allows(&self, requested: &str, origin: &str) -> bool {
        if self.0.starts_with('/') {
            return requested.strip_prefix(origin) == Some(&self.0);
        }
        requested == self.0
            || without_loopback_port(&self.0)
                .is_some_and(|same| without_loopback_port(requested) == Some(same))
    }
}

/// Splits a URI on a loopback address into its host and what follows the port. All other URIs are compared exactly,
/// so they are not parsed.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let hosts = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let (host, rest) = hosts
        .into_iter()
        .find_map(|host| Some((host, uri.strip_prefix(host)?)))?;
    let Some(port) = rest.strip_prefix(':') else {
        return Some((host, rest));
    };
    let end = port
        .find(|digit: char| !digit.is_ascii_digit())
        .unwrap_or(port.len());
    port[..end]
        .parse::<u16>()
        .ok()
        .map(|_| (host, &port[end..]))
}

impl TryFrom<String> for RedirectUri {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", ""));
        let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        let known = match scheme {
            "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()),
            // RFC 8252 §7.1: the private scheme of a native app is a reversed domain name.
            own => own.contains('.') && own.bytes().all(in_scheme) && !rest.is_empty(),
        };
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if known && is_plain {
            Ok(Self(text))
        } else {
            Err(format!(
                "`{text}` is not a redirect URI such as http://127.0.0.1/callback, without a fragment"
            ))
        }
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if NAME.contains(&text.len()) && text.bytes().all(is_plain) {
        return Ok(text);
    }
    let error = format!("`{text}` is not 1 to 40 letters, digits, dots, hyphens or underscores");
    Err(de::Error::custom(error))
}

fn organization<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text::organization(deserializer).map(Some)
}

/// Scopes, including those that no API key can have.
pub(crate) fn scopes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ScopeSet>, D::Error> {
    let scope = |name: &String| {
        name.parse().map_err(|_| {
            let all = Role::Admin.scopes();
            de::Error::custom(format!("unknown scope `{name}`; use one of {all}"))
        })
    };
    let names = Vec::<String>::deserialize(deserializer)?;
    names
        .iter()
        .map(scope)
        .collect::<Result<ScopeSet, _>>()
        .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(registered: &str, requested: &str) -> bool {
        let registered = match registered.strip_prefix('/') {
            Some(_) => RedirectUri::of_this_server(registered),
            None => RedirectUri::try_from(registered.to_owned()).unwrap(),
        };
        registered.allows(requested, "http://127.0.0.1:8000")
    }

    #[test]
    fn redirect_uri_matches_exactly_except_for_loopback_ports() {
        let loopback = "http://127.0.0.1/callback";
        for good in [
            loopback,
            "http://127.0.0.1:1/callback",
            "http://127.0.0.1:65535/callback",
        ] {
            assert!(allows(loopback, good), "{good}");
        }
        for bad in [
            "https://127.0.0.1/callback",
            "http://localhost:1/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:1/callback/",
            "http://127.0.0.1:1/callback?x=1",
            "http://127.0.0.1:1/callback#x",
            "http://127.0.0.1:1/Callback",
            "http://127.0.0.1:1/a/../callback",
            "http://127.0.0.1:1@evil.example/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://user@127.0.0.1/callback",
            " http://127.0.0.1/callback",
        ] {
            assert!(!allows(loopback, bad), "{bad}");
        }
        assert!(allows("http://[::1]/cb", "http://[::1]:80/cb"));
        assert!(allows("https://app.example/cb", "https://app.example/cb"));
        assert!(!allows(
            "https://app.example/cb",
            "https://app.example:443/cb"
        ));
        assert!(allows(
            "/_mock/ui/callback",
            "http://127.0.0.1:8000/_mock/ui/callback"
        ));
        assert!(!allows(
            "/_mock/ui/callback",
            "http://127.0.0.1:8001/_mock/ui/callback"
        ));
    }

    #[test]
    fn redirect_uri_rejects_schemes_that_browsers_execute() {
        for good in ["https://app.example/cb?x=1", "io.example.app:/cb"] {
            assert!(RedirectUri::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/callback",
            "http://",
            "https://app.example/cb#x",
            "https://app.example/\r\nx",
            "https://ä.example/",
            "",
        ] {
            assert!(RedirectUri::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn issuer_is_an_origin() {
        for good in ["http://localhost:8000", "https://auth.example/"] {
            let issuer: Issuer = good.parse().unwrap();
            assert_eq!(issuer.as_str(), good.trim_end_matches('/'));
        }
        for bad in [
            "",
            "localhost:8000",
            "ftp://a",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://u@a",
            "http://a//",
        ] {
            assert!(bad.parse::<Issuer>().is_err(), "{bad}");
        }
    }
}
