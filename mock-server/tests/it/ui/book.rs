//! The book, and the links of the dashboard to it.

use http::Method;

use super::{Browser, HOSTILE};
use crate::test_app::TestApp;

fn book(app: &TestApp, path: &str) -> (u16, String) {
    let answer = app.call(Method::GET, &format!("/_mock/docs{path}")).raw();
    let policy = answer.headers()["content-security-policy"].to_str();
    assert!(policy.unwrap().starts_with("default-src 'none'"));
    (answer.status().as_u16(), answer.into_body())
}

#[test]
fn shows_the_list_and_every_page_without_a_session() {
    let app = TestApp::new();
    let (status, list) = book(&app, "");
    assert_eq!(status, 200);
    for page in docs::pages() {
        let link = format!("href=\"/_mock/docs/{}\"", page.topic);
        assert!(list.contains(&link), "{link}");
        let topic = format!("<code>{}</code>", page.topic);
        assert!(list.contains(&topic), "{topic}");
        let (status, _) = book(&app, &format!("/{}", page.topic));
        assert_eq!(status, 200, "{}", page.topic);
    }
}

#[test]
fn page_is_found_by_the_path_of_its_file() {
    let app = TestApp::new();
    let (status, page) = book(&app, "/curl");
    assert_eq!(status, 200);
    for path in ["/tutorials/curl", "/docs/tutorials/curl.md", "/curl/"] {
        assert_eq!(book(&app, path), (200, page.clone()), "{path}");
    }
    let (status, page) = book(&app, "/tutorials/culr");
    assert_eq!(status, 404);
    assert!(page.contains("did you mean curl?"), "{page}");
}

#[test]
fn slash_at_the_end_leads_to_the_list() {
    let answer = TestApp::new().call(Method::GET, "/_mock/docs/").raw();
    assert_eq!(answer.status(), 308);
    assert_eq!(answer.headers()["location"], "/_mock/docs");
}

#[test]
fn unknown_topic_is_not_found_and_leads_to_near_ones() {
    let app = TestApp::new();
    let (status, page) = book(&app, "/rate-limit");
    assert_eq!(status, 404);
    assert!(page.contains("did you mean rate-limits?"), "{page}");
    let hostile: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    let (status, page) = book(&app, &format!("/{hostile}"));
    assert_eq!(status, 404);
    assert!(!page.contains("<img"), "{page}");
}

/// Not with the text of a library.
#[test]
fn invalid_addresses_get_a_page() {
    let app = TestApp::new();
    let (status, page) = book(&app, "/%FF");
    assert_eq!(status, 400);
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("is missing or invalid"),
        "{page}"
    );
}

#[test]
fn is_as_reachable_as_the_dashboard() {
    let off = TestApp::with("no_control = true");
    assert_eq!(book(&off, "/clock").0, 404);
    let with_token = TestApp::with("control_token = 'open sesame'");
    assert_eq!(book(&with_token, "/clock").0, 200);
}

#[test]
fn empty_pages_of_the_dashboard_link_to_it() {
    let organization = TestApp::new().organization();
    // What the organization begins with is due before.
    organization.advance("1h");
    let browser = Browser::new(&organization.app);
    for (page, topic) in [
        ("requests", "test-suites"),
        ("keys", "keys"),
        ("scenarios", "rate-limits"),
        ("clock", "clock"),
        ("contract", "judge-a-client"),
    ] {
        let shown = browser.page(&format!("/{}/{page}", organization.name));
        let link = format!("href=\"/_mock/docs/{topic}\"");
        assert!(shown.contains(&link), "{page} lacks {link}");
    }
}
