//! Paths and methods, and the order in which a request is checked.

use std::collections::BTreeSet;

use http::Method;
use schemas::{
    API_PREFIX,
    ErrorCode::{
        self, AuthenticationError, AuthorizationError, Conflict, EntityNotFound, InvalidJson,
        InvalidRequest, MethodNotAllowed, NotFound, PayloadTooLarge, RateLimitExceeded,
        UnsupportedMediaType, ValidationError,
    },
    operations,
};
use serde_json::json;

use crate::{
    orders::NOBODYS,
    test_app::{Call, Caller, Organization, open_to_keys, order},
};

/// Every path of the table, about this order.
fn paths(id: &str) -> BTreeSet<String> {
    operations::all()
        .map(|operation| operation.path_with(id))
        .collect()
}

/// The methods that a path has, as `Allow` lists them.
fn methods(path: &str, id: &str) -> Vec<&'static str> {
    let here = operations::all().filter(|operation| operation.path_with(id) == path);
    let mut methods: Vec<_> = here
        .flat_map(|operation| match operation.method.as_str() {
            "GET" => vec!["GET", "HEAD"],
            other => vec![other],
        })
        .collect();
    methods.push("OPTIONS");
    methods
}

#[test]
fn other_spellings_of_a_path_are_other_paths() {
    let (organization, caller) = Organization::new();
    for path in [
        "/",
        "/orders",
        "/api/v1",
        "/api/v1/",
        "/api/v2/orders",
        "/API/v1/orders",
        "/api/v1/Orders",
        "/api/v1/orders%2F",
        "/api%2Fv1/orders",
        "/api/v1/%4Frders",
        "/api//v1/orders",
        "//api/v1/orders",
        "/api/v1//orders",
        "/api/v1/orders//",
        "/api/v1/orders//results",
        "/api/v1/./orders",
        "/api/v1/x/../orders",
        "/api/v1/orders;a=1",
        "/api/v1/order",
        "/api/v1/orders/1/results/2",
        "/_mocks/health",
    ] {
        let call = organization.app.call(Method::GET, path);
        let call = call.header("authorization", format!("Bearer {}", caller.key));
        call.send().refused(NotFound);
    }
}

#[test]
fn encoded_unreserved_characters_are_equivalent_and_skip_no_check() {
    let (organization, caller) = Organization::new();
    let orders = caller.get("/orders").text().to_owned();
    for path in [
        "/api/v1/%6Frders",
        "/api/v1/%6frders/",
        "/%61%70i/v%31/orders",
    ] {
        let call = |method| organization.app.call(method, path);
        call(Method::GET).send().refused(AuthenticationError);
        let keyed = |method, caller: &Caller| {
            call(method).header("authorization", format!("Bearer {}", caller.key))
        };
        assert_eq!(keyed(Method::GET, &caller).send().text(), orders, "{path}");
        let other = organization.key(json!({"scopes": ["companies:read"]}));
        keyed(Method::GET, &other)
            .send()
            .refused(AuthorizationError);
        keyed(Method::PATCH, &caller)
            .send()
            .refused(MethodNotAllowed);
    }
    let rule = json!({"name": "a", "summary": "b", "rules": [
        {"when": {"path": "/orders", "nth": 1, "by": "path"}, "do": [{"error": {"status": 503}}]},
    ]});
    organization
        .control(Method::POST, "/scenario", json!({"scenario": rule}))
        .ok();
    let statuses = ["/%6Frders", "/orders", "/orders/"].map(|path| {
        let call = caller.call(Method::GET, path);
        call.spoiled().status.as_u16()
    });
    assert_eq!(statuses, [503, 200, 200]);
}

#[test]
fn unsupported_method_is_rejected_with_the_supported_ones() {
    let (_, caller) = Organization::new();
    for path in paths(NOBODYS) {
        let allowed = methods(&path, NOBODYS);
        let candidates = [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND",
            "BREW", "get", "POSTS",
        ];
        for method in candidates
            .into_iter()
            .filter(|method| !allowed.contains(method))
        {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = caller.call(method.clone(), &path).json(&order(1)).send();
            assert_eq!(answer.header("allow"), Some(&*allowed.join(", ")));
            if answer.body.is_empty() {
                assert_eq!((method, answer.status.as_u16()), (Method::HEAD, 405));
                continue;
            }
            let refused = answer.refused(MethodNotAllowed);
            assert_eq!(
                refused["message"],
                format!("this path allows {}", allowed.join(", "))
            );
        }
    }
}

#[test]
fn refusals_of_a_known_key_have_the_time_of_its_organization() {
    let (organization, caller) = Organization::new();
    organization.advance("9h");
    let evening = caller.get("/orders").date();
    assert_eq!(caller.get("/nothing").date(), evening);
    assert_eq!(caller.call(Method::PUT, "/orders").send().date(), evening);
    assert_eq!(
        caller.call(Method::OPTIONS, "/orders").send().date(),
        evening
    );
}

#[test]
fn options_lists_the_methods_of_a_path_without_a_key() {
    let (organization, _) = Organization::new();
    for path in paths(NOBODYS) {
        let answer = organization
            .app
            .call(Method::OPTIONS, &format!("{API_PREFIX}{path}"))
            .send();
        assert_eq!(answer.status.as_u16(), 204);
        assert_eq!(
            answer.header("allow"),
            Some(&*methods(&path, NOBODYS).join(", "))
        );
    }
    let unknown = organization.app.call(Method::OPTIONS, "/api/v1/nothing");
    unknown.send().refused(NotFound);
}

