//! The work: lists and reads all orders, creates one, and waits until it is done.

use reqwest::Method;

use super::{
    Behaviour, Failure,
    behaviour::AfterAuthError,
    crash::crash_like,
    http::{Client, pause},
    key::Access,
    list::list,
    orders::{id, read, wait_for},
    throttle::FIRST_BACKOFF,
};
use crate::http::Trust;

/// Other paths that the client may try.
const OTHERS: [&str; 5] = [
    "/companies",
    "/prospects",
    "/blacklists",
    "/deliveries",
    "/organization",
];

/// Does the work against the API at a base URL, with a key or a session; returns the exit status.
pub async fn run(base: &str, access: Access, trust: Trust, behaviour: Behaviour) -> u8 {
    if behaviour.ignores_sigterm {
        ignore_sigterm();
    }
    if let Access::Key { text, .. } = &access {
        if let Some(form) = behaviour.prints_key {
            print_error(&format!("debug: key {}", form(text)));
        }
        if behaviour.delegates_to_child {
            let status = delegate(base, text).await;
            return status.unwrap_or(behaviour.failure_exit_code);
        }
    }
    let done = match Client::new(base, access, trust, behaviour.clone()) {
        Ok(client) => work(&client).await,
        Err(failure) => Err(failure),
    };
    if let (Err(_), Some(crash)) = (&done, behaviour.crash_on_failure) {
        crash_like(crash);
    }
    match done {
        Ok(()) => 0,
        Err(failure) if behaviour.distinct_auth_errors => {
            print_error(&format!("error: {failure}"));
            behaviour.failure_exit_code
        }
        Err(_) => {
            print_error("error: the request failed");
            behaviour.failure_exit_code
        }
    }
}

/// Delegates the work to another process of this program; returns its exit status.
async fn delegate(base: &str, key: &str) -> Option<u8> {
    let program = std::env::current_exe().ok()?;
    let mut command = tokio::process::Command::new(program);
    let arguments = ["reference-client", "--base-url", base, "--api-key", key];
    let status = command.args(arguments).status().await.ok()?;
    status.code().and_then(|code| u8::try_from(code).ok())
}

pub(super) fn print_error(text: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes());
}

/// Lets the program continue after SIGTERM, which Windows does not have.
fn ignore_sigterm() {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::SignalKind::terminate();
        if let Ok(mut signals) = tokio::signal::unix::signal(terminate) {
            tokio::spawn(async move { while signals.recv().await.is_some() {} });
        }
    }
}

async fn work(client: &Client) -> Result<(), Failure> {
    match all(client).await {
        Err(failure) if failure.is_about_access() => refused(client, failure).await,
        done => done,
    }
}

async fn all(client: &Client) -> Result<(), Failure> {
    let listed = list(client).await?;
    read(client, &listed).await?;
    let created = client.fetch_json(Method::POST, "/orders", Some(client.behaviour.order));
    let created = match created.await {
        Err(failure) if client.behaviour.ignores_failed_writes && !failure.is_about_access() => {
            print_error(&format!("no order was created: {failure}"));
            return Ok(());
        }
        created => created?,
    };
    match id(client, &created["id"]) {
        Some(id) => wait_for(client, &id).await,
        None => shape(client, "an order without an id"),
    }
}

/// Continues after a 401 or 403 as the behaviour defines.
async fn refused(client: &Client, failure: Failure) -> Result<(), Failure> {
    let others = match client.behaviour.after_auth_error {
        AfterAuthError::Stop => &[][..],
        AfterAuthError::GoOn | AfterAuthError::GoOnAtOnce => &OTHERS[..1],
        AfterAuthError::Probe => &OTHERS[..],
    };
    // An invalid key fails everywhere; a missing scope may not be needed elsewhere.
    let probes = client.behaviour.after_auth_error == AfterAuthError::Probe;
    if probes && matches!(failure, Failure::Unauthorized) {
        return Err(failure);
    }
    for path in others {
        if client.behaviour.after_auth_error != AfterAuthError::GoOnAtOnce {
            // The pause makes the next request a new one, not one that was already in flight.
            pause(FIRST_BACKOFF).await;
        }
        drop(client.fetch_json(Method::GET, path, None).await);
    }
    Err(failure)
}

/// Handles a response of an unexpected shape.
pub(super) fn shape(client: &Client, what: &'static str) -> Result<(), Failure> {
    if client.behaviour.accepts_any_shape || client.behaviour.accepts_invalid_json {
        Ok(())
    } else {
        Err(Failure::Unexpected(what))
    }
}
