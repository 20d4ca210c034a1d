//! How the list shows responses that did not arrive.

use http::Method;
use serde_json::json;

use super::{Browser, last, with_browser};
use crate::test_app::Organization;

#[test]
fn a_response_that_a_fault_cut_does_not_look_like_a_success() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let cut = "<span class=\"pill none\" title=\"Because of a fault, the client cannot receive the whole response.\">200 ✕</span>";
    let sentence = format!("<p class=\"why\" role=\"status\">{cut}");
    for (fault, is_cut) in [
        ("reset", true),
        ("close;after=100", true),
        ("latency;of=1ms", false),
    ] {
        let call = caller.call(Method::GET, "/orders");
        call.header("x-mock-fault", fault).spoiled();
        let page = browser.page(&last(&organization));
        let (_, row) = page.split_once("<tr data-id").unwrap();
        let (row, _) = row.split_once("</tr>").unwrap();
        assert_eq!(row.contains(cut), is_cut, "{fault}: {row}");
        assert_eq!(page.contains(&sentence), is_cut, "{fault}: {page}");
    }
}

#[test]
fn a_cut_response_looks_so_when_nothing_else_of_it_is_kept() {
    for setting in ["capture = 'off'", "max_captures_each = 0"] {
        let (organization, caller) = Organization::with(setting);
        let browser = Browser::new(&organization.app);
        let call = caller.call(Method::GET, "/orders");
        call.header("x-mock-fault", "reset").spoiled();
        let page = browser.page(&last(&organization));
        assert_eq!(
            page.matches("the client cannot receive the whole response.\">200 ✕")
                .count(),
            2,
            "{setting}: {page}"
        );
    }
}
