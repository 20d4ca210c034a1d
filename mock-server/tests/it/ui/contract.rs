//! The pages Contract and API reference.

use http::Method;

use super::Browser;
use crate::test_app::Organization;

#[test]
fn coverage_is_counted_by_operation_and_status() {
    let (organization, caller) = Organization::new();
    for _ in 0..2 {
        caller.get("/orders").ok();
    }
    caller.call(Method::GET, "/orders/none").spoiled();
    let page = Browser::new(&organization.app).page(&format!("/{}/contract", organization.name));
    assert!(page.contains("<strong>2 of "), "{page}");
    for shown in [
        "title=\"list_orders, 200\">2</a>",
        "title=\"get_order, 404\">1</a>",
        "requests?q=op%3Aget_order+status%3A404",
        "title=\"429 was never seen\">○<",
        ", never exercised by your tests",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

#[test]
fn fidelity_links_only_to_pages() {
    let (organization, _) = Organization::new();
    let page = Browser::new(&organization.app).page(&format!("/{}/contract", organization.name));
    for link in page.split("href=\"").skip(1) {
        // An empty link loads this page again.
        let is_page = ["/_mock/", "https://", "#", "\""].map(|begin| link.starts_with(begin));
        assert!(is_page.contains(&true), "{}", &link[..40]);
    }
    let (_, fidelity) = page.split_once("id=\"fidelity\"").unwrap();
    assert!(!fidelity.contains('`'), "{fidelity}");
    assert!(!fidelity.contains("the authority"), "{fidelity}");
}

#[test]
fn the_api_reference_needs_nothing_from_elsewhere() {
    let (organization, _) = Organization::new();
    let browser = Browser::new(&organization.app);
    let page = browser.page(&format!("/{}/api", organization.name));
    let key = format!(
        "data-key=\"lnc_test_FullAccessxxxxxxxxxxxxxxxx{}\"",
        organization.name
    );
    assert!(page.contains(&key), "{page}");
    assert!(!page.contains("https://"), "{page}");
    for file in ["swagger-ui-bundle.js", "swagger-ui.css"] {
        assert!(browser.page(&format!("/swagger/{file}")).len() > 100_000);
    }
    assert_eq!(browser.open("/swagger/index.html").status(), 404);
}
