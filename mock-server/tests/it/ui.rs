//! The dashboard: who sees it, and what it shows. `tests/ui` tries it in a browser.

mod access;
mod actions;
mod arrival;
mod book;
mod clock;
mod contract;
mod data;
mod elsewhere;
mod filters;
mod frame;
mod keys;
mod live;
mod live_keys;
mod recipes;
mod requests;
mod scenarios;

use http::{Method, Response};

use crate::test_app::{Call, Organization, TestApp};

/// A text that would be a script if it were not escaped.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

/// An organization that has sent a request, and a user who is signed in.
#[track_caller]
fn with_browser() -> (Organization, Browser) {
    let (organization, caller) = Organization::new();
    caller.get("/orders?limit=1").ok();
    let browser = Browser::new(&organization.app);
    (organization, browser)
}

/// The path of the last request of an organization.
fn last(organization: &Organization) -> String {
    let id = organization.journal().last().unwrap()["id"].clone();
    format!("/{}/requests/{}", organization.name, id.as_str().unwrap())
}

/// A user of the dashboard who is signed in.
pub(crate) struct Browser {
    app: TestApp,
    cookie: String,
}

impl Browser {
    /// Signs in.
    #[track_caller]
    pub(crate) fn new(app: &TestApp) -> Self {
        Self::with(app, "how=directly")
    }

    /// Signs in with these fields of the form.
    #[track_caller]
    pub(crate) fn with(app: &TestApp, form: &str) -> Self {
        let answer = sign_in(app, form).raw();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let (cookie, _) = cookie.split_once(';').unwrap();
        Self {
            app: app.clone(),
            cookie: cookie.to_owned(),
        }
    }

    /// A request with the cookie.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        self.app.call(method, path).header("cookie", &self.cookie)
    }

    /// A page.
    #[track_caller]
    pub(crate) fn page(&self, path: &str) -> String {
        let answer = self.open(path);
        assert_eq!(answer.status(), 200, "{path}: {}", answer.body());
        answer.into_body()
    }

    /// The response for a page.
    #[track_caller]
    pub(crate) fn open(&self, path: &str) -> Response<String> {
        self.call(Method::GET, &format!("/_mock/ui{path}")).raw()
    }
}

/// The form of the sign-in page.
fn sign_in(app: &TestApp, form: &str) -> Call {
    app.call(Method::POST, "/_mock/ui/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned())
}
