//! Rules of HTTP that apply to any server.

use axum::body::Bytes;
use http::{Method, header};
use serde_json::json;

use super::{Mutant, is_list, patch_request, patch_response, with_fault};

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response(
        "an unknown path has the error of an unknown id",
        "PRV-404-ROUTE",
        |_, response| {
            if response.is_error("NOT_FOUND") {
                response.edit(|body| body["code"] = json!("ENTITY_NOT_FOUND"));
            }
        },
    ),
    patch_response("405 has no Allow", "PRV-405-ALLOW", |_, response| {
        response.headers.remove(header::ALLOW);
    }),
    patch_response("Allow lacks POST", "PRV-405-ALLOW", |_, response| {
        if response.headers.contains_key(header::ALLOW) {
            response.set_header("allow", "GET, HEAD, OPTIONS");
        }
    }),
    patch_response(
        "Allow lists every method",
        "PRV-405-ALLOW",
        |_, response| {
            if response.headers.contains_key(header::ALLOW) {
                response.set_header("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            }
        },
    ),
    patch_response("Allow lacks HEAD", "PRV-405-ALLOW", |_, response| {
        let allow = response.headers.get(header::ALLOW);
        let allow = allow.and_then(|allow| allow.to_str().ok());
        if let Some(allow) = allow.map(|allow| allow.replace("HEAD, ", "")) {
            response.set_header("allow", &allow);
        }
    }),
    patch_response(
        "OPTIONS is not allowed",
        "PRV-405-ALLOW",
        |request, response| {
            if request.head.method == Method::OPTIONS {
                response.set_status(405);
            }
        },
    ),
    patch_request("a header replaces the method", "PRV-METHOD", |request| {
        let method = request.head.headers.get("x-http-method-override");
        let method = method.and_then(|method| method.as_bytes().try_into().ok());
        if let Some(method) = method.filter(|_| request.is_api()) {
            request.head.method = method;
        }
    }),
    patch_response(
        "TRACE returns the request",
        "PRV-METHOD",
        |request, response| {
            if request.head.method == Method::TRACE {
                response.set_status(200);
                response.set_header("content-type", "message/http");
                response.body = format!("{:?}", request.head.headers).into();
            }
        },
    ),
    patch_response(
        "the id of a request is taken over",
        "PRV-404-ROUTE",
        |request, response| {
            if let Some(id) = request.head.headers.get("x-request-id") {
                response.headers.insert("x-request-id", id.clone());
            }
        },
    ),
    patch_response("a 405 has no request id", "PRV-405-ALLOW", |_, response| {
        if response.status == 405 {
            response.headers.remove("x-request-id");
        }
    }),
    patch_response(
        "unknown paths return text",
        "PRV-404-ROUTE",
        |_, response| {
            if response.is_error("NOT_FOUND") {
                response.set_header("content-type", "text/plain");
            }
        },
    ),
    patch_response(
        "all requests have one id",
        "PRV-404-ROUTE",
        |_, response| {
            if response.headers.contains_key("x-request-id") {
                response.set_header("x-request-id", "req_1");
            }
        },
    ),
    patch_response("HEAD has no quota", "PRV-HEAD", |request, response| {
        if request.head.method == Method::HEAD {
            response.headers.remove("x-ratelimit-limit");
        }
    }),
    patch_request("HEAD needs no key", "PRV-HEAD", |request| {
        if request.head.method == Method::HEAD {
            request.authenticate();
        }
    }),
    patch_response("HEAD is not allowed", "PRV-HEAD", |request, response| {
        if request.head.method == Method::HEAD && response.status == 200 {
            response.set_status(405);
        }
    }),
    with_fault(
        "the response to HEAD has a body",
        "PRV-HEAD-EMPTY",
        "HEAD body_where_none;status=200",
    )
    .by(&["PRV-HEAD-EMPTY"]),
    patch_response(
        "a trailing slash returns 404",
        "PRV-SLASH",
        |request, response| {
            if request.path().ends_with("orders/") && response.status == 200 {
                response.set_status(404);
            }
        },
    ),
    patch_response(
        "a trailing slash is redirected",
        "PRV-SLASH",
        |request, response| {
            if request.is_api() && request.path().ends_with('/') {
                response.set_status(307);
                response.set_header("location", request.path().trim_end_matches('/'));
                response.body = Bytes::new();
            }
        },
    ),
    patch_request("a trailing slash needs no key", "PRV-SLASH", |request| {
        if request.path().ends_with('/') && request.authorization().is_none() {
            request.authenticate();
        }
    }),
    patch_request(
        "the scheme is case-sensitive",
        "PRV-SCHEME-CASE",
        |request| {
            if request
                .authorization()
                .is_some_and(|value| !value.starts_with("Bearer"))
            {
                request.head.headers.remove(header::AUTHORIZATION);
            }
        },
    ),
    patch_response(
        "a GET with Content-Type is rejected",
        "PRV-GET-TYPE",
        |request, response| {
            if is_list(request)
                && request.head.headers.contains_key(header::CONTENT_TYPE)
                && response.status == 200
            {
                response.set_status(415);
            }
        },
    ),
];
