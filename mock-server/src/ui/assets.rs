//! The stylesheet, the scripts and the icon. Their path contains a hash of all of them, so browsers may keep them.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;
use sha2::{Digest, Sha256};

use super::{UI, page::Failure};
use crate::app::App;

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Every asset: its name, its media type and its content.
const ASSETS: [(&str, &str, &str); 14] = [
    ("style.css", STYLE, include_str!("assets/style.css")),
    ("main.js", SCRIPT, include_str!("assets/main.js")),
    ("actions.js", SCRIPT, include_str!("assets/actions.js")),
    (
        "completion.js",
        SCRIPT,
        include_str!("assets/completion.js"),
    ),
    ("dialogs.js", SCRIPT, include_str!("assets/dialogs.js")),
    ("find.js", SCRIPT, include_str!("assets/find.js")),
    ("keyboard.js", SCRIPT, include_str!("assets/keyboard.js")),
    ("reference.css", STYLE, include_str!("assets/reference.css")),
    ("reference.js", SCRIPT, include_str!("assets/reference.js")),
    ("requests.js", SCRIPT, include_str!("assets/requests.js")),
    ("refresh.js", SCRIPT, include_str!("assets/refresh.js")),
    ("scenarios.js", SCRIPT, include_str!("assets/scenarios.js")),
    ("times.js", SCRIPT, include_str!("assets/times.js")),
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
];

/// The hash of all assets. Scripts import each other, so a change of one changes the paths of all.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (name, _, content) in ASSETS {
        hash.update(name);
        hash.update(content);
    }
    hex::encode(&hash.finalize()[..6])
});

/// The path of an asset.
pub(super) fn path(name: &str) -> String {
    format!("{UI}/assets/{}/{name}", *VERSION)
}

/// The routes of all assets. They hold nothing secret, so they need no session.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/{version}/{name}", get(asset))
}

async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    let found = ASSETS.iter().find(|(known, ..)| *known == name);
    match found.filter(|_| version == *VERSION) {
        Some((_, kind, content)) => {
            let headers = [
                (header::CONTENT_TYPE, *kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, *content).into_response()
        }
        None => Failure::not_found("The dashboard has no such file.").into_response(),
    }
}
