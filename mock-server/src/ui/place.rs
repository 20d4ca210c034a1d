//! The organization that a page is about.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, Uri, request};
use jiff::Timestamp;
use maud::html;
use schemas::API_PREFIX;
use serde::Deserialize;
use strum::VariantArray;

use super::{UI, components, frame::Nav, page::Failure, query::Query};
use crate::{
    app::{self, App},
    contract::echo,
    journal::Journal,
    keys::Key,
    tenants::Organization,
};

/// The name in paths of the requests without a known key. No organization can have it: its length is wrong.
pub(super) const UNCLAIMED: &str = "unclaimed";

/// Whose requests and keys a page shows.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// An organization.
    Organization(Arc<Organization>),
    /// Nobody: requests without a known key.
    Unclaimed,
}

impl Place {
    /// The name in paths.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Organization(organization) => organization.name(),
            Self::Unclaimed => UNCLAIMED,
        }
    }

    /// The path of a page.
    pub(super) fn path(&self, page: &str) -> String {
        path(self.name(), page)
    }

    /// The path of its resources in the control API.
    pub(super) fn control_path(&self) -> String {
        match self {
            Self::Organization(organization) => {
                format!("/_mock/organizations/{}", organization.name())
            }
            Self::Unclaimed => "/_mock".to_owned(),
        }
    }

    /// The time there: that of the machine where there is no organization.
    pub(super) fn now(&self, app: &App) -> Timestamp {
        let machine = app.machine_now();
        match self {
            Self::Organization(organization) => organization.state().clock.now(machine),
            Self::Unclaimed => machine,
        }
    }

    /// Runs `work` on its journal, with the keys that entries name by their indices.
    pub(super) fn with_journal<R>(
        &self,
        app: &App,
        work: impl FnOnce(&mut Journal, &[Key]) -> R,
    ) -> R {
        match self {
            Self::Organization(organization) => {
                let state = &mut *organization.state();
                work(&mut state.journal, &state.keys)
            }
            Self::Unclaimed => work(&mut app.unclaimed(), &[]),
        }
    }
}

/// The path of a page of the organization with this name.
pub(super) fn path(name: &str, page: &str) -> String {
    format!("{UI}/{name}/{page}")
}

impl FromRequestParts<App> for Place {
    type Rejection = Failure;

    async fn from_request_parts(head: &mut request::Parts, app: &App) -> Result<Self, Failure> {
        let Ok(params) = RawPathParams::from_request_parts(head, app).await else {
            return Err(Failure::not_found("The address is not UTF-8."));
        };
        let name = params.iter().find(|(name, _)| *name == "place");
        let name = name.map_or("", |(_, name)| name);
        if name == UNCLAIMED {
            return Ok(Self::Unclaimed);
        }
        let Some(organization) = app.tenants.organization(name, app.machine_now()) else {
            let origin = app::origin(app, &head.uri, &head.headers);
            return Err(missing(name, &origin));
        };
        // An organization with an open page is not idle.
        organization.touch(app.machine_now());
        Ok(Self::Organization(organization))
    }
}

fn missing(name: &str, origin: &str) -> Failure {
    // The name may be anything that was pasted into the switcher.
    let failure = Failure::not_found(format!("There is no organization `{}`.", echo(name)));
    if !scenarios::is_organization(name) {
        return failure;
    }
    failure.hint(html! {
        p { "An organization appears when a key that ends with its name is used for the first time:" }
        (components::command(&format!(
            "curl -H \"Authorization: Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxx{name}\" \"{origin}{API_PREFIX}/orders\""
        )))
    })
}

/// `/_mock/ui`: redirects to the organization that was used last.
pub(super) async fn first(State(app): State<App>) -> Response {
    let organizations = app.tenants.organizations(app.machine_now());
    let latest = organizations
        .iter()
        .max_by_key(|organization| organization.last_used());
    let name = latest.map_or(UNCLAIMED, |organization| organization.name());
    Redirect::to(&path(name, "requests")).into_response()
}

/// What the switcher asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// The name of an organization, or a part of it.
    name: String,
    /// The last part of the path of a page.
    page: String,
}

/// Redirects to a page of the organization with this name, or of the one used last whose name contains it.
pub(super) async fn find(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Query(Wanted { name, page }): Query<Wanted>,
) -> Response {
    let wanted = name.trim().to_lowercase();
    let rank = |name: &str| match name.to_lowercase() {
        name if name == wanted => Some(2),
        name if name.contains(&wanted) => Some(1),
        _ => None,
    };
    let organizations = app.tenants.organizations(app.machine_now());
    let found = organizations.iter().filter_map(|organization| {
        let rank = rank(organization.name())?;
        Some((rank, organization.last_used(), organization.name()))
    });
    let found = found.max().map(|(_, _, name)| name);
    let Some(name) = found.or_else(|| rank(UNCLAIMED).map(|_| UNCLAIMED)) else {
        return missing(name.trim(), &app::origin(&app, &uri, &headers)).into_response();
    };
    let nav = Nav::VARIANTS.iter().find(|nav| nav.slug() == page);
    Redirect::to(&path(name, nav.unwrap_or(&Nav::Requests).slug())).into_response()
}

/// The first page of an organization.
pub(super) async fn home(place: Place) -> Redirect {
    Redirect::to(&place.path("requests"))
}
