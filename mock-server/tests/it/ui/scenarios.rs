//! The page Scenarios.

use http::{Method, StatusCode};
use scenarios::library;
use serde_json::json;

use super::{Browser, HOSTILE, with_browser};
use crate::test_app::Organization;

/// The page of the organization.
fn page(browser: &Browser, organization: &Organization, query: &str) -> String {
    browser.page(&format!("/{}/scenarios{query}", organization.name))
}

#[test]
fn lists_bundled_scenarios_with_switch_and_client_advice() {
    let (organization, browser) = with_browser();
    let page = page(&browser, &organization, "");
    assert_eq!(
        page.matches("aria-checked=\"false\"").count(),
        library::all().len()
    );
    let flapping = library::find("flapping").unwrap();
    for text in [&flapping.summary, &flapping.expect[0]] {
        assert!(page.contains(&**text), "{text}");
    }
    assert!(page.contains("No scenario is active"));
    let line = format!(
        "curl -X POST -d '{{&quot;name&quot;:&quot;flapping&quot;}}' http://127.0.0.1:8000/_mock/organizations/{}/scenario",
        organization.name
    );
    assert!(page.contains(&line), "{line}");
}

#[test]
fn search_covers_names_sentences_and_faults() {
    let (organization, browser) = with_browser();
    let shown = |query: &str| {
        let page = page(&browser, &organization, query);
        let rows = page.split("<li data-text=").skip(1);
        rows.filter(|row| !row.split_once('>').unwrap().0.ends_with("hidden"))
            .count()
    };
    assert_eq!(shown(""), library::all().len());
    assert_eq!(shown("?q=key-handover"), 1);
    assert_eq!(shown("?q=Every+OTHER+502"), 1);
    assert_eq!(shown("?q=rotation+overlap"), 1);
    assert!(shown("?q=rate_limit") > 10);
    assert_eq!(shown("?q=nonsense"), 0);
    let hostile: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    let page = page(&browser, &organization, &format!("?q={hostile}"));
    assert!(page.contains("No scenario contains all of") && !page.contains("<img"));
}

#[test]
fn active_scenario_shows_counts_of_rules_and_ticks_steps() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let yaml = "name: own\nsummary: Own.\nrules: [{when: {nth: 2}, do: [{gateway: {status: 502}}]}]\n\
                steps: [{after: {requests: 2}, do: [{set_tier: {tier: free}}]}]";
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": yaml }))
        .ok();
    let before = page(&browser, &organization, "");
    assert!(
        before.contains("own<span class=\"muted\"> (your own)</span>")
            && before.contains("Switched on <time"),
        "{before}"
    );
    // Every page has its name in the bar.
    let list = browser.page(&format!("/{}/requests", organization.name));
    assert!(list.contains("<span class=\"name\">own</span>"), "{list}");
    assert!(before.contains("<code>{nth: 2}</code>"), "{before}");
    assert!(before.contains("○ Waits</span> after <code>{requests: 2}</code>: <code>[{set_tier: {tier: free}}]</code>"), "{before}");
    let (_, refresh) = before.rsplit_once("data-refresh=\"").unwrap();
    let (refresh, _) = refresh.split_once('"').unwrap();
    for _ in 0..3 {
        caller.call(Method::GET, "/orders").spoiled();
    }
    let refreshed = || browser.call(Method::GET, refresh).raw();
    let progress = refreshed().into_body();
    assert!(
        progress.contains("3 requests</strong> so far"),
        "{progress}"
    );
    assert!(
        progress.contains("<td class=\"number\">3</td><td class=\"number\"><strong>1</strong>"),
        "{progress}"
    );
    assert!(progress.contains("✓ Happened"), "{progress}");
    // The page that shows it is told to load again when another one becomes active.
    organization
        .control(Method::POST, "/scenario", json!({"name": "flapping"}))
        .ok();
    assert_eq!(refreshed().status(), StatusCode::RESET_CONTENT);
    let after = page(&browser, &organization, "");
    assert_eq!(after.matches("aria-checked=\"true\"").count(), 2);
}

#[test]
fn own_scenario_with_a_bundled_name_is_not_the_bundled_one() {
    let (organization, browser) = with_browser();
    let yaml =
        "name: flapping\nsummary: Nothing happens.\nrules: [{when: {nth: 900}, do: [{reset: {}}]}]";
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": yaml }))
        .ok();
    let page = page(&browser, &organization, "");
    assert_eq!(page.matches("aria-checked=\"true\"").count(), 1, "{page}");
}

