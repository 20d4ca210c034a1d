//! The page Clock.

use http::{Method, StatusCode};
use serde_json::json;

use super::{Browser, with_browser};
use crate::test_app::{Organization, order};

fn page(browser: &Browser, organization: &Organization) -> String {
    browser.page(&format!("/{}/clock", organization.name))
}

#[test]
fn shows_the_time_and_advances_to_what_is_due() {
    let (organization, browser) = with_browser();
    organization.advance("1h");
    let page_of = || page(&browser, &organization);
    let shown = page_of();
    assert!(
        shown.contains("2026-01-15 10:00:00Z") && shown.contains(">frozen<"),
        "{shown}"
    );
    let reset = format!("/_mock/organizations/{}/reset", organization.name);
    assert!(shown.contains(&reset), "{shown}");
    assert!(
        shown.contains("Nothing is due in the next hour") && !shown.contains("To the next event")
    );
    // Every page says that it is not the machine's time.
    let list = browser.page(&format!("/{}/requests", organization.name));
    assert!(list.contains("<span class=\"mode\">frozen, "), "{list}");
    let caller = organization.key(json!({"preset": "full_access"}));
    let id = caller.create(&order(1));
    let shown = page_of();
    for text in [
        &*format!("Order {id} becomes ACCEPTED."),
        "The quota of lnc_test_",
        " (key_2) is full again. Until then, ",
        "{&quot;to&quot;:&quot;2026-01-15T10:00:01Z&quot;}\">To the next event<",
        "{&quot;to&quot;:&quot;2026-01-15T10:00:10Z&quot;}\">Advance to here<",
        "{&quot;by&quot;:&quot;1h&quot;}\">+1 h<",
        &format!("/data/orders/{id}\">Show the order<"),
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert_eq!(shown.matches("class=\"event lane-").count(), 4);
    // The time in the request is exact, so that what is due there has happened.
    organization
        .clock("advance", json!({"to": "2026-01-15T10:00:10Z"}))
        .ok();
    assert!(!page_of().contains(&id));
}

#[test]
fn reloads_after_the_clock_was_changed_elsewhere() {
    let (organization, browser) = with_browser();
    for (verb, body) in [
        ("advance", json!({"by": "1ms"})),
        ("resume", json!({})),
        ("advance", json!({"by": "1m"})),
        ("scale", json!({"factor": 0.5})),
        ("scale", json!({"factor": 0.6})),
        ("freeze", json!({})),
    ] {
        let page = page(&browser, &organization);
        let (_, refresh) = page.rsplit_once("data-refresh=\"").unwrap();
        let refresh = refresh.split_once('"').unwrap().0.to_owned();
        let refreshed = || browser.call(Method::GET, &refresh).raw().status();
        assert_eq!(refreshed(), StatusCode::OK);
        organization.clock(verb, body).ok();
        assert_eq!(refreshed(), StatusCode::RESET_CONTENT, "{verb}");
    }
}

#[test]
fn an_open_page_is_told_the_time_and_the_scenario() {
    let (organization, browser) = with_browser();
    let path = format!("/{}/state", organization.name);
    let page = page(&browser, &organization);
    assert!(page.contains(&format!("data-refresh=\"/_mock/ui{path}\"")));
    let state = || browser.page(&path);
    let before = state();
    // The machine's time has passed meanwhile.
    let (chip, _) = before.split_once(" data-machine=").unwrap();
    assert!(page.contains(chip), "{before}");
    assert!(
        before.contains("2026-01-15 09:00:00Z") && before.contains("no scenario"),
        "{before}"
    );
    organization.advance("2h");
    let outage = json!({"name": "outage"});
    organization.control(Method::POST, "/scenario", outage).ok();
    organization.clock("scale", json!({"factor": 0.001})).ok();
    let after = state();
    for text in ["2026-01-15 11:00:00Z", "data-pace=\"0.001\"", ">outage<"] {
        assert!(after.contains(text), "{text}: {after}");
    }
    assert!(browser.page("/unclaimed/state").contains(">real<"));
}

#[test]
fn lists_at_most_100_times() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access", "tier": "enterprise"}));
    for _ in 0..60 {
        caller.create(&order(1));
        organization.advance("1s");
    }
    let page = page(&browser, &organization);
    assert!(page.matches("Advance to here").count() <= 100);
    for second in 0..150 {
        organization.key(json!({"preset": "orders", "expires_in": format!("{}s", 100 + second)}));
        organization.key(json!({"preset": "orders", "expires_in": "99s"}));
    }
    let page = self::page(&browser, &organization);
    assert_eq!(page.matches("Advance to here").count(), 100);
    assert!(
        page.contains("and 145 more") && page.contains(" later times are not listed."),
        "{page}"
    );
}

#[test]
fn unclaimed_requests_have_no_clock() {
    let (_, browser) = with_browser();
    let page = browser.page("/unclaimed/clock");
    assert!(page.contains("Every organization has a clock of its own"));
    let due = browser.open("/unclaimed/clock/due?mark=");
    assert_eq!(due.status(), StatusCode::RESET_CONTENT);
}
