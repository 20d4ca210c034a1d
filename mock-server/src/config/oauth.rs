//! Users and clients of the authorization server.

use std::{iter, sync::Arc};

use schemas::ScopeSet;

pub(crate) use super::settings::oauth::scopes;
use super::settings::{
    ClientSetting, Issuer, OauthSettings, RedirectUri, Role, Secret, UserSetting,
};

/// The client that always exists. It is public, for the vendor's dashboard and for programs on this machine.
pub(crate) const DASHBOARD: &str = "openprospect-dashboard";
/// Redirect URIs of the dashboard, besides a path of this server.
const LOOPBACK: [&str; 3] = [
    "http://127.0.0.1/callback",
    "http://localhost/callback",
    "http://[::1]/callback",
];
/// Redirect path of the sandbox's own pages.
pub(crate) const OWN_PAGE: &str = "/_mock/ui/callback";

/// The authorization server's configuration.
#[derive(Debug)]
pub struct OauthConfig {
    /// The issuer. By default it is the origin that the request names.
    pub issuer: Option<Issuer>,
    clients: Vec<Arc<ClientSetting>>,
    users: Vec<UserSetting>,
    password: Option<Secret>,
}

/// A user who may sign in to an organization.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User<'a> {
    /// The user name.
    pub name: &'a str,
    /// The role, which decides the scopes.
    pub role: Role,
    password: Option<&'a Secret>,
}

impl OauthConfig {
    /// The configuration that these settings describe.
    pub(super) fn new(issuer: Option<Issuer>, settings: OauthSettings) -> Self {
        let loopback = LOOPBACK.map(|uri| {
            RedirectUri::try_from(uri.to_owned()).expect("a URI with a host and a path")
        });
        let dashboard = ClientSetting {
            client_id: DASHBOARD.to_owned(),
            redirect_uris: [&loopback[..], &[RedirectUri::of_this_server(OWN_PAGE)]].concat(),
            client_secret: None,
            scopes: None,
        };
        let everywhere = |(name, role): (&str, Role)| UserSetting {
            name: name.to_owned(),
            organization: None,
            role,
            password: None,
        };
        let users = [("admin", Role::Admin), ("member", Role::Member)].map(everywhere);
        Self {
            issuer,
            clients: iter::once(dashboard)
                .chain(settings.clients)
                .map(Arc::new)
                .collect(),
            users: [users.to_vec(), settings.users].concat(),
            password: settings.password,
        }
    }

    /// The client with this id.
    pub(crate) fn client(&self, id: &str) -> Option<&Arc<ClientSetting>> {
        self.clients.iter().rfind(|client| client.client_id == id)
    }

    /// All clients.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &Arc<ClientSetting>> {
        self.clients.iter()
    }

    /// The user with this name in an organization.
    pub(crate) fn user(&self, name: &str, organization: &str) -> Option<User<'_>> {
        let here = |user: &&UserSetting| {
            let own = user.organization.as_deref();
            user.name == name && own.is_none_or(|own| own == organization)
        };
        let user = self.users.iter().rfind(here)?;
        Some(User {
            name: &user.name,
            role: user.role,
            password: user.password.as_ref().or(self.password.as_ref()),
        })
    }

    /// Whether some user needs a password.
    pub(crate) fn has_passwords(&self) -> bool {
        let mut users = self.users.iter();
        self.password.is_some() || users.any(|user| user.password.is_some())
    }
}

impl User<'_> {
    /// Whether this password is right. A user without a password signs in with any.
    pub(crate) fn signs_in_with(&self, password: Option<&str>) -> bool {
        self.password
            .is_none_or(|own| own.matches(password.unwrap_or_default().as_bytes()))
    }

    /// The `sub` of the user in an organization.
    pub(crate) fn subject(&self, organization: &str) -> String {
        format!("{}@{organization}", self.name)
    }
}

impl ClientSetting {
    /// The scopes that the client may get, out of `scopes`.
    pub(crate) fn allowed(&self, scopes: ScopeSet) -> ScopeSet {
        let max = self.scopes.unwrap_or(scopes);
        scopes.intersection(max)
    }
}
