//! Resolves a method and a path to an operation.
//!
//! The router is built once, from the operation table. It checks every method of a known path, so that no request
//! skips the later checks: `HEAD` becomes `GET`, and methods outside the table are rejected.

use std::{borrow::Cow, collections::BTreeSet};

use http::{HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use schemas::{API_PREFIX, ErrorCode, Operation, Profile};

use crate::{app::near_miss, config::Config, handlers::ApiError};

/// All characters except unreserved ones, which mean the same encoded or not (RFC 3986 §2.3).
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Every path of the API.
#[derive(Debug)]
pub(crate) struct Routes {
    router: matchit::Router<Resource>,
    profile: Profile,
    trailing_slash: bool,
    head: bool,
}

/// A path and its operations.
#[derive(Debug)]
struct Resource {
    operations: Vec<&'static Operation>,
    allow: HeaderValue,
}

/// What a request resolves to.
#[derive(Debug)]
pub(crate) enum Route<'path> {
    /// An operation, with the id in its path, decoded.
    Operation(&'static Operation, Option<Cow<'path, str>>),
    /// `OPTIONS`: the methods of the path.
    Options(HeaderValue),
}

impl Routes {
    /// The routes of the operations that a server with this configuration has.
    pub(crate) fn new(config: &Config) -> Self {
        let (profile, head) = (config.profile, config.head);
        let mut router = matchit::Router::new();
        let paths: BTreeSet<_> = profile
            .operations()
            .map(|operation| operation.path)
            .collect();
        for path in paths {
            let operations: Vec<_> = profile
                .operations()
                .filter(|operation| operation.path == path)
                .collect();
            let resource = Resource {
                allow: allow(&operations, head),
                operations,
            };
            router
                .insert(format!("{API_PREFIX}{path}"), resource)
                .expect("the table's paths do not collide");
        }
        Self {
            router,
            profile,
            trailing_slash: config.trailing_slash,
            head,
        }
    }

    /// The operation at a [canonical] path, or 404 or 405. A slash at the end is ignored and `HEAD` becomes `GET`,
    /// unless the configuration says otherwise.
    pub(crate) fn find<'path>(
        &self,
        method: &Method,
        path: &'path str,
    ) -> Result<Route<'path>, ApiError> {
        let stripped = path.strip_suffix('/').filter(|_| self.trailing_slash);
        let path = stripped.unwrap_or(path);
        let found = self
            .router
            .at(path)
            .ok()
            .filter(|found| found.params.get("id") != Some(""));
        let found = found.ok_or_else(|| self.not_found(method, path))?;
        let resource = found.value;
        if *method == Method::OPTIONS {
            return Ok(Route::Options(resource.allow.clone()));
        }
        let wanted = if *method == Method::HEAD && self.head {
            &Method::GET
        } else {
            method
        };
        let operation = resource
            .operations
            .iter()
            .find(|operation| operation.method == *wanted)
            .ok_or_else(|| ApiError::MethodNotAllowed {
                allow: resource.allow.clone(),
            })?;
        Ok(Route::Operation(
            operation,
            found.params.get("id").map(decoded),
        ))
    }

    /// 404, with suggestions of similar operations.
    fn not_found(&self, method: &Method, path: &str) -> ApiError {
        let near = near_miss::find(self.profile, method.as_str(), path).into_iter();
        let near: Vec<_> = near
            .map(|operation| format!("{} {API_PREFIX}{}", operation.method, operation.path))
            .collect();
        let hint = if near.is_empty() {
            format!("paths start with {API_PREFIX}")
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        let message = format!("no operation has this path; {hint}");
        ApiError::plain(ErrorCode::NotFound, message)
    }
}

/// The canonical spelling of a path: unreserved characters as they are, all others encoded (RFC 3986 §6.2.2.2).
/// Each segment decodes to the same bytes as before. A path without a `%` is unchanged.
pub(crate) fn canonical(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').map(|part| {
        let decoded: Cow<'_, [u8]> = percent_decode_str(part).into();
        percent_encode(&decoded, NOT_UNRESERVED).to_string()
    });
    Cow::Owned(parts.collect::<Vec<_>>().join("/"))
}

/// Decodes an id. Clients may encode every character of it (RFC 3986 §2.4). If the result is not UTF-8, the id
/// stays encoded, and matches no object.
fn decoded(id: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(id).decode_utf8();
    decoded.unwrap_or(Cow::Borrowed(id))
}

