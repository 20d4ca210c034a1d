//! The same seed, configuration and requests give the same responses and the same journal, byte for byte. Requests to one
//! organization do not change the responses to another.

use http::Method;
use proptest::{prelude::*, sample};
use schemas::operations;
use serde_json::json;

use crate::{
    response::Response,
    test_app::{Caller, Organization, START, TestApp, order},
};

/// One step of a test.
#[derive(Clone, Debug)]
enum Step {
    List(usize, usize),
    Create(usize),
    Discover,
    Read(usize),
    Results(usize),
    /// A valid request for some operation.
    Do(usize),
    Head,
    BreakARule,
    BreakJson,
    LackAScope,
    Advance(u32),
    Mint,
    Rotate,
    /// An order, and the status it is moved to.
    Move(usize, &'static str),
}

/// The statuses that orders are moved to.
const STATUSES: [&str; 3] = ["IN_PROGRESS", "COMPLETED", "CANCELLED"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1..6_usize, 0..9_usize).prop_map(|(limit, offset)| Step::List(limit, offset)),
        (1..4_usize).prop_map(Step::Create),
        Just(Step::Discover),
        (0..9_usize).prop_map(Step::Read),
        (0..9_usize).prop_map(Step::Results),
        (0..operations::all().len()).prop_map(Step::Do),
        Just(Step::Head),
        Just(Step::BreakARule),
        Just(Step::BreakJson),
        Just(Step::LackAScope),
        (0..20_000_u32).prop_map(Step::Advance),
        Just(Step::Mint),
        Just(Step::Rotate),
        (3..9_usize, sample::select(&STATUSES[..])).prop_map(|(index, to)| Step::Move(index, to)),
    ];
    proptest::collection::vec(step, 1..25)
}

/// An organization, a caller, and all responses so far.
struct Work {
    organization: Organization,
    caller: Caller,
    answers: Vec<String>,
}

impl Work {
    #[track_caller]
    fn begin(app: &TestApp, name: &str) -> Self {
        let wanted = json!({"name": name, "clock": format!("frozen={START}")});
        let organization = app.organization_like(wanted);
        let caller = organization.key(json!({"preset": "full_access", "tier": "free"}));
        Self {
            organization,
            caller,
            answers: Vec::new(),
        }
    }

    #[track_caller]
    fn take_all(&mut self, steps: &[Step]) {
        for step in steps {
            self.take(step);
        }
    }

    #[track_caller]
    fn take(&mut self, step: &Step) {
        let answer = self.answer(step);
        self.answers.push(answer.without(&[]));
    }

    #[track_caller]
    fn answer(&self, step: &Step) -> Response {
        let caller = &self.caller;
        match step {
            Step::List(limit, offset) => {
                caller.get(&format!("/orders?limit={limit}&offset={offset}"))
            }
            Step::Create(companies) => caller.post("/orders", &order(*companies)),
            Step::Discover => {
                let wanted =
                    json!({"title": "x", "order_type": "DISCOVERY", "features": ["CONTACTS"]});
                caller.post("/orders", &wanted)
            }
            Step::Read(index) => caller.get(&format!("/orders/{}", self.id(*index))),
            Step::Results(index) => caller.get(&format!("/orders/{}/results", self.id(*index))),
            Step::Do(number) => {
                let operation = operations::all().nth(*number).unwrap();
                self.organization.sample(operation, caller).send()
            }
            Step::Head => caller.call(Method::HEAD, "/orders").send(),
            Step::BreakARule => caller.post("/orders", &json!({"title": 7})),
            Step::BreakJson => caller
                .call(Method::POST, "/orders")
                .header("content-type", "application/json")
                .body("{")
                .send(),
            Step::LackAScope => self
                .organization
                .spelled("ReadOnly")
                .post("/orders", &order(1)),
            Step::Advance(milliseconds) => self
                .organization
                .clock("advance", json!({"by": format!("{milliseconds}ms")})),
            Step::Rotate => {
                let wanted = json!({"preset": "orders", "expires_in": "1h"});
                let made = self.organization.control(Method::POST, "/keys", wanted);
                let path = format!("/keys/{}/rotate", made.ok()["id"].as_str().unwrap());
                self.organization
                    .control(Method::POST, &path, json!({"overlap": "5s"}))
            }
            Step::Move(index, to) => {
                let path = format!("/orders/{}/transition", self.id(*index));
                self.organization
                    .control(Method::POST, &path, json!({"to": to}))
            }
            Step::Mint => {
                self.organization
                    .control(Method::POST, "/keys", json!({"preset": "orders"}))
            }
        }
    }

