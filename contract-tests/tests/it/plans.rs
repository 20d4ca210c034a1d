//! The numbers in the plan of a run on a server that is not a sandbox.

use crate::{foreign::with_keys, safe::plan, target::start_faithful};

/// The requests add up to what the plan announces.
#[tokio::test]
async fn plan_adds_up() {
    let plan = plan(start_faithful().await, |options| {
        with_keys(options);
        options.permissions.bursts = true;
        options.limits.max_requests = 5_000;
    });
    let text = plan.to_string();
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("operation"));
    let rows = rows.skip(1).take_while(|line| !line.is_empty());
    let requests = rows.map(|row| row.split_whitespace().nth(1).unwrap());
    let sum: usize = requests.map(|text| text.parse::<usize>().unwrap()).sum();
    assert_eq!(sum, plan.requests(), "{text}");
}

/// A run with the recommended limit skips nothing for lack of room, however many requests fail.
#[tokio::test]
async fn recommended_limit_has_room_for_requests_that_fail() {
    let address = start_faithful().await;
    let plan_with = |max_requests| {
        plan(address, |options| {
            with_keys(options);
            options.permissions.bursts = true;
            options.limits.max_requests = max_requests;
        })
        .to_string()
    };
    let number = |text: &str, after: &str| -> usize {
        let (before, _) = text.split_once(after).unwrap();
        before.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let small = plan_with(200);
    let recommended = number(&small, " has room for all checks");
    let enough = plan_with(recommended);
    assert!(!enough.contains("--max-requests raises"), "{enough}");
    let planned = number(&enough, " requests; the run stops");
    let more = number(&enough, " more where requests fail");
    assert_eq!(planned + more, recommended, "{enough}");
}
