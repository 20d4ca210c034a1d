//! The page Requests.

use http::Method;
use serde_json::{Value, json};

use super::{HOSTILE, last, with_browser};
use crate::test_app::order;

#[test]
fn explains_a_forbidden_request_in_one_sentence() {
    let (organization, browser) = with_browser();
    let reader = organization.key(json!({"preset": "read_only"}));
    reader.post("/orders", &order(1));
    let page = browser.page(&last(&organization));
    let why = "403</span> the operation needs orders:write; the key holds companies:read, prospects:read, delivery:read, orders:read.";
    assert!(page.contains(why), "{page}");
    assert!(
        page.contains("<li class=\"ended\" title=\"refused\">Scope<"),
        "{page}"
    );
    assert!(
        page.contains("<strong>10,000 → 9,999</strong> left; reset: <time"),
        "{page}"
    );
    // Fields are shown in the order in which they were sent.
    let body =
        "<code>{\n  &quot;code&quot;: &quot;AUTHORIZATION_ERROR&quot;,\n  &quot;message&quot;: ";
    assert!(page.contains(body), "{page}");
    // The organization's clock is frozen.
    let duration = "<dd>–<span class=\"muted\"> on the organization's clock</span>";
    assert!(page.contains(duration), "{page}");
}

#[test]
fn page_of_a_deeply_nested_body_is_not_much_longer_than_the_body() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let nested = "[".repeat(30_000) + &"]".repeat(30_000);
    let call = caller.call(Method::POST, "/orders").body(nested);
    let refused = call.header("content-type", "application/json").spoiled();
    assert_eq!(refused.status, 400);
    let path = last(&organization);
    let page = browser.page(&path);
    assert!(
        page.contains("shown as it was sent, because"),
        "{}",
        page.len()
    );
    assert!(page.len() < 2_000_000, "{}", page.len());
    let id = path.rsplit('/').next().unwrap();
    let compared = browser.page(&format!("{path}/compare/{id}"));
    assert!(compared.len() < 500_000, "{}", compared.len());
}

#[test]
fn says_what_to_do_about_a_refused_request() {
    let (organization, browser) = with_browser();
    let orders = organization.key(json!({"preset": "orders", "tier": "free"}));
    let advice = |path: &str| {
        orders.call(Method::GET, path).spoiled();
        let page = browser.page(&last(&organization));
        let (_, advice) = page.split_once("What to do: </strong>").unwrap();
        advice.split_once("</p>").unwrap().0.to_owned()
    };
    let link = |page: &str, label: &str| {
        let name = &organization.name;
        format!("<a href=\"/_mock/ui/{name}/{page}\">{label}</a>.")
    };
    let scope = "Use a key that holds <code>companies:read</code>. Create one, for example with the preset Read only: ";
    assert_eq!(
        advice("/companies"),
        format!("{scope}{}", link("keys", "Keys"))
    );
    assert!(advice("/order").ends_with(&link("api", "API reference")));
    assert!(advice("/orders?limit=x").ends_with(&link("api", "API reference")));
    let unknown = "/orders/00000000-0000-4000-8000-000000000000";
    assert!(advice(unknown).ends_with(&link("data", "Data")));
    for _ in 0..100 {
        orders.call(Method::GET, "/orders").spoiled();
    }
    let wait = advice("/orders");
    assert!(
        wait.starts_with("Wait as long as <code>Retry-After</code> says")
            && wait.ends_with(&link("clock", "Clock")),
        "{wait}"
    );
    organization
        .control(Method::POST, "/keys/key_2/revoke", ())
        .ok();
    assert_eq!(
        advice("/orders"),
        format!("Use a valid key. Create one: {}", link("keys", "Keys"))
    );
    let caller = organization.key(json!({"preset": "full_access"}));
    caller.get("/orders").ok();
    assert!(!browser.page(&last(&organization)).contains("What to do"));
}

