//! The frame of every page.

use http::{Method, header};

use super::{Browser, with_browser};
use crate::test_app::TestApp;

/// Where a request leads.
#[track_caller]
fn target(browser: &Browser, path: &str) -> String {
    let answer = browser.open(path);
    assert_eq!(answer.status(), 303, "{path}: {}", answer.body());
    let target = answer.headers()[header::LOCATION].to_str().unwrap();
    target.to_owned()
}

#[test]
fn switcher_finds_organizations_that_it_does_not_list() {
    let app = TestApp::new();
    for number in 0..=200 {
        app.caller(format!("lnc_test_FullAccess{:x<16}org{number:03}", ""))
            .get("/orders")
            .ok();
    }
    let browser = Browser::new(&app);
    let page = browser.page("/org200/keys");
    assert!(page.contains("The 200 most recently used. Press Enter to search all."));
    let listed = |name: &str| page.contains(&format!("<a href=\"/_mock/ui/{name}/keys\""));
    let mut names = (0..=200).map(|number| format!("org{number:03}"));
    let name = names.find(|name| !listed(name)).unwrap();
    let found = |wanted: &str| target(&browser, &format!("/go?page=keys&name={wanted}"));
    assert_eq!(found(&name), format!("/_mock/ui/{name}/keys"));
    assert_eq!(
        found(&format!("+{}", name[2..].to_uppercase())),
        format!("/_mock/ui/{name}/keys")
    );
    assert_eq!(found("unclaimed"), "/_mock/ui/unclaimed/keys");
    assert_eq!(browser.open("/go?page=keys&name=nobody").status(), 404);
    // A page is one of those in the rail.
    let elsewhere = target(&browser, &format!("/go?page=../sign-out&name={name}"));
    assert_eq!(elsewhere, format!("/_mock/ui/{name}/requests"));
}

#[test]
fn what_was_typed_into_the_switcher_is_masked_and_cut() {
    let (_, browser) = with_browser();
    let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxnobody";
    for path in [format!("/go?page=keys&name={key}"), format!("/{key}/keys")] {
        let page = browser.open(&path).into_body();
        assert!(
            page.contains("<code>lnc_test_Full…body</code>") && !page.contains(key),
            "{page}"
        );
    }
    let long = format!("/go?page=keys&name={}", "x".repeat(5_000));
    let page = browser.open(&long).into_body();
    assert!(page.contains("xxx…</code>") && page.len() < 3_000, "{page}");
}

#[test]
fn page_of_an_unknown_organization_says_how_to_create_it() {
    let (_, browser) = with_browser();
    let page = browser.open("/nobody/keys").into_body();
    assert!(
        page.contains("There is no organization <code>nobody</code>."),
        "{page}"
    );
    assert!(
        page.contains("nobody&quot; &quot;http://127.0.0.1:8000/api/v1/orders&quot;"),
        "{page}"
    );
}

#[test]
fn an_invalid_address_is_an_error_as_a_page() {
    let (organization, browser) = with_browser();
    let live = "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    for path in ["keys", "data/orders", "data/companies", "clock/due"] {
        let answer = browser.open(&format!(
            "/{}/{path}?offset=x&key={live}",
            organization.name
        ));
        let page = answer.body();
        assert_eq!(answer.status(), 400, "{page}");
        assert!(
            page.contains("This page cannot have the query <code>offset=x&amp;key=lnc_live_"),
            "{page}"
        );
        assert!(
            !page.contains(&live[13..37]) && page.contains("<a href=\"?\">"),
            "{page}"
        );
    }
    for (path, status, reason) in [
        (
            "clock/due",
            400,
            "This part of a page needs a query in its address.",
        ),
        ("requests/%FF", 404, "The address is not UTF-8."),
    ] {
        let answer = browser.open(&format!("/{}/{path}", organization.name));
        assert_eq!(answer.status(), status, "{}", answer.body());
        assert!(answer.body().contains(reason), "{}", answer.body());
    }
}

/// Not nothing, which is what the HTTP library responds.
#[test]
fn methods_that_a_page_does_not_accept_get_a_page() {
    let (organization, browser) = with_browser();
    for path in ["/_mock/ui", &format!("/_mock/ui/{}", organization.name)] {
        let answer = browser.call(Method::DELETE, path).raw();
        assert_eq!(answer.status(), 405, "{path}");
        assert_eq!(answer.headers()["allow"], "GET,HEAD", "{path}");
        let page = answer.body();
        assert!(page.contains("does not accept this method"), "{page}");
    }
}
