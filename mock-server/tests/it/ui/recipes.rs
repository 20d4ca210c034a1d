//! "Make this a scenario" of the page Requests.

use http::Method;
use serde_json::{Value, json};

use super::{Browser, HOSTILE, with_browser};
use crate::{
    response::Response,
    test_app::{Caller, Organization, order},
};

/// The page of the last request.
#[track_caller]
fn page(organization: &Organization, browser: &Browser) -> String {
    let id = organization.journal().last().unwrap()["id"].clone();
    browser.page(&format!(
        "/{}/requests/{}",
        organization.name,
        id.as_str().unwrap()
    ))
}

/// The body of the request that activates the scenario of a page, if the page offers one.
fn recipe(page: &str) -> Option<Value> {
    let (_, rest) = page.split_once("/scenario\" data-body=\"")?;
    let (body, _) = rest.split_once("\">")?;
    Some(serde_json::from_str(&body.replace("&quot;", "\"")).unwrap())
}

/// The path where the scenario of a page is edited.
#[track_caller]
fn editor(page: &str, organization: &Organization) -> String {
    let (_, editor) = page.split_once("/scenarios/own?request=").unwrap();
    let (id, _) = editor.split_once('"').unwrap();
    format!("/{}/scenarios/own?request={id}", organization.name)
}

/// Makes the last request a scenario, and activates that.
#[track_caller]
fn activate_recipe(organization: &Organization, browser: &Browser) {
    let body = recipe(&page(organization, browser)).unwrap();
    organization.control(Method::POST, "/scenario", body).ok();
}

/// An order without any field, sent with a header that asks for a fault.
fn with_fault(caller: &Caller, fault: &str) -> Response {
    let call = caller.call(Method::POST, "/orders").json(&json!({}));
    call.header("x-mock-fault", fault).spoiled()
}

fn full(organization: &Organization) -> Caller {
    organization.key(json!({"preset": "full_access"}))
}

