//! Suggestions for unknown paths: the most similar operations.

use http::Method;
use schemas::{API_PREFIX, Operation, Profile};

/// Maximum number of suggestions.
const NAMED: usize = 3;
/// Penalty of a wrong method, of 1: less than that of two wrong letters in most paths.
const WRONG_METHOD: f64 = 0.05;
/// Minimum similarity of a suggestion, of 1.
const LIKE_ENOUGH: f64 = 0.5;
/// Maximum length of a path that is compared, in bytes. A longer path would be slow to compare, and is similar to
/// none.
const MAX_PATH: usize = 200;

/// The most similar operations, best first.
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

/// Similarity of an operation to a method and a path, from 0 to 1. Any id matches.
fn likeness(operation: &Operation, method: &str, path: &str) -> f64 {
    // The common prefix is ignored: a request without it may be right otherwise.
    let asked = path.strip_prefix(API_PREFIX).unwrap_or(path);
    let requested = format!("/{}", asked.trim_matches('/'));
    let parts: Vec<_> = requested.split('/').collect();
    let known: Vec<_> = (operation.path.split('/').enumerate())
        .map(|(index, part)| match parts.get(index) {
            Some(id) if part == "{id}" => *id,
            _ => part,
        })
        .collect();
    let likeness = strsim::normalized_damerau_levenshtein(&known.join("/"), &requested);
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
    fn suggests_the_expected_operation() {
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
    fn suggests_nothing_for_unrelated_paths() {
        assert_eq!(nearest("GET", "/favicon.ico"), "");
        let long = format!("/api/v1/orders/{}/results", "7".repeat(MAX_PATH));
        assert_eq!(nearest("GET", &long), "");
    }
}