#[test]
fn explains_other_causes_in_one_sentence() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let why = |path: &str, body: Option<&Value>| {
        match body {
            None => caller.call(Method::GET, path).spoiled(),
            Some(body) => caller.post(path, body),
        };
        let page = browser.page(&last(&organization));
        let (_, rest) = page.split_once("<p class=\"why\"").unwrap();
        let (sentence, _) = rest.split_once("</p>").unwrap();
        let (_, sentence) = sentence.split_once("class=\"pill ").unwrap();
        let sentence = sentence.split_once('>').unwrap().1;
        sentence.replace("</span>", ":")
    };
    assert_eq!(
        why("/orders", None),
        "200: <code>list_orders</code> succeeded."
    );
    assert!(
        why("/order", None)
            .starts_with("404: no operation has this path; did you mean GET /api/v1/orders")
    );
    let invalid = why("/orders", Some(&json!({"title": ""})));
    assert!(
        invalid.starts_with("422: <code>") && invalid.contains("the first of"),
        "{invalid}"
    );
    let spent = organization.key(json!({"preset": "full_access", "tier": "free"}));
    for _ in 0..101 {
        spent.call(Method::GET, "/orders").spoiled();
    }
    let page = browser.page(&last(&organization));
    let quota = "429</span> the quota of tier free, 100 requests per hour, is used up until 2026-01-15 10:00:00Z.";
    assert!(page.contains(quota), "{page}");
}

#[test]
fn a_fault_explains_only_what_it_did() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let with_fault = |fault: &str| {
        let call = caller.call(Method::POST, "/orders").json(&json!({}));
        call.header("x-mock-fault", fault).spoiled();
        browser.page(&last(&organization))
    };
    let delayed = with_fault("latency;of=1ms");
    let why = "is required, the first of 3 errors; besides, the fault <code>latency</code> that the request asked for was applied.";
    assert!(delayed.contains(why), "{delayed}");
    assert!(
        delayed.contains("<li class=\"ended\" title=\"refused\">Validation<"),
        "{delayed}"
    );
    let replaced = with_fault("error;status=503");
    let why = "503</span> the fault <code>error</code> that the request asked for was applied.";
    assert!(replaced.contains(why), "{replaced}");
    assert!(
        replaced.contains("<li class=\"passed\" title=\"passed\">JSON<"),
        "{replaced}"
    );
    assert!(
        replaced.contains("<li class=\"ended\" title=\"responded in place of the server\">Fault<"),
        "{replaced}"
    );
}

#[test]
fn requests_of_keys_with_the_same_mask_are_told_apart() {
    let (organization, browser) = with_browser();
    let keys = ["OrdersFree", "OrdersPro"].map(|words| organization.spelled(words));
    for key in &keys {
        key.get("/orders").ok();
    }
    let name = &organization.name;
    let detail = browser.page(&last(&organization));
    let link = format!(
        "<a href=\"/_mock/ui/{name}/requests?q=key:key_3\" title=\"Requests with this key\">"
    );
    assert!(detail.contains(&format!("{link}key_3</a>")), "{detail}");
    assert!(
        browser
            .page(&format!("/{name}/keys"))
            .contains("/requests?q=key:key_3\"")
    );
    let list = browser.page(&format!("/{name}/requests?q=key:key_3"));
    assert_eq!(list.matches("<tr data-id").count(), 1);
}

#[test]
fn a_request_that_cannot_be_shown_leads_to_those_that_can() {
    let (organization, browser) = with_browser();
    let path = last(&organization);
    assert_eq!(
        organization.control(Method::DELETE, "/journal", ()).status,
        204
    );
    let gone = browser.open(&path);
    assert_eq!(gone.status(), 404);
    let page = gone.into_body();
    assert!(
        page.contains("The request cannot be shown: request 1 is not in the journal"),
        "{page}"
    );
    // It is beside the list, like one that can be shown.
    let list = format!(
        "href=\"/_mock/ui/{}/requests\" data-back",
        organization.name
    );
    assert!(
        page.contains(&list) && page.contains("<table class=\"requests\""),
        "{page}"
    );
}

