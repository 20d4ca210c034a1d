//! Servers that end connections. An idle connection may be ended at any time; a new one must not.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{body::Body, extract::Request, response::Response};
use contract_tests::{
    finding::{ExitCode, NotPassed, Verdict},
    provider::{Selection, check::Finding, checks, session::Options},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use mock_server::{App, Config, Settings};
use schemas::OperationId;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::{
    foreign::with_keys,
    target::{judge, judge_some},
};

/// Whether a connection is ended instead of a response to its request of this number, from 0.
type Ends = fn(usize, &Request<Incoming>) -> bool;

/// Starts the faithful server, with connections that end; also counts them.
async fn start(ends: Ends) -> (SocketAddr, Arc<AtomicUsize>) {
    let settings = Settings {
        companies: Some(60),
        ..Settings::default()
    };
    let router = mock_server::router(App::new(Config::from(settings)).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let (router, requests) = (router.clone(), AtomicUsize::new(0));
            let respond = service_fn(move |request: Request<Incoming>| {
                let ended = ends(requests.fetch_add(1, Ordering::Relaxed), &request);
                let response = router.clone().oneshot(request.map(Body::new));
                async move {
                    if ended {
                        return Err(io::Error::other("ended"));
                    }
                    let responded: Result<Response, Infallible> = response.await;
                    responded.map_err(io::Error::other)
                }
            });
            let served = http1::Builder::new().serve_connection(TokioIo::new(connection), respond);
            tokio::spawn(served);
        }
    });
    (address, connections)
}

fn safe(options: &mut Options) {
    with_keys(options);
    options.safe = true;
}

#[tokio::test]
async fn retries_once_if_a_reused_connection_has_ended() {
    let (address, connections) = start(|number, _| number == 1).await;
    let (_, run) = judge(address, safe).await;
    let failed = |finding: &&Finding| !matches!(finding.verdict, Verdict::Pass | Verdict::Skip);
    let failed: Vec<_> = run.findings.iter().filter(failed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(run.exit_code(), ExitCode::Passed);
    assert!(connections.load(Ordering::Relaxed) > 100);
}

#[tokio::test]
async fn new_connection_that_ends_without_a_response_is_a_finding() {
    let (address, _) = start(|_, request| request.uri().path() == "/api/v1/companies").await;
    let selection = Selection {
        checks: ["PRV-SUCCESS", "PRV-WHOLE"]
            .map(|id| checks::find(id).unwrap())
            .to_vec(),
        operations: vec![OperationId::ListCompanies.operation()],
        ..Selection::default()
    };
    let (_, run) = judge_some(address, &selection, |options| {
        safe(options);
        options.strict = true;
    })
    .await;
    assert_eq!(run.exit_code(), ExitCode::Violated);
    for finding in &run.findings {
        let Err(NotPassed::Violated(violation)) = &finding.outcome else {
            panic!("{finding:?}");
        };
        let message = "a new connection ended without a response to GET";
        assert!(violation.message.starts_with(message), "{finding:?}");
        assert_eq!(violation.at, "connection");
        assert_eq!(violation.expected, "a complete response");
        assert!(violation.actual.is_string());
    }
}
