//! What a request for an unknown path may have meant: the paths most like it.

use http::Method;
use schemas::{API_PREFIX, Operation, Profile};

/// Operations that are named.
const NAMED: usize = 3;
/// What a wrong method counts, of 1: less than two letters of most paths.
const WRONG_METHOD: f64 = 0.05;
/// How like an operation must be, of 1.
const LIKE_ENOUGH: f64 = 0.5;
/// Bytes of a path that is compared; a longer one is like nothing, and costs as much as one likes.
const MAX_PATH: usize = 200;

/// The operations most like what was asked for, the most alike first.
pub(crate) fn find(profile: Profile, method: &str, path: &str) -> Vec<&'static Operation> {
    if path.len() > MAX_PATH {
        return Vec::new();
    }
    let mut near: Vec<_> = profile
        .operations()
        .map(|operation| (likeness(operation, method, path), operation))
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let near = near.into_iter().take(NAMED);
    near.map(|(_, operation)| operation).collect()
}

/// How like an operation is to a method and a path, from 0 to 1. Any id is as good as another.
fn likeness(operation: &Operation, method: &str, path: &str) -> f64 {
    // Without the prefix, which all have in common; who left it out may still have the rest right.
    let asked = path.strip_prefix(API_PREFIX).unwrap_or(path);
    let asked = format!("/{}", asked.trim_matches('/'));
    let parts: Vec<_> = asked.split('/').collect();
    let known: Vec<_> = (operation.path.split('/').enumerate())
        .map(|(index, part)| match parts.get(index) {
            Some(id) if part == "{id}" => *id,
            _ => part,
        })
        .collect();
    let likeness = strsim::normalized_damerau_levenshtein(&known.join("/"), &asked);
    let wanted = if method == "HEAD" { "GET" } else { method };
    let right = operation.method == Method::from_bytes(wanted.as_bytes()).unwrap_or_default();
    likeness - if right { 0.0 } else { WRONG_METHOD }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(method: &str, path: &str) -> String {
        let near = find(Profile::Everything, method, path);
        near.first().map_or_else(String::new, |near| {
            format!("{} {API_PREFIX}{}", near.method, near.path)
        })
    }

    #[test]
    fn the_nearest_operation_is_what_one_would_guess() {
        for (method, path, meant) in [
            ("GET", "/api/v1/order", "GET /api/v1/orders"),
            ("POST", "/api/v1/order/", "POST /api/v1/orders"),
            (
                "GET",
                "/orders/7/results",
                "GET /api/v1/orders/{id}/results",
            ),
            (
                "GET",
                "/api/v1/orders/7/result",
                "GET /api/v1/orders/{id}/results",
            ),
            ("GET", "/api/v1//companies", "GET /api/v1/companies"),
            (
                "DELETE",
                "/api/v1/blacklist/7",
                "DELETE /api/v1/blacklists/{id}",
            ),
            (
                "HEAD",
                "/api/v1/prospect_searches",
                "GET /api/v1/prospect-searches",
            ),
            ("PATCH", "/api/v1/orders", "GET /api/v1/orders"),
        ] {
            assert_eq!(nearest(method, path), meant, "{method} {path}");
        }
    }

    #[test]
    fn what_is_like_nothing_has_no_near_miss() {
        assert_eq!(nearest("GET", "/favicon.ico"), "");
        let long = format!("/api/v1/orders/{}/results", "7".repeat(MAX_PATH));
        assert_eq!(nearest("GET", &long), "");
    }
}
