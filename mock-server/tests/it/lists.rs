//! What is true of every list.

use std::thread;

use schemas::Operation;
use serde_json::{Value, json};

use crate::test_app::{Organization, all, open_to_keys};

fn lists() -> impl Iterator<Item = &'static Operation> {
    open_to_keys().filter(|operation| operation.is_list())
}

fn rows(page: &Value) -> &Vec<Value> {
    let names = ["items", "orders", "results"];
    let rows = names.iter().find_map(|name| page[name].as_array());
    rows.unwrap()
}

#[test]
fn every_limit_pages_every_list_into_the_same_rows() {
    let (organization, caller) = Organization::with("companies = 25");
    for list in lists() {
        let path = list.path_with(&organization.target(list));
        let whole = all(&caller, &path);
        assert_eq!(all(&caller, &path), whole, "{path}");
        for limit in [1, 2, 7, 100] {
            let mut seen = Vec::new();
            loop {
                let page = format!("{path}?limit={limit}&offset={}", seen.len());
                let page = caller.get(&page).ok();
                assert_eq!(page["total"], whole.len(), "{path}");
                assert_eq!(
                    (&page["limit"], &page["offset"]),
                    (&json!(limit), &json!(seen.len()))
                );
                seen.extend(rows(&page).clone());
                if rows(&page).len() < limit {
                    break;
                }
            }
            assert_eq!(seen, whole, "{path}");
        }
        let beyond = caller.get(&format!("{path}?offset={}", whole.len())).ok();
        assert!(rows(&beyond).is_empty());
        assert_eq!(beyond["total"], whole.len());
    }
}

#[test]
fn page_matches_its_total_during_concurrent_writes() {
    const WRITES: usize = 60;
    let (_, caller) = Organization::with("companies = 5");
    let before = all(&caller, "/companies").len();
    let writer = || {
        for number in 0..WRITES {
            let company = json!({"name": format!("Neu {number} GmbH")});
            caller.post("/companies", &company).ok();
        }
    };
    let reader = || {
        let mut last = 0;
        while last < before + 2 * WRITES {
            let page = caller.get("/companies?limit=20&offset=10").ok();
            let total = usize::try_from(page["total"].as_u64().unwrap()).unwrap();
            assert!(total >= last);
            assert_eq!(rows(&page).len(), total.saturating_sub(10).min(20));
            assert_eq!(page["has_more"], total > 30);
            last = total;
        }
    };
    thread::scope(|scope| {
        scope.spawn(writer);
        scope.spawn(writer);
        scope.spawn(reader);
    });
    let mut ids: Vec<_> = all(&caller, "/companies")
        .into_iter()
        .map(|row| row["id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), before + 2 * WRITES);
}

#[test]
fn organizations_see_nothing_of_each_other() {
    let (owner, _) = Organization::new();
    let stranger = owner.app.organization();
    let caller = stranger.key(json!({"preset": "full_access"}));
    for operation in open_to_keys().filter(|operation| operation.has_id()) {
        let foreign = owner.sample(operation, &caller).send();
        assert_eq!(foreign.status.as_u16(), 404, "{}", operation.id);
    }
}
