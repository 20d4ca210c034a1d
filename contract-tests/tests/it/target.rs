//! Servers for the tests. A server that cannot be started fails the test; the others run as long as the test.

use std::{net::SocketAddr, sync::Arc};

use contract_tests::{
    provider::{
        Run, Selection,
        session::{Options, Session},
    },
    selftest::target::{self, Memory, Target},
};
use mock_server::Settings;
use parking_lot::Mutex;

pub(crate) use contract_tests::selftest::{
    servers::failed_checks,
    target::{PatchedRequest, PatchedResponse},
};

/// A bug: changes to requests on their way to the server, and to responses on their way back.
#[derive(Clone, Copy)]
pub(crate) struct Bug {
    pub(crate) request: fn(&mut PatchedRequest),
    pub(crate) response: fn(&PatchedRequest, &mut PatchedResponse),
}

/// No bug.
pub(crate) const FAITHFUL: Bug = Bug {
    request: |_| {},
    response: |_, _| {},
};

/// Starts the faithful server with the default settings.
pub(crate) async fn start_faithful() -> SocketAddr {
    start_with(Settings::default()).await
}

/// Starts the faithful server with these settings.
pub(crate) async fn start_with(settings: Settings) -> SocketAddr {
    let target = Target::new(settings).unwrap();
    target.start_faithful().await.unwrap().detach()
}

/// Starts a server with a bug and these settings.
pub(crate) async fn start_bug_with(settings: Settings, bug: Bug) -> SocketAddr {
    let Bug { request, response } = bug;
    let target = Target::new(settings).unwrap();
    let running = target.start(target::Bug::Patch { request, response });
    running.await.unwrap().detach()
}

/// What a bug remembers.
pub(crate) type Watched = Arc<Mutex<Memory>>;

/// Starts a server with a bug.
pub(crate) async fn start(bug: Bug) -> SocketAddr {
    start_watched(bug).await.0
}

/// Starts a server with a bug; also returns what the bug remembers.
pub(crate) async fn start_watched(bug: Bug) -> (SocketAddr, Watched) {
    let Bug { request, response } = bug;
    let target = Target::new(Settings::default()).unwrap();
    let running = target.start(target::Bug::Patch { request, response });
    let running = running.await.unwrap();
    let memory = Arc::clone(&running.memory);
    (running.detach(), memory)
}

/// Judges the server at an address, with every check.
pub(crate) async fn judge(
    address: SocketAddr,
    options: impl FnOnce(&mut Options),
) -> (Arc<Session>, Run) {
    judge_some(address, &Selection::default(), options).await
}

/// Judges the server at an address by a part of the checks.
pub(crate) async fn judge_some(
    address: SocketAddr,
    selection: &Selection,
    options: impl FnOnce(&mut Options),
) -> (Arc<Session>, Run) {
    let base = format!("http://{address}/api/v1").parse().unwrap();
    let mut wanted = Options::new(base);
    options(&mut wanted);
    let session = Session::begin(wanted).await.unwrap();
    let forever = Box::pin(std::future::pending());
    let run = contract_tests::provider::run(&session, selection, |_| {}, forever).await;
    session.end().await;
    (session, run)
}
