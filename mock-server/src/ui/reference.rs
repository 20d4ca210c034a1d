//! The page API reference: Swagger UI, which a crate brings, so that it works offline.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{Cursor, Read},
    sync::LazyLock,
};

use axum::{
    Router,
    extract::Path,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use http::header;
use maud::html;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

use super::{
    UI, assets,
    frame::{Frame, Nav},
    page::Failure,
    place::Place,
};
use crate::app::App;

/// The files of Swagger UI that the page needs, and their media types.
const FILES: [(&str, &str); 2] = [
    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ("swagger-ui.css", "text/css; charset=utf-8"),
];

/// The files by name, unpacked at the first visit.
static UNPACKED: LazyLock<HashMap<&'static str, Bytes>> = LazyLock::new(|| {
    let files = FILES.iter();
    let unpacked = files.filter_map(|(name, _)| Some((*name, unpack(name)?)));
    unpacked.collect()
});

fn unpack(name: &str) -> Option<Bytes> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok()?;
    let path = format!("/dist/{name}");
    let name = |file: &Cow<'_, str>| file.ends_with(&path);
    let found = archive.file_names().filter_map(Result::ok).find(name);
    let path = found.map(Cow::into_owned)?;
    let mut bytes = Vec::new();
    archive.by_name(&path).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes.into())
}

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

/// The routes of Swagger UI's files.
pub(super) fn files() -> Router<App> {
    Router::new().route("/{name}", get(file))
}

async fn file(Path(name): Path<String>) -> Response {
    let kind = FILES.iter().find(|(known, _)| *known == name);
    let found = kind.and_then(|(name, kind)| Some((*kind, UNPACKED.get(name)?)));
    match found {
        Some((kind, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "private, max-age=3600"),
            ];
            (headers, bytes.clone()).into_response()
        }
        None => Failure::not_found("The dashboard has no such file.").into_response(),
    }
}

async fn show(frame: Frame) -> Html<String> {
    let key = match &frame.place {
        Place::Organization(organization) => Some(format!(
            "lnc_test_FullAccessxxxxxxxxxxxxxxxx{}",
            organization.name()
        )),
        Place::Unclaimed => None,
    };
    let content = html! {
        @if let Some(key) = &key {
            p { "Requests that you try here are sent with " code { (key) } ", and appear in the list of requests." }
        }
        noscript { p { "Without JavaScript, read " a href="/openapi.json" { "the OpenAPI document" } "." } }
        link rel="stylesheet" href={ (UI) "/swagger/swagger-ui.css" };
        div #reference data-document="/openapi.json" data-key=[key] {}
        script src={ (UI) "/swagger/swagger-ui-bundle.js" } {}
        script type="module" src=(assets::path("reference.js")) {}
    };
    frame.page(Nav::Reference, "API reference", &html! {}, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_brings_all_files() {
        for (name, _) in FILES {
            assert!(UNPACKED[name].len() > 100_000, "{name}");
        }
    }
}