#[test]
fn editor_starts_with_a_copy_and_lists_every_fault() {
    let (organization, browser) = with_browser();
    let text = |query: &str| {
        let page = page(&browser, &organization, query);
        let (_, text) = page.split_once("<textarea").unwrap();
        let (text, _) = text.split_once("</textarea>").unwrap();
        let text = text.split_once(">\n").unwrap().1.to_owned();
        text.replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    for scenario in library::all() {
        let name = &scenario.name;
        assert_eq!(
            text(&format!("/own?from={name}")),
            library::text(name).unwrap()
        );
    }
    // The text that a new scenario begins with is one.
    let template = text("/own");
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": template }))
        .ok();
    let page = page(&browser, &organization, "/own?from=nonsense");
    for fault in scenarios::faults::all() {
        assert!(
            page.contains(&format!("<code>{}</code>", fault.id)),
            "{}",
            fault.id
        );
    }
    assert!(page.contains("[{rate_limit: {"), "{page}");
}

#[test]
fn own_scenario_can_be_seen_and_edited() {
    let (organization, browser) = with_browser();
    let editor = format!("/{}/scenarios/active", organization.name);
    assert_eq!(browser.open(&editor).status(), StatusCode::SEE_OTHER);
    let yaml =
        "name: own\nsummary: Own.\nrules: [{when: {nth: 2}, do: [{gateway: {status: 502}}]}]";
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": yaml }))
        .ok();
    let link = format!("<a class=\"copy\" href=\"/_mock/ui{editor}\">");
    assert!(page(&browser, &organization, "").contains(&link));
    let shown = browser.page(&editor);
    let text = "name: &quot;own&quot;\nsummary: &quot;Own.&quot;\nrules:\n  - when: {&quot;nth&quot;:2}\n    do: ";
    assert!(shown.contains(text), "{shown}");
    // A bundled one is shown as it was written.
    organization
        .control(Method::POST, "/scenario", json!({"name": "flapping"}))
        .ok();
    let written = library::text("flapping").unwrap().lines().next().unwrap();
    assert!(browser.page(&editor).contains(written), "{written}");
    assert!(!page(&browser, &organization, "").contains(&link));
}

#[test]
fn editor_completes_from_the_schema_of_scenarios() {
    let (organization, browser) = with_browser();
    let page = page(&browser, &organization, "/own");
    let path = format!("/{}/scenarios/schema", organization.name);
    assert!(
        page.contains(&format!("data-editor=\"/_mock/ui{path}\"")),
        "{page}"
    );
    let schema: serde_json::Value = serde_json::from_str(&browser.page(&path)).unwrap();
    assert!(schema["properties"]["rules"].is_object(), "{schema}");
}

#[test]
fn words_in_backticks_are_shown_as_code() {
    let (organization, browser) = with_browser();
    let page = page(&browser, &organization, "?q=key-handover");
    assert!(page.contains("a key <code>old</code>"), "{page}");
}

#[test]
fn examples_of_faults_are_valid_in_a_rule() {
    let (organization, browser) = with_browser();
    let page = page(&browser, &organization, "/own");
    let examples: Vec<_> = page.split("<code class=\"example\">").skip(1).collect();
    assert!(examples.len() >= scenarios::faults::all().count());
    for example in examples {
        let example = example
            .split_once("</code>")
            .unwrap()
            .0
            .replace("&quot;", "\"");
        let when = if example.contains("authorization_response") {
            "{endpoint: [authorize]}"
        } else {
            "{}"
        };
        let yaml = format!("name: a\nsummary: b\nrules: [{{when: {when}, do: {example}}}]");
        scenarios::parse(&yaml).unwrap_or_else(|error| panic!("{example}: {error}"));
    }
}

#[test]
fn unclaimed_requests_have_no_switches() {
    let (_, browser) = with_browser();
    for path in ["/unclaimed/scenarios", "/unclaimed/scenarios/own"] {
        let page = browser.page(path);
        assert!(!page.contains("role=\"switch\"") && !page.contains(">Activate<"));
        assert!(page.contains("Scenarios are active in an organization"));
    }
}
