//! The page Data.

use http::{Method, StatusCode};
use serde_json::json;

use super::{Browser, HOSTILE, with_browser};
use crate::test_app::{Caller, Organization, all, order};

/// An organization with a key that may do everything.
fn with_caller() -> (Organization, Browser, Caller) {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    (organization, browser, caller)
}

/// A part of the page of the organization.
fn page(browser: &Browser, organization: &Organization, path: &str) -> String {
    browser.page(&format!("/{}/data{path}", organization.name))
}

#[test]
fn order_shows_past_and_planned_transitions() {
    let (organization, browser, caller) = with_caller();
    let id = caller.create(&order(2));
    organization.advance("2s");
    let page = |path: &str| page(&browser, &organization, path);
    let list = page("");
    let (_, newest) = list.split_once("<ul class=\"orders\">").unwrap();
    let (newest, _) = newest.split_once("</li><li><div").unwrap();
    assert!(
        newest.contains(&id) && newest.contains("ENRICHMENT of 2 companies"),
        "{newest}"
    );
    let planned = |status: &str| format!("<li class=\"planned\"><strong>{status}</strong>");
    let past = |status: &str| format!("<strong>{status}</strong><span class=\"muted\"><time");
    for text in [
        past("RECEIVED"),
        past("ACCEPTED"),
        planned("IN_PROGRESS"),
        planned("COMPLETED"),
    ] {
        assert!(newest.contains(&text), "{text}: {newest}");
    }
    let one = page(&format!("/orders/{id}"));
    for text in [
        "{&quot;to&quot;:&quot;2026-01-15T09:00:10Z&quot;}\">Advance to here<",
        "{&quot;to&quot;:&quot;COMPLETED&quot;}\">Move to COMPLETED<",
        "{&quot;to&quot;:&quot;CANCELLED&quot;}\">Move to CANCELLED<",
        "The order is ACCEPTED; its results are available once it is COMPLETED",
    ] {
        assert!(one.contains(text), "{text}: {one}");
    }
}

#[test]
fn completed_order_shows_its_results() {
    let (organization, browser, caller) = with_caller();
    let id = caller.create(&order(60));
    organization.advance("1h");
    let page = |query: &str| page(&browser, &organization, &format!("/orders/{id}{query}"));
    let first = page("");
    assert!(
        first.contains("Hotel 0") && first.contains("CRM-49"),
        "{first}"
    );
    assert!(first.contains("1–50 of 60") && !first.contains("Advance to here"));
    assert!(!first.contains("CRM-50"), "{first}");
    let second = page("?offset=50");
    assert!(
        second.contains("CRM-50") && second.contains("51–60 of 60"),
        "{second}"
    );
    let progress = page("/progress?offset=50");
    assert!(second.contains(&progress), "{progress}");
}

#[test]
fn cancelled_order_has_no_actions() {
    let (organization, browser, caller) = with_caller();
    let id = caller.create(&order(1));
    organization
        .control(
            Method::POST,
            &format!("/orders/{id}/transition"),
            json!({"to": "CANCELLED"}),
        )
        .ok();
    let page = page(&browser, &organization, &format!("/orders/{id}"));
    assert!(
        page.contains("<strong>CANCELLED</strong>") && page.contains("so it has no results"),
        "{page}"
    );
    assert!(
        !page.contains("Move to") && !page.contains("class=\"planned\""),
        "{page}"
    );
}

#[test]
fn long_lists_are_shown_in_parts_without_repetition() {
    let (organization, browser, caller) = with_caller();
    let ids: Vec<_> = (0..60).map(|_| caller.create(&order(1))).collect();
    let newest = page(&browser, &organization, "");
    assert!(
        newest.contains(&ids[59]) && newest.contains(&ids[10]),
        "{newest}"
    );
    assert!(!newest.contains(&ids[9]), "{newest}");
    let older = page(&browser, &organization, "?offset=50");
    assert!(
        older.contains(&ids[9]) && !older.contains(&ids[10]),
        "{older}"
    );
    let beyond = page(&browser, &organization, "?offset=18446744073709551615");
    assert!(beyond.contains("none of "), "{beyond}");
}

#[test]
fn searches_companies_and_prospects() {
    let (organization, browser, caller) = with_caller();
    let company =
        json!({"name": "Gasthof Zur Linde", "city": "Celle", "website": "https://linde.example"});
    let company = caller.post("/companies", &company).ok();
    let prospect =
        json!({"company_id": company["id"], "first_name": "Ada", "last_name": "Lindqvist"});
    caller.post("/prospects", &prospect).ok();
    let page = |path: &str| page(&browser, &organization, path);
    // All words count, in whatever field each is.
    assert!(page("/companies?q=celle+LINDE").contains("1–1 of 1"));
    assert!(page("/prospects?q=lindqvist+linde").contains("1–1 of 1"));
    assert!(page("/companies?q=linde+nonsense").contains("No row contains all of"));
    let companies = page("/companies?q=zur+linde");
    assert!(
        companies.contains("Gasthof Zur Linde") && companies.contains("1–1 of 1"),
        "{companies}"
    );
    // Companies of the world and renamed ones are found by all words, too.
    let path = format!("/companies/{}", caller.first("/companies"));
    let rename = caller.call(Method::PATCH, &path);
    let renamed = rename.json(&json!({"name": "Zeppelin Zuerst"})).send().ok();
    let kind = renamed["business_type"].as_str().unwrap();
    let search = |words: &str| {
        let words: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        page(&format!("/companies?q={words}"))
    };
    assert!(search(&format!("zuerst {kind} zeppelin")).contains("1–1 of 1"));
    assert!(search(&format!("{kind} zeppelin")).contains("1–1 of 1"));
    let prospects = page("/prospects?q=lindqvist");
    assert!(
        prospects.contains("Ada Lindqvist") && prospects.contains("1–1 of 1"),
        "{prospects}"
    );
    let nothing = page("/prospects?q=nonsense");
    assert!(
        nothing.contains("No row contains all of <code>nonsense</code>"),
        "{nothing}"
    );
    // Words that are not searched for are not blamed.
    let words = page("/companies?q=linde+2+3+4+5+6+7+8+nonsense");
    for text in [
        "Only the first 8 words are searched for.",
        "No row contains all of <code>linde 2 3 4 5 6 7 8</code>",
    ] {
        assert!(words.contains(text), "{text}: {words}");
    }
    assert!(!companies.contains("Only the first"), "{companies}");
    // A search is no longer than the API accepts.
    page(&format!("/companies?q={}", "ä".repeat(500)));
}

