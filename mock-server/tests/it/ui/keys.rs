//! The page Keys.

use http::Method;
use serde_json::json;

use super::{Browser, HOSTILE};
use crate::test_app::{Organization, order};

/// The page of an organization.
fn page(organization: &Organization) -> String {
    Browser::new(&organization.app).page(&format!("/{}/keys", organization.name))
}

#[test]
fn a_key_is_listed_with_its_quota_and_its_scopes_but_never_its_text() {
    let (organization, _) = Organization::new();
    let wanted = json!({"name": "CI", "preset": "orders", "tier": "free", "expires_in": "1h"});
    let caller = organization.key(wanted);
    for _ in 0..3 {
        caller.get("/orders").ok();
    }
    let page = page(&organization);
    for shown in [
        "<strong>CI</strong>",
        "free · 3 used, 97 left",
        "</span> 1 of 2</summary>",
        "<code>orders:write</code> not used",
        ">in 1 h</time>",
        "/keys/key_2/revoke",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains(&caller.key));
}

#[test]
fn each_key_has_the_scopes_that_its_own_requests_used() {
    let (organization, caller) = Organization::new();
    let reader = organization.key(json!({"preset": "read_only"}));
    caller.get("/orders").ok();
    caller.get("/companies").ok();
    reader.get("/orders").ok();
    reader.post("/orders", &order(1));
    let page = page(&organization);
    let row = |id: &str| {
        let (_, row) = page.split_once(&format!("data-key=\"{id}\"")).unwrap();
        row.split_once("</tr>").unwrap().0
    };
    let used = |id: &str| row(id).matches("</code> used<").count();
    assert_eq!([used("key_1"), used("key_2")], [2, 1], "{page}");
}

#[test]
fn a_window_that_is_over_counts_no_more() {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    assert!(page(&organization).contains("1 used, 9,999 left"));
    organization.advance("1h");
    assert!(page(&organization).contains("0 used, 10,000 left"));
}

#[test]
fn a_key_that_was_rotated_shows_when_it_ends() {
    let (organization, _) = Organization::new();
    let rotate = json!({"overlap": "1h"});
    organization
        .control(Method::POST, "/keys/key_1/rotate", rotate)
        .ok();
    let page = page(&organization);
    let end = |id: &str| {
        let (_, row) = page.split_once(&format!("data-key=\"{id}\"")).unwrap();
        let (_, end) = row.split_once("data-label=\"Ends\">").unwrap();
        end.split_once("</td>").unwrap().0
    };
    assert!(
        end("key_1").starts_with("revoked <time") && end("key_1").ends_with(">in 1 h</time>"),
        "{page}"
    );
    assert_eq!(end("key_2"), "never");
}

#[test]
fn the_list_is_kept_up_to_date() {
    let (organization, caller) = Organization::new();
    let browser = Browser::new(&organization.app);
    let path = format!("/{}/keys", organization.name);
    let page = browser.page(&path);
    assert!(
        page.contains(&format!("data-refresh=\"/_mock/ui{path}/list?\"")),
        "{page}"
    );
    caller.get("/orders").ok();
    let list = browser.page(&format!("{path}/list?"));
    assert!(list.contains("1 used, 9,999 left"), "{list}");
    assert!(!list.contains("<main") && !list.contains("<dialog"));
}

#[test]
fn an_invalid_key_says_why_and_has_no_actions() {
    let (organization, _) = Organization::new();
    assert!(page(&organization).contains("Rotate"));
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    let page = page(&organization);
    assert!(
        page.contains("the key was revoked at 2026-01-15T09:00:00.000Z"),
        "{page}"
    );
    assert!(!page.contains("Rotate"));
}

#[test]
fn many_keys_are_listed_in_parts_and_can_be_searched() {
    let (organization, _) = Organization::new();
    for number in 2..=60 {
        let name = format!("Program {number}");
        let tier = if number == 7 { "free" } else { "pro" };
        organization.key(json!({"name": name, "preset": "orders", "tier": tier}));
    }
    organization
        .control(Method::POST, "/keys/key_9/revoke", ())
        .ok();
    let browser = Browser::new(&organization.app);
    let page = |query: &str| browser.page(&format!("/{}/keys{query}", organization.name));
    let ids = |query: &str| -> Vec<String> {
        let page = page(query);
        let rows = page.split(" data-key=\"key_").skip(1);
        rows.map(|row| row.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!((ids("").len(), ids("?offset=50").len()), (50, 10));
    assert_eq!((&*ids("")[0], &*ids("?offset=50")[9]), ("60", "1"));
    assert!(page("").contains("1–50 of 60"));
    assert_eq!(ids("?q=orders+FREE"), ["7"]);
    assert_eq!(ids("?q=program+9+revoked"), ["9"]);
    let none = page("?q=nothing");
    assert!(
        none.contains("No key contains all of <code>nothing</code>")
            && none.contains("Clear the search")
    );
}

#[test]
fn the_name_of_a_key_is_text() {
    let (organization, _) = Organization::new();
    organization.key(json!({"preset": "orders", "name": HOSTILE}));
    let page = page(&organization);
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(
        !page.contains("<img") && !page.contains("<script>alert"),
        "{page}"
    );
}

#[test]
fn keys_belong_to_organizations() {
    let (organization, _) = Organization::new();
    let page = Browser::new(&organization.app).page("/unclaimed/keys");
    assert!(page.contains("Keys belong to organizations."));
}
