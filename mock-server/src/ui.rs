//! The dashboard at `/_mock/ui`: pages for people, of what the control API has for programs.
//!
//! Pages are rendered here, from the same functions as the responses of the control API, and can be read without
//! scripts. They only show. Every action is a control request that the page's script sends, so there is one way to
//! change anything.

mod access;
mod assets;
mod book;
mod clock;
mod components;
mod contract;
mod data;
mod frame;
mod icons;
mod keys;
mod page;
mod part;
mod place;
mod query;
mod reference;
mod requests;
mod scenarios;
mod sign_in;

use axum::{
    Router,
    extract::{Request, State},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, Method, header};

use self::page::Failure;
use crate::{app::App, config::ControlAccess, pipeline};

/// The path of the dashboard.
const UI: &str = "/_mock/ui";

/// The routes of the dashboard.
pub(crate) fn routes(app: &App) -> Router<App> {
    let pages = Router::new()
        .route("/", get(place::first))
        .route("/go", get(place::find))
        .nest(
            "/{place}",
            Router::new()
                .route("/", get(place::home))
                .route("/state", get(frame::state))
                .nest("/requests", requests::routes())
                .nest("/keys", keys::routes())
                .nest("/scenarios", scenarios::routes())
                .nest("/clock", clock::routes())
                .nest("/data", data::routes())
                .nest("/contract", contract::routes())
                .nest("/api", reference::routes()),
        )
        .route_layer(middleware::from_fn_with_state(
            app.clone(),
            access::signed_in,
        ));
    let all = pages
        .route("/sign-in", get(sign_in::show).post(sign_in::start))
        .route("/callback", get(sign_in::callback))
        .route("/sign-out", axum::routing::post(sign_in::end))
        .fallback(async || Failure::not_found("The dashboard has no such page."))
        .layer(middleware::from_fn_with_state(app.clone(), access::check));
    Router::new()
        .route("/_mock/ui/", get(async || Redirect::permanent(UI)))
        .nest(UI, all)
        .route(
            "/_mock/docs/",
            get(async || Redirect::permanent(book::BOOK)),
        )
        .nest(book::BOOK, book::routes(app))
        .nest("/_mock/ui/assets", assets::routes())
        .nest("/_mock/ui/swagger", reference::files())
        .layer(middleware::map_response(page::readable))
        .layer(middleware::map_response(page::secured))
}

/// `/`: a browser is redirected to the dashboard. For other clients, it is an unknown path of the API.
pub(crate) async fn root(State(app): State<App>, request: Request) -> Response {
    let is_off = matches!(app.config.control, ControlAccess::Off);
    if !is_off && request.method() == Method::GET && is_browser(request.headers()) {
        return Redirect::to(UI).into_response();
    }
    pipeline::run(app, request, None).await
}

/// Whether a request is from the address bar or a link of a browser.
fn is_browser(headers: &HeaderMap) -> bool {
    let accepts_pages = |value: &HeaderValue| {
        let mut types = value.as_bytes().split(|byte| *byte == b',');
        types.any(|one| one.trim_ascii().starts_with(b"text/html"))
    };
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    !headers.contains_key(header::AUTHORIZATION) && accepted.any(accepts_pages)
}
