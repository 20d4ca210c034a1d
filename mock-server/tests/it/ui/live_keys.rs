//! The banner about live keys.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::with_browser;

const LIVE: &str = "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";

#[test]
fn live_key_shows_a_banner_on_every_page() {
    let (organization, browser) = with_browser();
    let path = format!("/{}/requests", organization.name);
    let hidden = "<div class=\"banner\" hidden role=\"alert\" data-dismissed-by=\"0\">";
    assert!(browser.page(&path).contains(hidden));
    let live = organization.app.caller(LIVE);
    live.get("/orders");
    let page = browser.page(&path);
    assert!(page.contains("<div class=\"banner\" role=\"alert\" data-dismissed-by=\"1\">"));
    // Pages that are open get the number with the state.
    let state = browser.page(&format!("/{}/state", organization.name));
    assert!(state.contains("data-live-keys=\"1\""), "{state}");
    assert!(page.contains("<a href=\"/_mock/ui/unclaimed/requests?q=status:401\">"));
}

#[test]
fn live_key_counts_wherever_it_was_sent_and_is_never_shown() {
    let (organization, browser) = with_browser();
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{LIVE}:")));
    let send = |path: &str, header: Option<(&'static str, &str)>| {
        let call = organization.app.call(http::Method::GET, path);
        match header {
            Some((name, value)) => call.header(name, value).raw(),
            None => call.raw(),
        };
    };
    send("/api/v1/orders", Some(("x-api-key", LIVE)));
    send("/api/v1/orders", Some(("authorization", &basic)));
    send(&format!("/api/v1/orders?api_key={LIVE}"), None);
    send(&format!("/api/v1/orders/{LIVE}"), None);
    send(&format!("/oauth/authorize?client_id=x&state={LIVE}"), None);
    let mut pages = vec![browser.page("/unclaimed/requests")];
    assert!(pages[0].contains("data-dismissed-by=\"5\""), "{}", pages[0]);
    let ids = pages[0].split("<tr data-id=\"").skip(1);
    let ids: Vec<_> = ids.map(|row| row[..36].to_owned()).collect();
    assert_eq!(ids.len(), 5);
    pages.extend(
        ids.iter()
            .map(|id| browser.page(&format!("/unclaimed/requests/{id}"))),
    );
    for page in pages {
        assert!(
            !page.contains(&LIVE[13..37]) && !page.contains(&basic[20..40]),
            "{page}"
        );
    }
}
