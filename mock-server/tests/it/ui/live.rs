//! New rows of the list of requests, as they arrive.

use http::Method;
use schemas::ErrorCode;
use serde_json::json;

use super::{Browser, with_browser};
use crate::{call::Bits, test_app::Organization};

/// The path of the events that a page with this filter follows, from what it shows now on.
fn live(organization: &Organization, browser: &Browser, filter: &str) -> String {
    let list = format!("/{}/requests?q={filter}", organization.name);
    let page = browser.page(&list);
    let (_, last) = page.split_once("data-last=\"").unwrap();
    let (last, _) = last.split_once('"').unwrap();
    let name = &organization.name;
    format!("/_mock/ui/{name}/requests/live?after={last}&q={filter}")
}

/// A page that follows the list of an organization.
fn follow(organization: &Organization, browser: &Browser) -> Bits {
    follow_filtered(organization, browser, "")
}

fn follow_filtered(organization: &Organization, browser: &Browser, filter: &str) -> Bits {
    let path = live(organization, browser, filter);
    browser.call(Method::GET, &path).stream()
}

#[test]
fn new_request_appears_as_a_row() {
    let (organization, browser) = with_browser();
    let mut events = follow_filtered(&organization, &browser, "status:404");
    let caller = organization.key(json!({"preset": "full_access"}));
    caller.get("/orders").ok();
    caller.call(Method::GET, "/orders/none").spoiled();
    let event = events.next().unwrap();
    assert!(
        event.contains("event: rows\n") && event.contains("-3\n"),
        "{event}"
    );
    assert!(
        event.contains(r#""count":1,"#) && event.contains("/api/v1/orders/none"),
        "{event}"
    );
}

#[test]
fn burst_is_sampled_and_counted_exactly() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access", "tier": "enterprise"}));
    let mut events = follow(&organization, &browser);
    let mut filtered = follow_filtered(&organization, &browser, "op:list_orders");
    // Five more than the journal keeps, so that five are dropped before the follower sees them.
    for _ in 0..1_005 {
        caller.get("/orders").ok();
    }
    let event = events.next().unwrap();
    for text in [
        r#""count":1005,"#,
        // A page lets go of the rows of the six that were dropped.
        r#""first":7,"#,
        r#""totals":"1,000 requests; 6 older requests no longer kept (--max-journal)""#,
        "995 requests of a burst left out",
    ] {
        assert!(event.contains(text), "{text}: {event}");
    }
    assert_eq!(event.matches("<tr data-id").count(), 10, "{event}");
    let event = filtered.next().unwrap();
    let totals =
        r#""totals":"1,000 requests of 1,000; 6 older requests no longer kept (--max-journal)""#;
    assert!(
        event.contains(r#""count":1000,"#) && event.contains(totals),
        "{event}"
    );
    caller.get("/companies").ok();
    caller.get("/orders").ok();
    let event = filtered.next().unwrap();
    let totals =
        r#""totals":"999 requests of 1,000; 8 older requests no longer kept (--max-journal)""#;
    assert!(
        event.contains(r#""count":1,"#) && event.contains(totals),
        "{event}"
    );
}

#[test]
fn a_page_starts_over_once_its_list_is_another_one() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    for (method, path) in [(Method::POST, "/reset"), (Method::DELETE, "/journal")] {
        let before = live(&organization, &browser, "");
        let mut events = browser.call(Method::GET, &before).stream();
        assert!(events.is_waiting());
        organization.control(method, path, ());
        // As many as before, so that only their list tells them apart.
        caller.get("/orders").ok();
        // One page has followed all the time, another one comes back.
        for events in [
            &mut events,
            &mut browser.call(Method::GET, &before).stream(),
        ] {
            let event = events.next().unwrap();
            assert!(event.contains("event: anew\n"), "{path}: {event}");
            assert_eq!(events.next(), None, "{path}");
        }
        assert!(follow(&organization, &browser).is_waiting());
    }
}

#[test]
fn a_new_row_has_the_time_of_the_clock_as_it_is_then() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let mut events = follow(&organization, &browser);
    organization.advance("2h");
    caller.get("/orders").ok();
    let event = events.next().unwrap();
    assert!(event.contains(" data-relative>now<"), "{event}");
}

#[test]
fn a_stream_ends_with_the_session() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let mut events = follow(&organization, &browser);
    let other = Browser::new(&organization.app);
    let mut events_of_other = follow(&organization, &other);
    // Both have looked at the journal, and wait.
    assert!(events.is_waiting() && events_of_other.is_waiting());
    browser.call(Method::POST, "/_mock/ui/sign-out").raw();
    assert_eq!(events.next(), None);
    assert!(events_of_other.is_waiting());
    caller.get("/orders").ok();
    assert!(events_of_other.next().is_some());
}

#[test]
fn a_stream_without_a_session_is_refused_not_redirected() {
    let (organization, _) = with_browser();
    let path = format!("/_mock/ui/{}/requests/live", organization.name);
    let call = organization.app.call(Method::GET, &path);
    let answer = call.header("accept", "text/event-stream").raw();
    assert_eq!(answer.status(), 401);
    assert!(answer.body().contains("You are signed out."));
}

#[test]
fn a_page_beyond_the_maximum_learns_why_it_cannot_follow() {
    let (organization, browser) = with_browser();
    let mut followers: Vec<_> = (0..100).map(|_| follow(&organization, &browser)).collect();
    let path = format!("/_mock/ui/{}/requests/live", organization.name);
    let one_more = || browser.call(Method::GET, &path);
    assert_eq!(one_more().status(), 409);
    let answer = one_more().raw();
    let reason = "100 clients already follow journals, the maximum.";
    assert!(answer.body().contains(reason), "{}", answer.body());
    // Programs that follow or wait share the places with pages.
    for path in ["/journal/live", "/journal/wait?timeout=1ms"] {
        let refused = organization.control(Method::GET, path, ());
        refused.refused(ErrorCode::Conflict);
    }
    // The place of a page that was closed is free again.
    followers.pop();
    assert!(follow(&organization, &browser).is_waiting());
}

#[test]
fn a_page_that_is_older_than_its_organization_starts_over() {
    let (organization, browser) = with_browser();
    let before = live(&organization, &browser, "");
    organization.control(Method::DELETE, "", ());
    let anew = organization.spelled("FullAccess");
    anew.get("/orders").ok();
    anew.get("/companies").ok();
    let mut events = browser.call(Method::GET, &before).stream();
    let event = events.next().unwrap();
    assert!(event.contains("event: anew\n"), "{event}");
}
