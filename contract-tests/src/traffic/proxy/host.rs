//! The `Host` of a request, and requests that must not be forwarded.
//!
//! A server that checks `Host`, as the sandbox does to protect its control API from web pages, must receive the value that the
//! client sent. Only a server known by its name, which may share its address with others, receives that name instead.

use http::{Request, Uri, Version, header, uri::Authority};
use percent_encoding::percent_decode_str;
use schemas::control::CONTROL_PREFIX;
use url::{Host, Url};

/// Whether every server would reject the `Host` (RFC 9112 §3.2), or the request has neither `Host` nor `:authority` (RFC 9113
/// §8.3.1).
pub(super) fn is_invalid<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let is_http2 = request.version() == Version::HTTP_2;
    let needs_host = is_http2 && request.uri().authority().is_none();
    match (hosts.next(), hosts.next()) {
        (None, _) => needs_host || request.version() == Version::HTTP_11,
        (Some(host), None) if host.is_empty() => needs_host,
        (Some(host), None) => Authority::try_from(host.as_bytes()).is_err(),
        (Some(_), Some(_)) => true,
    }
}

/// Whether it is a request to the control API of a sandbox, in any spelling of the path.
pub(super) fn is_control(uri: &Uri) -> bool {
    let control = CONTROL_PREFIX.trim_start_matches('/');
    let path = percent_decode_str(uri.path()).decode_utf8_lossy();
    let mut segments = path.split(['/', '\\']);
    segments.any(|segment| segment.eq_ignore_ascii_case(control))
}

/// The host to send to the server instead of this one, if it must change.
pub(super) fn translated(server: &Url, host: &str) -> Option<String> {
    let named = matches!(server.host(), Some(Host::Domain(name)) if name != "localhost");
    // A foreign web page may resolve its own name to this address (DNS rebinding); with TLS, that name would not work.
    let translates = named && (server.scheme() == "https" || is_address(host));
    translates.then(|| server.authority().to_owned())
}

/// Whether a host is an address or `localhost`.
fn is_address(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let host = Host::parse(authority.host());
    host.is_ok_and(|host| !matches!(host, Host::Domain(name) if name != "localhost"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn requires_exactly_one_valid_host() {
        let invalid = is_invalid;
        let is_invalid = |hosts: &[&'static str]| {
            [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2].map(|version| {
                let mut request = Request::get("/").version(version).body(()).unwrap();
                for host in hosts {
                    let host = HeaderValue::from_static(host);
                    request.headers_mut().append(header::HOST, host);
                }
                invalid(&request)
            })
        };
        assert_eq!(is_invalid(&[]), [false, true, true]);
        let with_authority = || Request::get("http://a.example/").version(Version::HTTP_2);
        assert!(!invalid(&with_authority().body(()).unwrap()));
        let and_empty_host = with_authority().header(header::HOST, "");
        assert!(!invalid(&and_empty_host.body(()).unwrap()));
        assert_eq!(is_invalid(&["a.example:80"]), [false; 3]);
        assert_eq!(is_invalid(&[""]), [false, false, true]);
        assert_eq!(is_invalid(&["a b"]), [true; 3]);
        assert_eq!(is_invalid(&["a", "a"]), [true; 3]);
    }

    #[test]
    fn recognizes_every_spelling_of_the_control_api() {
        for path in [
            "/_mock",
            "/_mock/keys?x",
            "/%5Fmock/keys",
            "/_M%6Fck",
            "//_mock",
            "/api/v1/../../_mock/keys",
            "/api/v1/%2e%2e%2f_mock",
            "http://other.example/_mock",
        ] {
            assert!(is_control(&path.parse().unwrap()), "{path}");
        }
        for path in ["/api/v1/orders?to=/_mock", "/api/v1/_mocked", "/%255Fmock"] {
            assert!(!is_control(&path.parse().unwrap()), "{path}");
        }
    }

    #[test]
    fn translates_the_host_only_for_servers_with_a_name() {
        let translated = |server: &str, host| translated(&server.parse().unwrap(), host);
        for server in [
            "http://127.0.0.1:8000/api/v1",
            "http://localhost:8000",
            "http://[::1]",
        ] {
            assert_eq!(translated(server, "127.0.0.1:8001"), None);
            assert_eq!(translated(server, "stranger.example:8001"), None);
        }
        let known = Some("api.example".to_owned());
        assert_eq!(
            translated("https://api.example/api/v1", "localhost:8001"),
            known
        );
        assert_eq!(
            translated("https://api.example/api/v1", "judge:8001"),
            known
        );
        assert_eq!(translated("http://api.example/api/v1", "[::1]:8001"), known);
        assert_eq!(
            translated("http://api.example/api/v1", "stranger.example"),
            None
        );
    }
}
