//! The work: all orders, a new one, and its end.

use std::path::Path;

use reqwest::Method;

use super::{
    Failure, Habits,
    behaviour::AfterRefusal,
    death::die,
    http::{Client, pause},
    key::Key,
    list::list,
    orders::{id, read, wait_for},
    throttle::FIRST,
};

/// Other paths.
const OTHERS: [&str; 5] = [
    "/companies",
    "/prospects",
    "/blacklists",
    "/deliveries",
    "/organization",
];

/// Does the work against the API at a base URL, with a key, or with the one that a file holds; returns the exit status.
pub async fn run(base: &str, key: &str, key_file: Option<&Path>, habits: Habits) -> u8 {
    if habits.ignores_term {
        ignore_term();
    }
    if habits.prints_key {
        complain(&format!("debug: key {key}"));
    }
    if habits.delegates {
        return delegate(base, key).await.unwrap_or(habits.exit_of_failure);
    }
    let done = match Client::new(base, Key::new(key, key_file), habits.clone()) {
        Ok(client) => work(&client).await,
        Err(failure) => Err(failure),
    };
    if let (Err(_), Some(death)) = (&done, habits.dies_of_failures) {
        die(death);
    }
    match done {
        Ok(()) => 0,
        Err(failure) if habits.tells_refusals_apart => {
            complain(&format!("error: {failure}"));
            habits.exit_of_failure
        }
        Err(_) => {
            complain("error: it did not work");
            habits.exit_of_failure
        }
    }
}

/// Leaves the work to another process of this program; returns its exit status.
async fn delegate(base: &str, key: &str) -> Option<u8> {
    let program = std::env::current_exe().ok()?;
    let mut command = tokio::process::Command::new(program);
    let arguments = ["reference-client", "--base-url", base, "--api-key", key];
    let status = command.args(arguments).status().await.ok()?;
    status.code().and_then(|code| u8::try_from(code).ok())
}

fn complain(text: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes());
}

/// Lets the program go on when it is asked to end.
fn ignore_term() {
    let terminate = tokio::signal::unix::SignalKind::terminate();
    if let Ok(mut signals) = tokio::signal::unix::signal(terminate) {
        tokio::spawn(async move { while signals.recv().await.is_some() {} });
    }
}

async fn work(client: &Client) -> Result<(), Failure> {
    match all(client).await {
        Err(failure @ (Failure::Unauthorized | Failure::Forbidden(_))) => {
            refused(client, failure).await
        }
        done => done,
    }
}

async fn all(client: &Client) -> Result<(), Failure> {
    let listed = list(client).await?;
    read(client, &listed).await?;
    let made = client.call(Method::POST, "/orders", Some(client.habits.order));
    let made = made.await?;
    match id(client, &made["id"]) {
        Some(id) => wait_for(client, &id).await,
        None => shape(client, "an order without an id"),
    }
}

/// What is done after a refusal.
async fn refused(client: &Client, failure: Failure) -> Result<(), Failure> {
    let others = match client.habits.after_refusal {
        AfterRefusal::Stop => &[][..],
        AfterRefusal::GoOn | AfterRefusal::GoOnAtOnce => &OTHERS[..1],
        AfterRefusal::Probe => &OTHERS[..],
    };
    // A key that does not work opens nothing else either; a scope that is missing, perhaps.
    let probes = client.habits.after_refusal == AfterRefusal::Probe;
    if probes && matches!(failure, Failure::Unauthorized) {
        return Err(failure);
    }
    for path in others {
        if client.habits.after_refusal != AfterRefusal::GoOnAtOnce {
            // Not under way any more, but begun anew.
            pause(FIRST).await;
        }
        drop(client.call(Method::GET, path, None).await);
    }
    Err(failure)
}

/// What is done with an answer of another shape than was asked for.
pub(super) fn shape(client: &Client, what: &'static str) -> Result<(), Failure> {
    if client.habits.takes_any_shape || client.habits.takes_bad_json {
        Ok(())
    } else {
        Err(Failure::Unexpected(what))
    }
}
