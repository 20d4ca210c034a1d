//! The actions of all pages.

use http::Method;
use serde_json::json;

use super::with_browser;
use crate::test_app::order;

/// The control request of a button or a form. Texts are as in HTML.
struct Action<'a> {
    method: &'a str,
    path: &'a str,
    /// The body; a form has its fields instead.
    body: Option<&'a str>,
}

impl Action<'_> {
    /// Whether the page shows the same request as a `curl` line.
    fn is_shown(&self, page: &str) -> bool {
        let begin = format!("curl -X {}", self.method);
        let body = self.body.map(|body| format!(" -d '{body}' "));
        let end = format!(" http://127.0.0.1:8000{}", self.path);
        let texts = page
            .split("<code>")
            .filter_map(|text| text.split_once("</code>"));
        let mut lines = texts
            .map(|(line, _)| line)
            .filter(|line| line.ends_with(&end));
        lines.any(|line| {
            line.contains(&begin) && body.as_ref().is_none_or(|body| line.contains(body))
        })
    }
}

fn actions(page: &str) -> impl Iterator<Item = Action<'_>> {
    page.split('<').filter_map(|tag| {
        let attribute = |name: &str| {
            let (_, value) = tag.split_once(&format!(" {name}=\""))?;
            Some(value.split_once('"')?.0)
        };
        Some(Action {
            method: attribute("data-method")?,
            path: attribute("data-path")?,
            body: attribute("data-body"),
        })
    })
}

#[test]
fn every_action_shows_its_api_call() {
    let (organization, browser) = with_browser();
    let caller = organization.key(json!({"preset": "full_access"}));
    let id = caller.create(&order(1));
    caller.call(Method::GET, "/orders/none").spoiled();
    let request = organization.journal().last().unwrap()["id"].clone();
    organization
        .control(Method::POST, "/scenario", json!({"name": "flapping"}))
        .ok();
    let mut count = 0;
    for path in [
        "requests",
        &format!("requests/{}", request.as_str().unwrap()),
        "keys",
        "scenarios",
        "scenarios/own",
        "clock",
        "data",
        &format!("data/orders/{id}"),
        "contract",
    ] {
        let page = browser.page(&format!("/{}/{path}", organization.name));
        for action in actions(&page) {
            let Action {
                method,
                path: of,
                body,
            } = action;
            assert!(
                action.is_shown(&page),
                "{path}: {method} {of} {body:?}: {page}"
            );
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// Without scripts, a form that is sent twice does nothing twice: all but those of the session only read.
#[test]
fn forms_change_nothing_without_the_script() {
    let (organization, browser) = with_browser();
    for path in [
        "requests",
        "keys",
        "scenarios",
        "scenarios/own",
        "clock",
        "data",
        "contract",
        "api",
    ] {
        let page = browser.page(&format!("/{}/{path}", organization.name));
        let posted = page
            .match_indices("method=\"post\"")
            .map(|(at, _)| &page[at..]);
        for form in posted {
            assert!(
                form.starts_with("method=\"post\" action=\"/_mock/ui/sign-out\""),
                "{path}: {form}"
            );
        }
    }
}