#[test]
fn a_refused_request_becomes_a_scenario_in_which_it_is_refused_again() {
    let (organization, browser) = with_browser();
    let reader = organization.key(json!({"preset": "read_only"}));
    reader.post("/orders", &order(1));
    activate_recipe(&organization, &browser);
    let caller = full(&organization);
    caller.get("/orders").ok();
    let create = caller.call(Method::POST, "/orders").json(&order(1));
    assert_eq!(create.spoiled().status, 403);
    // The rule of a scenario is taken over as it is.
    let page = page(&organization, &browser);
    for shown in [
        "the fault <code>error</code> of rule 1 of the scenario <code>from-request-",
        "by rule 1 of <code>from-request-",
        "&quot;code&quot;:&quot;AUTHORIZATION_ERROR&quot;",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

#[test]
fn faults_that_a_request_asked_for_keep_their_parameters() {
    let (organization, browser) = with_browser();
    let caller = full(&organization);
    with_fault(&caller, "rate_limit;retry_after=7");
    activate_recipe(&organization, &browser);
    let again = caller
        .call(Method::POST, "/orders")
        .json(&order(1))
        .spoiled();
    assert_eq!(
        (again.status.as_u16(), again.header("retry-after")),
        (429, Some("7"))
    );
}

#[test]
fn a_refusal_that_was_delayed_is_delayed_and_refused_again() {
    let (organization, browser) = with_browser();
    let caller = full(&organization);
    assert_eq!(with_fault(&caller, "latency;of=1ms").status, 422);
    activate_recipe(&organization, &browser);
    let again = caller
        .call(Method::POST, "/orders")
        .json(&order(1))
        .spoiled();
    assert_eq!(again.status, 422);
    let last = organization.journal().pop().unwrap();
    let ids = [0, 1].map(|index| &last["faults"][index]["id"]);
    assert_eq!(ids, ["latency", "error"]);
}

#[test]
fn of_a_scenario_that_is_over_only_the_status_is_repeated() {
    let (organization, browser) = with_browser();
    let caller = full(&organization);
    let activate = |name: &str| {
        organization
            .control(Method::POST, "/scenario", json!({ "name": name }))
            .ok()
    };
    activate("flapping");
    for _ in 0..2 {
        caller.call(Method::GET, "/orders").spoiled();
    }
    let shown = || page(&organization, &browser);
    assert!(shown().contains("by rule 1 of <code>flapping</code>"));
    assert!(shown().contains("&quot;gateway&quot;"), "{}", shown());
    // The next one has a first rule, too.
    activate("rate-limit-storm");
    let shown = shown();
    assert!(shown.contains("by rule 1 of <code>flapping</code>, which is no longer active"));
    assert!(shown.contains(
        "The scenario <code>flapping</code> did this on purpose. It is no longer active"
    ));
    assert!(shown.contains("this one repeats only the status of the response"));
    let yaml = recipe(&shown).unwrap()["yaml"].take();
    assert!(
        yaml.as_str()
            .unwrap()
            .contains(r#"do: [{"error":{"status":502}}]"#),
        "{yaml}"
    );
}

#[test]
fn a_rate_limit_of_a_scenario_that_is_over_keeps_its_time() {
    let (organization, browser) = with_browser();
    let yaml = "name: own\nsummary: Own.\nrules: [{do: [{rate_limit: {retry_after: 7}}]}]";
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": yaml }))
        .ok();
    full(&organization).call(Method::GET, "/orders").spoiled();
    organization.control(Method::DELETE, "/scenario", ());
    let fault = &organization.journal().pop().unwrap()["faults"][0];
    assert_eq!(fault["scenario"], "own");
    let page = page(&organization, &browser);
    let yaml = recipe(&page).unwrap()["yaml"].take();
    let yaml = yaml.as_str().unwrap();
    assert!(yaml.contains(r#""retry_after":7"#), "{yaml}");
    // The editor takes it over.
    let path = editor(&page, &organization);
    let escaped = yaml.replace('"', "&quot;");
    assert!(browser.page(&path).contains(&escaped), "{path}");
}

#[test]
fn a_recipe_that_is_longer_than_a_url_can_be_edited() {
    let (organization, browser) = with_browser();
    let message = "x".repeat(70_000);
    let yaml = format!(
        "name: own\nsummary: Own.\nrules: [{{do: [{{error: {{status: 503, message: {message}}}}}]}}]"
    );
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": yaml }))
        .ok();
    full(&organization).call(Method::GET, "/orders").spoiled();
    let path = editor(&page(&organization, &browser), &organization);
    assert!(path.len() < 200, "{path}");
    assert!(browser.page(&path).contains(&format!("{message}&quot;")));
}

#[test]
fn a_request_without_a_recipe_cannot_be_edited() {
    let (organization, browser) = with_browser();
    let succeeded = organization.journal().pop().unwrap()["id"].take();
    for (id, reason) in [
        (succeeded.as_str().unwrap(), "nothing went wrong"),
        ("nonsense", "no request has the id nonsense"),
    ] {
        let path = format!("/{}/scenarios/own?request={id}", organization.name);
        let answer = browser.open(&path);
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.body().contains(reason), "{}", answer.body());
    }
}

#[test]
fn requests_that_no_rule_can_be_about_become_no_scenario() {
    let (organization, browser) = with_browser();
    let caller = full(&organization);
    let offered = || recipe(&page(&organization, &browser)).is_some();
    caller.call(Method::GET, "/order").spoiled();
    assert!(!offered());
    caller.get("/orders").ok();
    assert!(!offered());
    caller.call(Method::GET, "/orders/none").spoiled();
    assert!(offered());
}

#[test]
fn a_hostile_path_becomes_a_valid_scenario() {
    let (organization, browser) = with_browser();
    let encoded: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    let path = format!("/orders/{encoded}'%22:%20");
    full(&organization).call(Method::GET, &path).spoiled();
    activate_recipe(&organization, &browser);
}