    /// The id of an order, or an unknown id if there are too few orders.
    fn id(&self, index: usize) -> String {
        let order = self
            .organization
            .spelled("Orders")
            .get(&format!("/orders?limit=1&offset={index}"));
        order.ok()["orders"][0]["id"]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    }

    /// The same state restored in an organization of that name on another server.
    #[track_caller]
    fn restored(&self, app: &TestApp, name: &str) -> Self {
        let organization = app.organization_like(json!({"name": name}));
        let snapshot = self.organization.control(Method::GET, "/snapshot", ());
        let restored = organization.control(Method::PUT, "/snapshot", snapshot.json());
        restored.ok();
        let again = organization.control(Method::GET, "/snapshot", ());
        assert_eq!(again.text(), snapshot.text());
        Self {
            organization,
            caller: app.caller(&self.caller.key),
            answers: Vec::new(),
        }
    }

    /// Everything that can be observed about it.
    #[track_caller]
    fn end(mut self) -> Vec<String> {
        let journal = self.organization.control(Method::GET, "/journal", ());
        self.answers.push(journal.without(&[]));
        self.end_without_journal()
    }

    #[track_caller]
    fn end_without_journal(mut self) -> Vec<String> {
        for path in ["", "/keys", "/clock", "/snapshot"] {
            let seen = self.organization.control(Method::GET, path, ());
            self.answers.push(seen.without(&[]));
        }
        self.answers
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn same_requests_get_the_same_bytes_and_journal(steps in steps()) {
        let [first, second] = [(), ()].map(|()| {
            let mut work = Work::begin(&TestApp::new(), "acme01");
            work.take_all(&steps);
            work.end()
        });
        prop_assert_eq!(first, second);
    }

    #[test]
    fn restored_organization_continues_like_the_original(before in steps(), after in steps()) {
        let mut original = Work::begin(&TestApp::new(), "acme01");
        original.take_all(&before);
        let mut restored = original.restored(&TestApp::new(), "acme01");
        original.answers.clear();
        for work in [&mut original, &mut restored] {
            work.take_all(&after);
        }
        // Request ids are numbered by the journal, which a snapshot does not contain.
        let [original, restored] = [original, restored].map(|work| {
            let answers = work.end_without_journal().into_iter();
            let named = |line: &&str| !line.starts_with("x-request-id: ");
            let unnamed = answers.map(|answer| answer.lines().filter(named).collect::<Vec<_>>().join("\n"));
            unnamed.collect::<Vec<_>>()
        });
        prop_assert_eq!(original, restored);
    }

    #[test]
    fn organizations_never_see_each_other(
        ours in steps(), theirs in steps(), turns in proptest::collection::vec(any::<bool>(), 50),
    ) {
        let app = TestApp::with("tiers.free = '9/1m'");
        let (mut we, mut they) = (Work::begin(&app, "acme01"), Work::begin(&app, "other1"));
        let (mut our_steps, mut their_steps) = (ours.iter(), theirs.iter());
        for turn in turns {
            let (work, steps) = if turn { (&mut we, &mut our_steps) } else { (&mut they, &mut their_steps) };
            steps.next().into_iter().for_each(|step| work.take(step));
        }
        our_steps.for_each(|step| we.take(step));
        their_steps.for_each(|step| they.take(step));
        for (name, steps, together) in [("acme01", ours, we.end()), ("other1", theirs, they.end())] {
            let mut alone = Work::begin(&TestApp::with("tiers.free = '9/1m'"), name);
            alone.take_all(&steps);
            prop_assert_eq!(together, alone.end());
        }
    }
}

#[test]
fn another_seed_makes_other_data() {
    let ids = |seed: u64| {
        let app = TestApp::with(&format!("seed = {seed}"));
        Work::begin(&app, "acme01")
            .caller
            .get("/orders")
            .text()
            .to_owned()
    };
    assert_eq!(ids(7), ids(7));
    assert_ne!(ids(7), ids(8));
}

#[test]
fn another_organization_has_other_data() {
    let app = TestApp::new();
    let [one, other] = ["acme01", "acme02"].map(|name| Work::begin(&app, name));
    assert_ne!(one.caller.key[9..35], other.caller.key[9..35]);
    assert_ne!(
        one.caller.get("/orders").text(),
        other.caller.get("/orders").text()
    );
}