fn allow(operations: &[&Operation], head: bool) -> HeaderValue {
    let mut methods = Vec::new();
    for operation in operations {
        methods.push(operation.method.as_str());
        if head && operation.method == Method::GET {
            methods.push(Method::HEAD.as_str());
        }
    }
    methods.push(Method::OPTIONS.as_str());
    methods
        .join(", ")
        .parse()
        .expect("methods are visible ASCII")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemas::{OperationId, operations};

    use super::*;

    fn find(method: &Method, path: &str) -> Result<(OperationId, Option<String>), (u16, String)> {
        match Routes::new(&Config::default()).find(method, &canonical(path)) {
            Ok(Route::Operation(operation, id)) => Ok((operation.id, id.map(Cow::into_owned))),
            Ok(Route::Options(allow)) => Err((204, allow.to_str().unwrap().to_owned())),
            Err(error) => Err((error.code().status().as_u16(), error.reason().into())),
        }
    }

    #[test]
    fn finds_every_operation_with_and_without_a_trailing_slash() {
        for operation in operations::all() {
            let path = format!("{API_PREFIX}{}", operation.path_with("7"));
            let id = operation.path.contains("{id}").then(|| "7".to_owned());
            assert_eq!(
                find(&operation.method, &path),
                Ok((operation.id, id.clone()))
            );
            assert_eq!(
                find(&operation.method, &format!("{path}/")),
                Ok((operation.id, id))
            );
        }
    }

    #[test]
    fn slash_and_head_can_be_switched_off() {
        let routes = Routes::new(&Config {
            trailing_slash: false,
            head: false,
            ..Config::default()
        });
        let code = |method: &Method, path: &str| {
            let error = routes.find(method, path).unwrap_err();
            error.code().status().as_u16()
        };
        assert_eq!(code(&Method::GET, "/api/v1/orders/"), 404);
        assert_eq!(code(&Method::HEAD, "/api/v1/orders"), 405);
        let allow = match routes.find(&Method::OPTIONS, "/api/v1/orders") {
            Ok(Route::Options(allow)) => allow,
            other => panic!("{other:?}"),
        };
        assert_eq!(allow, "GET, POST, OPTIONS");
    }

    #[test]
    fn head_is_get_and_other_methods_are_rejected_with_the_allowed_ones() {
        assert_eq!(
            find(&Method::HEAD, "/api/v1/orders"),
            Ok((OperationId::ListOrders, None))
        );
        let allow = "GET, HEAD, POST, OPTIONS".to_owned();
        assert_eq!(
            find(&Method::OPTIONS, "/api/v1/orders"),
            Err((204, allow.clone()))
        );
        let brew = Method::from_bytes(b"BREW").unwrap();
        assert_eq!(
            find(&brew, "/api/v1/orders"),
            Err((405, format!("this path allows {allow}")))
        );
    }

    #[test]
    fn decodes_an_id_once_as_one_path_segment() {
        for (encoded, id) in [
            ("a-b", "a-b"),
            ("a%2Db", "a-b"),
            ("a%2Fb%3F", "a/b?"),
            ("%252D", "%2D"),
            ("%2%35", "%25"),
            ("%C3%BC", "ü"),
            ("%FF", "%FF"),
            ("%", "%"),
            ("a@b%20c", "a@b c"),
            ("%2E%2e", ".."),
        ] {
            let found = find(&Method::GET, &format!("/api/v1/orders/{encoded}"));
            assert_eq!(found, Ok((OperationId::GetOrder, Some(id.to_owned()))));
        }
    }

    #[test]
    fn unreserved_characters_may_be_percent_encoded() {
        for operation in operations::all() {
            let path = format!("{API_PREFIX}{}", operation.path_with("7"));
            let encode = |character: char| match character {
                '/' => "/".to_owned(),
                one => format!("%{:02x}", u32::from(one)),
            };
            let encoded: String = path.chars().map(encode).collect();
            assert_eq!(
                find(&operation.method, &encoded),
                find(&operation.method, &path),
                "{encoded}"
            );
            assert_eq!(canonical(&encoded), path);
        }
    }

    #[test]
    fn unknown_path_suggests_near_misses() {
        let hint = |path| find(&Method::GET, path).unwrap_err().1;
        assert_eq!(
            hint("/api/v1/order"),
            "no operation has this path; did you mean GET /api/v1/orders or POST /api/v1/orders or GET /api/v1/orders/{id}?"
        );
        assert_eq!(
            hint("/favicon.ico"),
            "no operation has this path; paths start with /api/v1"
        );
    }

    #[test]
    fn other_spellings_of_a_path_are_other_paths() {
        for path in [
            "/",
            "",
            "/orders",
            "/API/v1/orders",
            "/api%2Fv1/orders",
            "/api/v1/orders%2F",
            "/api/v1/orders%3Flimit=1",
            "/api/v1/%2E/orders",
            "/api/v1//orders",
            "/api/v1/orders//",
            "/api/v1/orders//results",
        ] {
            assert_eq!(find(&Method::GET, path).unwrap_err().0, 404, "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_panics(path in "/api/v1/orders.{0,40}") {
            let _ = find(&Method::GET, &path);
        }

        #[test]
        fn canonical_path_decodes_to_the_same_segments_and_is_stable(path in "(/[%a-f0-9~@ü]{0,8}){1,4}") {
            let parts = |path: &str| -> Vec<Vec<u8>> {
                path.split('/').map(|part| percent_decode_str(part).collect()).collect()
            };
            let once = canonical(&path).into_owned();
            prop_assert_eq!(parts(&once), parts(&path));
            prop_assert_eq!(canonical(&once), once.as_str());
        }
    }
}
