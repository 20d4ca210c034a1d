//! Tests of requests as code.

use super::{
    super::explained::{Body, Message},
    *,
};

/// A request with these headers; an asterisk at the end of a name: its value is masked.
fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let mut request = Request {
        method: method.into(),
        target: target.into(),
        operation: None,
        endpoint: None,
        message: Message::default(),
    };
    let headers = headers.iter().map(|(name, value)| Header {
        name: name.trim_end_matches('*').into(),
        value: (*value).into(),
        masked: name.ends_with('*'),
    });
    request.message.headers = Some(headers.collect());
    request.message.body = Some(Body {
        text: Some(body.into()),
        ..Body::default()
    });
    request
}

fn code(request: &Request, id: &str) -> String {
    let all = all("http://a:8000", request, true);
    all.into_iter()
        .find(|snippet| snippet.id == id)
        .unwrap()
        .code
}

fn curl(request: &Request) -> String {
    let key = "-H \"Authorization: Bearer $OPENPROSPECT_API_KEY\"";
    code(request, "curl").replace(key, "KEY")
}

#[test]
fn client_texts_are_quoted_in_every_language() {
    let headers = [("x-a", "'$(id)`\"\\${x}")];
    let request = request("GET", "/a'$(id)`\"\\${x}\n\u{2028}", &headers, "");
    assert_eq!(
        curl(&request),
        "curl -i -g KEY -H 'x-a: '\\''$(id)`\"\\${x}' 'http://a:8000/a'\\''$(id)`\"\\${x}\n\u{2028}'"
    );
    for id in ["httpx", "fetch", "csharp"] {
        for text in [
            r#""http://a:8000/a'$(id)`\"\\${x}\n\u2028""#,
            r#""'$(id)`\"\\${x}""#,
        ] {
            assert!(code(&request, id).contains(text), "{id}");
        }
    }
}

#[test]
fn all_headers_of_the_request_are_sent_but_not_those_of_its_connection() {
    let headers = [
        ("host", "a"),
        ("user-agent", "x"),
        ("accept", "*/*"),
        ("content-length", "16"),
        ("content-type", "application/json"),
        ("idempotency-key", "a-b"),
        ("x-empty", ""),
        ("authorization*", "Bearer …"),
    ];
    let request = request("POST", "/orders", &headers, r#"{"title": "Jo's"}"#);
    assert_eq!(
        curl(&request),
        "curl -i -X 'POST' KEY -H 'content-type: application/json' -H 'idempotency-key: a-b' -H 'x-empty;' \
         --data-raw '{\"title\": \"Jo'\\''s\"}' 'http://a:8000/orders'"
    );
    for (id, members) in [
        (
            "httpx",
            r#"HOME']}", "content-type": "application/json", "idempotency-key": "a-b", "x-empty": ""}"#,
        ),
        (
            "fetch",
            r#"HOME}`, "content-type": "application/json", "idempotency-key": "a-b", "x-empty": "" }"#,
        ),
        (
            "csharp",
            r#"request.Headers.TryAddWithoutValidation("idempotency-key", "a-b");"#,
        ),
        (
            "csharp",
            r#"request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");"#,
        ),
    ] {
        let code = code(&request, id).replace("OPENPROSPECT_API_KEY", "HOME");
        assert!(code.contains(members), "{code}");
    }
}

#[test]
fn programs_add_no_media_type_of_their_own() {
    let request = request("POST", "/orders", &[], "{}");
    assert!(curl(&request).contains("-H 'content-type:' --data-raw '{}'"));
    assert!(code(&request, "fetch").contains("body: new TextEncoder().encode(\"{}\"),"));
}

#[test]
fn curl_sends_the_url_as_it_was_and_waits_for_no_body() {
    let line = |method, target| curl(&request(method, target, &[], ""));
    assert_eq!(
        line("HEAD", "/orders"),
        "curl -i --head KEY 'http://a:8000/orders'"
    );
    let globs = line("GET", "/orders?limit={1,2}");
    assert_eq!(globs, "curl -i -g KEY 'http://a:8000/orders?limit={1,2}'");
    let dots = request("GET", "/orders/../companies?a=.", &[], "");
    assert_eq!(
        curl(&dots),
        "curl -i --path-as-is KEY 'http://a:8000/orders/../companies?a=.'"
    );
    let comment = "// fetch resolves . and .. in the path.\n";
    assert!(code(&dots, "fetch").starts_with(comment));
}

#[test]
fn no_program_sends_a_body_that_it_refuses() {
    let head = request("HEAD", "/orders", &[], "{}");
    assert_eq!(
        curl(&head),
        "# curl sends no body with this method.\ncurl -i --head KEY 'http://a:8000/orders'"
    );
    let comment = "// fetch sends no body with this method.\n";
    assert!(code(&head, "fetch").starts_with(comment));
}

#[test]
fn repeated_headers_are_all_sent() {
    let headers = [("x-a", "1"), ("x-b", "2"), ("x-a", "3")];
    let request = request("GET", "/orders", &headers, "");
    for (id, pairs) in [
        (
            "httpx",
            r#"HOME']}"), ("x-a", "1"), ("x-b", "2"), ("x-a", "3")],"#,
        ),
        (
            "fetch",
            r#"HOME}`], ["x-a", "1"], ["x-b", "2"], ["x-a", "3"]],"#,
        ),
    ] {
        let code = code(&request, id).replace("OPENPROSPECT_API_KEY", "HOME");
        assert!(code.contains(pairs), "{code}");
    }
}

#[test]
fn comments_say_what_is_not_kept() {
    let headers = [("x-api-key*", "…"), ("authorization*", "Bearer …")];
    let mut request = request("POST", "/orders", &headers, "");
    let body = request.message.body.as_mut().unwrap();
    body.absent = Some("unread".into());
    let missing = [
        "The body is not kept.",
        "The value of the header x-api-key is not kept.",
    ];
    for (id, mark) in [
        ("curl", "#"),
        ("httpx", "#"),
        ("fetch", "//"),
        ("csharp", "//"),
    ] {
        let code = code(&request, id);
        let comments = missing
            .map(|sentence| format!("{mark} {sentence}\n"))
            .concat();
        assert!(code.starts_with(&comments), "{code}");
    }
    let unknown = &all("http://a:8000", &request, false)[0].code;
    assert!(unknown.contains("# The value of the header authorization is not kept.\n"));
    let body = request.message.body.as_mut().unwrap();
    *body = Body {
        cut: true,
        ..Body::default()
    };
    assert!(curl(&request).starts_with("# The body is left out: only its beginning is kept.\n"));
}