/// A path for every `GET` of the table, with the id of an existing object.
#[track_caller]
fn readable(organization: &Organization) -> Vec<String> {
    let reads = open_to_keys().filter(|operation| operation.method == Method::GET);
    reads
        .map(|operation| operation.path_with(&organization.target(operation)))
        .collect()
}

#[test]
fn head_is_its_get_without_the_body() {
    let (organization, caller) = Organization::new();
    let varying = ["x-ratelimit-remaining", "date", "x-request-id"];
    let refused = ["/orders?limit=0".to_owned(), format!("/orders/{NOBODYS}")];
    for path in readable(&organization).into_iter().chain(refused) {
        let get = caller.get(&path);
        let mut head = caller.call(Method::HEAD, &path).send();
        assert!(head.body.is_empty());
        assert_eq!(
            head.header("content-length"),
            Some(&*get.body.len().to_string())
        );
        assert_eq!(head.date(), get.date());
        head.body = get.body.clone();
        assert_eq!(head.without(&varying), get.without(&varying), "{path}");
    }
}

#[test]
fn head_needs_a_key_as_its_get_does() {
    let (organization, _) = Organization::new();
    for path in readable(&organization) {
        let call = organization
            .app
            .call(Method::HEAD, &format!("{API_PREFIX}{path}"));
        assert_eq!(call.send().status.as_u16(), 401);
    }
}

#[test]
fn trailing_slash_makes_no_difference() {
    let (organization, caller) = Organization::new();
    for path in readable(&organization) {
        let [plain, slash] = [path.clone(), format!("{path}/")].map(|path| caller.get(&path));
        assert!(plain.status.is_success());
        assert_eq!(
            plain.without(&["x-ratelimit-remaining", "x-request-id"]),
            slash.without(&["x-ratelimit-remaining", "x-request-id"])
        );
        let options = |path: &str| caller.call(Method::OPTIONS, path).send();
        assert_eq!(
            options(&path).header("allow"),
            options(&format!("{path}/")).header("allow")
        );
    }
    assert_eq!(caller.post("/orders/", &order(1)).status.as_u16(), 201);
}

#[test]
fn reports_one_error_at_a_time_in_documented_order() {
    let (organization, works) = Organization::with("tiers.free = '1/1h'");
    let exhausted = organization.key(json!({"scopes": [], "tier": "free"}));
    exhausted.get("/orders").refused(AuthorizationError);
    let app = &organization.app;
    let (revoked, unfit) = (
        organization.spelled("OrdersRevoked"),
        organization.key(json!({"scopes": []})),
    );
    let text = |call: Call| call.header("content-type", "text/plain").body("{");
    let (post, patch) = (Method::POST, Method::PATCH);
    let large = |call: Call| call.header("content-length", "99999999").body("{");
    let json = |call: Call| call.header("content-type", "application/json");
    let wrong = "/orders?limit=1";
    let steps: [(Call, ErrorCode); 12] = [
        (
            text(app.call(patch.clone(), "/nothing?limit=1").without("host")),
            InvalidRequest,
        ),
        (text(app.call(patch.clone(), "/nothing?limit=1")), NotFound),
        (
            text(app.call(patch, "/api/v1/orders?limit=1")),
            MethodNotAllowed,
        ),
        (
            text(app.call(post.clone(), "/api/v1/orders?limit=1")),
            AuthenticationError,
        ),
        (text(revoked.call(post.clone(), wrong)), AuthenticationError),
        (text(exhausted.call(post.clone(), wrong)), RateLimitExceeded),
        (text(unfit.call(post.clone(), wrong)), AuthorizationError),
        (large(works.call(post.clone(), wrong)), UnsupportedMediaType),
        (
            large(json(works.call(post.clone(), wrong))),
            PayloadTooLarge,
        ),
        (json(works.call(post.clone(), wrong)).body("{"), InvalidJson),
        (
            works.call(post.clone(), wrong).json(&json!({})),
            ValidationError,
        ),
        (
            works.call(post.clone(), "/orders").json(&json!({})),
            ValidationError,
        ),
    ];
    for (call, code) in steps {
        call.send().refused(code);
    }
    works.post("/orders", &order(1)).ok();
}

#[test]
fn query_is_validated_before_body_and_object() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    let place =
        |refused: serde_json::Value| refused["detail"]["validation_errors"][0]["field"].clone();
    assert_eq!(
        place(
            caller
                .post("/orders?x=1", &json!({}))
                .refused(ValidationError)
        ),
        "x"
    );
    let get = |id: &str, query: &str| caller.get(&format!("/orders/{id}/results?{query}"));
    get(NOBODYS, "limit=0").refused(ValidationError);
    get(NOBODYS, "limit=1").refused(EntityNotFound);
    get(&id, "limit=0").refused(ValidationError);
    get(&id, "limit=1").refused(Conflict);
    organization.advance("10s");
    get(&id, "limit=0").refused(ValidationError);
    get(&id, "limit=1").ok();
}
