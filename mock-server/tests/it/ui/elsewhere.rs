//! Requests that arrive elsewhere than on the list that a user looks at.

use http::Method;
use jiff::Timestamp;
use serde_json::json;

use super::with_browser;

/// Later than any request of a test.
const NEVER: u64 = 1 << 50;

#[test]
fn says_where_else_requests_arrive() {
    let (organization, browser) = with_browser();
    let app = &organization.app;
    let list = format!("/{}/requests", organization.name);
    let shown = |at: u64, unclaimed: u64| {
        browser.page(&format!("{list}/elsewhere?at={at}&unclaimed={unclaimed}"))
    };
    let page = browser.page(&list);
    let part = format!("data-refresh=\"/_mock/ui{list}/elsewhere?at=");
    assert!(
        page.contains(&part) && page.contains("&amp;unclaimed=0\""),
        "{page}"
    );
    let used = || {
        let organization = app.organization();
        let key = organization.key(json!({"preset": "full_access"}));
        key.get("/orders").ok();
        organization
    };
    app.organization();
    assert_eq!(shown(1, 0), "");
    let other = used();
    let link = format!("<a href=\"/_mock/ui/{0}/requests\">{0}</a>", other.name);
    assert_eq!(shown(1, 0), format!("<p>Elsewhere: {link}</p>"));
    assert_eq!(shown(NEVER, 0), "");
    for _ in 0..3 {
        used();
    }
    assert!(shown(1, 0).contains("</a>, 2 more</p>"), "{}", shown(1, 0));
    for _ in 0..2 {
        app.call(Method::GET, "/api/v1/orders").send();
    }
    let unclaimed = "<p>Elsewhere: <a href=\"/_mock/ui/unclaimed/requests\">1 request without a known key</a></p>";
    assert_eq!(shown(NEVER, 1), unclaimed);
}

/// Waits until a request is later than those before it: lists compare them by the millisecond.
#[expect(
    clippy::disallowed_methods,
    reason = "the times of requests are those of the machine"
)]
fn until_the_next_millisecond() {
    let begun = Timestamp::now().as_millisecond();
    while Timestamp::now().as_millisecond() == begun {
        std::hint::spin_loop();
    }
}

#[test]
fn a_request_without_a_known_key_is_found_after_it_was_sent() {
    let (organization, browser) = with_browser();
    let app = &organization.app;
    let list = format!("/{}/requests", organization.name);
    let line = "1 request without a known key</a>";
    assert!(!browser.page(&list).contains(line));
    until_the_next_millisecond();
    app.call(Method::GET, "/api/v1/orders").send();
    let page = browser.page(&list);
    assert!(page.contains(line), "{page}");
    // Where the filter matches nothing, that is the reason.
    let filtered = browser.page(&format!("{list}?q=status:5xx"));
    assert!(
        filtered.contains("None of 1 request matches") && !filtered.contains("may be what"),
        "{filtered}"
    );
    // Requests that did arrive here since are what somebody looks for.
    let caller = organization.key(json!({"preset": "full_access"}));
    until_the_next_millisecond();
    caller.get("/orders").ok();
    assert!(!browser.page(&list).contains(line));
}

#[test]
fn signing_in_to_the_dashboard_is_no_request_that_somebody_looks_for() {
    let (organization, browser) = with_browser();
    let app = &organization.app;
    app.call(Method::GET, "/oauth/authorize?client_id=x").raw();
    let path = format!("/{}/requests", organization.name);
    let list = browser.page(&path);
    assert!(!list.contains("request without a known key"), "{list}");
    let list = browser.page(&format!("/{}/requests", app.organization().name));
    assert!(!list.contains("request without a known key"), "{list}");
    let elsewhere = browser.page(&format!("{path}/elsewhere?at={NEVER}&unclaimed=0"));
    assert_eq!(elsewhere, "");
}
