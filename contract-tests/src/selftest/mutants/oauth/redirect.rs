//! Redirects to clients.

use bytes::Bytes;
use http::{Method, header};
use url::form_urlencoded;

use crate::selftest::target::{PatchedRequest, PatchedResponse};

pub(super) fn is_authorization(request: &PatchedRequest) -> bool {
    request.head.method == Method::GET && request.path() == "/oauth/authorize"
}

/// Redirects the user to the client's redirect URI, with an error.
pub(super) fn answer_with_redirect(request: &PatchedRequest, response: &mut PatchedResponse) {
    let uri = request.parameter("redirect_uri").unwrap_or_default();
    response.set_status(303);
    response.set_header("location", &format!("{uri}?error=invalid_request"));
    response.body = Bytes::new();
}

/// The target and the parameters of a redirect.
fn parts(response: &PatchedResponse) -> Option<(String, Vec<(String, String)>)> {
    let location = response.headers.get(header::LOCATION)?.to_str().ok()?;
    let (target, query) = location.split_once('?')?;
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    Some((target.to_owned(), pairs.collect()))
}

/// The code in a redirect, and the URI that it is sent to.
pub(super) fn issued_code(response: &PatchedResponse) -> Option<(String, String)> {
    let (target, pairs) = parts(response)?;
    let mut pairs = pairs.into_iter();
    let (_, code) = pairs.find(|(name, _)| name == "code")?;
    Some((target, code))
}

/// Keeps, replaces or removes the values of parameters: `edit` receives whether there is an error, and each name and value.
pub(super) fn edit_location(
    response: &mut PatchedResponse,
    edit: impl Fn(bool, &str, String) -> Option<String>,
) {
    let Some((target, pairs)) = parts(response) else {
        return;
    };
    let has_error = pairs.iter().any(|(name, _)| name == "error");
    let kept = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((edit(has_error, &name, value)?, name)));
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (value, name) in kept {
        query.append_pair(&name, &value);
    }
    let location = format!("{target}?{}", query.finish());
    response.set_header("location", &location);
}