#[test]
fn lists_blacklists_with_entries_and_searches() {
    let (organization, browser, caller) = with_caller();
    let page = |path: &str| page(&browser, &organization, path);
    let search = json!({"keywords": ["Koch"], "city": "Celle"});
    caller.post("/job-searches", &search).ok();
    let jobs = page("/job-searches");
    assert!(jobs.contains("<td>Koch</td><td>Celle</td>"), "{jobs}");
    let id = caller.create_blacklist();
    assert!(page("/blacklists").contains(&format!("/data/blacklists/{id}\"")));
    let entries = page(&format!("/blacklists/{id}"));
    assert!(entries.contains("aria-label=\"Entries\""), "{entries}");
    assert!(page("/prospect-searches").contains("aria-label=\"Prospect searches\""));
}

#[test]
fn empty_lists_show_a_command_that_fills_them() {
    let (organization, browser, caller) = with_caller();
    let page = |path: &str| page(&browser, &organization, path);
    for list in all(&caller, "/blacklists") {
        let path = format!("/blacklists/{}", list["id"].as_str().unwrap());
        let deleted = caller.call(Method::DELETE, &path).send();
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    }
    let lists = page("/blacklists");
    assert!(
        lists.contains("There are no blacklists")
            && lists.contains("--json '{&quot;name&quot;:&quot;Customers&quot;}'")
            && lists.contains("href=\"/_mock/docs/curl\""),
        "{lists}"
    );
    let list = caller.post("/blacklists", &json!({"name": "Empty"})).ok();
    let path = format!("/blacklists/{}", list["id"].as_str().unwrap());
    let list = page(&path);
    assert!(
        list.contains("The blacklist has no entries")
            && list.contains(&format!("/api/v1{path}/entries")),
        "{list}"
    );
}

#[test]
fn texts_of_callers_are_escaped() {
    let (organization, browser, caller) = with_caller();
    let mut hostile = order(0);
    hostile["title"] = HOSTILE.into();
    hostile["profile_name"] = HOSTILE.into();
    hostile["companies"] = json!([{"company_name": HOSTILE, "external_id": HOSTILE, "website_url": "javascript:alert(1)", "city": HOSTILE}]);
    let order = caller.create(&hostile);
    organization.advance("1h");
    let company = json!({"name": HOSTILE, "city": HOSTILE, "website": "javascript:alert(1)"});
    let company = caller.post("/companies", &company).ok();
    let prospect = json!({"company_id": company["id"], "first_name": HOSTILE, "last_name": HOSTILE, "role": HOSTILE});
    caller.post("/prospects", &prospect).ok();
    let list = caller
        .post(
            "/blacklists",
            &json!({"name": HOSTILE, "description": HOSTILE}),
        )
        .ok();
    let list = list["id"].as_str().unwrap();
    let entry =
        json!({"entries": [{"company_name": HOSTILE, "website_url": "javascript:alert(1)"}]});
    caller
        .post(&format!("/blacklists/{list}/entries"), &entry)
        .ok();
    caller
        .post(
            "/job-searches",
            &json!({"keywords": [HOSTILE], "city": HOSTILE}),
        )
        .ok();
    let query: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    for path in [
        "",
        &*format!("/orders/{order}"),
        &format!("/companies?q={query}"),
        &format!("/prospects?q={query}"),
        "/blacklists",
        &format!("/blacklists/{list}"),
        "/job-searches",
    ] {
        let page = page(&browser, &organization, path);
        assert!(page.contains("&lt;script&gt;alert(1)"), "{path}: {page}");
        assert!(
            !page.contains("<script>alert") && !page.contains("<img"),
            "{path}: {page}"
        );
        assert!(!page.contains("href=\"javascript:"), "{path}: {page}");
    }
}

#[test]
fn unknown_objects_are_not_found() {
    let (organization, browser) = with_browser();
    let name = &organization.name;
    for path in ["orders/nothing", "blacklists/nothing", "orders/%3Cb%3E"] {
        let answer = browser.open(&format!("/{name}/data/{path}"));
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let progress = browser.open(&format!("/{name}/data/orders/nothing/progress"));
    assert_eq!(progress.status(), StatusCode::RESET_CONTENT);
}

#[test]
fn unclaimed_requests_have_no_data() {
    let (_, browser) = with_browser();
    for path in [
        "",
        "/companies",
        "/prospects",
        "/blacklists",
        "/prospect-searches",
        "/job-searches",
    ] {
        let page = browser.page(&format!("/unclaimed/data{path}"));
        assert!(
            page.contains("Data belongs to organizations"),
            "{path}: {page}"
        );
    }
}