#[test]
fn filters_the_list_by_its_search_field() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    caller.call(Method::GET, "/orders/none").spoiled();
    caller.get("/companies").ok();
    let rows = |filter: &str| {
        let query: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let page = browser.page(&format!("/{}/requests?q={query}", organization.name));
        page.matches("<tr data-id").count()
    };
    let filters = [
        "",
        "status:404",
        "op:list_companies",
        "companies",
        "status:404 companies",
        "status:5xx",
        "fault:*",
        "code:ENTITY_NOT_FOUND",
        "\"order_type\"",
        "status:404 application/json",
    ];
    assert_eq!(filters.map(rows), [3, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
    let page = browser.page(&format!("/{}/requests?q=statsu:404", organization.name));
    assert!(
        page.contains("<code>statsu</code> is not a filter; use status, code,")
            && page.contains("in double quotes. The list is not filtered.")
    );
    let page = browser.page(&format!("/{}/requests?q=status:5xx", organization.name));
    assert!(page.contains("None of 3 requests matches") && page.contains("Clear the filter"));
}

#[test]
fn empty_list_shows_an_example_command() {
    let (organization, browser) = with_browser();
    assert_eq!(
        organization.control(Method::DELETE, "/journal", ()).status,
        204
    );
    let page = browser.page(&format!("/{}/requests", organization.name));
    let line = format!(
        "curl -H &quot;Authorization: Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxx{}&quot;",
        organization.name
    );
    assert!(page.contains(&line), "{page}");
    assert!(
        page.contains("No requests since the list was cleared.") && !page.contains("older request"),
        "{page}"
    );
}

#[test]
fn client_input_is_escaped_on_every_page() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access", "name": HOSTILE}));
    let encoded: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    for path in [
        "/orders?x='()&lt;",
        &format!("/{encoded}"),
        &format!("/orders?status={encoded}"),
    ] {
        caller.call(Method::GET, path).spoiled();
        let page = browser.page(&last(&organization));
        assert!(
            !page.contains("<img") && !page.contains("<script>alert"),
            "{page}"
        );
    }
    caller.post(
        "/orders",
        &json!({"title": HOSTILE, "features": HOSTILE, HOSTILE: HOSTILE}),
    );
    let page = browser.page(&last(&organization));
    assert!(
        page.contains("validation error") && page.contains("&lt;script&gt;alert(1)"),
        "{page}"
    );
    assert!(
        !page.contains("<img") && !page.contains("<script>alert"),
        "{page}"
    );
    let page = browser.page(&format!("/{}/requests?q={encoded}", organization.name));
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script>alert"),
        "{page}"
    );
}

#[test]
fn request_is_shown_in_its_organization_only() {
    let (organization, browser) = with_browser();
    let other = organization.app.organization();
    let path = last(&organization);
    browser.page(&path);
    for name in [&*other.name, "unclaimed"] {
        let elsewhere = path.replace(&organization.name, name);
        assert_eq!(browser.open(&elsewhere).status(), 404, "{elsewhere}");
    }
    assert_eq!(
        browser
            .open(&format!("/{}/requests/1", organization.name))
            .status(),
        404
    );
    organization.app.call(Method::GET, "/api/v1/orders").send();
    let page = browser.page("/unclaimed/requests");
    assert_eq!(page.matches("<tr data-id").count(), 1);
    let page = browser.page(&format!("/{}/requests", other.name));
    assert!(page.contains("1 request without a known key"), "{page}");
}

#[test]
fn two_requests_are_compared_in_one_organization_only() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    caller.get("/orders?limit=2").ok();
    let journal = organization.journal();
    let id = |index: usize| journal[index]["id"].as_str().unwrap().to_owned();
    let page = browser.page(&last(&organization));
    let path = format!("requests/{}/compare/{}", id(1), id(0));
    assert!(page.contains(&path), "{page}");
    let page = browser.page(&format!("/{}/{path}", organization.name));
    assert!(
        page.contains("Target<span class=\"hidden\"> (differs)</span>"),
        "{page}"
    );
    assert!(
        page.contains("<code>list_orders succeeded</code>"),
        "{page}"
    );
    assert!(page.contains("<mark>− "), "{page}");
    let other = organization.app.organization();
    assert_eq!(
        browser.open(&format!("/{}/{path}", other.name)).status(),
        404
    );
}

#[test]
fn keys_are_named_beside_their_masks() {
    let (organization, browser) = with_browser();
    let caller =
        organization.key(json!({"preset": "full_access", "name": HOSTILE, "expires_in": "10m"}));
    caller.get("/orders").ok();
    let name = "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;";
    let list = browser.page(&format!("/{}/requests", organization.name));
    let (_, row) = list.split_once("<tr data-id").unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(
        row.contains(name) && row.contains("</bdi> lnc_test_"),
        "{row}"
    );
    let detail = browser.page(&last(&organization));
    assert!(
        detail.contains(&name.replace("<bdi>", "<bdi><strong>")),
        "{detail}"
    );
    let clock = browser.page(&format!("/{}/clock", organization.name));
    assert!(clock.contains("(key_2, &lt;script&gt;"), "{clock}");
    // A key without a name has its mask alone.
    organization
        .key(json!({"preset": "orders"}))
        .get("/orders")
        .ok();
    let list = browser.page(&format!("/{}/requests", organization.name));
    let (_, row) = list.split_once("<tr data-id").unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(row.contains("title=\"API key\">lnc_test_"), "{row}");
}
