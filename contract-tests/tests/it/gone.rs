//! A server that dies during a run ends the run, which reports what was judged until then.

use std::{net::SocketAddr, sync::Arc};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

use crate::{
    baselines::Folder,
    command::{provider, text},
    target::start_faithful,
};

/// Number of response bytes after which the server dies. A whole run has many times more.
const LIFE: usize = 400_000;
/// Number of connections that it accepts after that, before it stops listening: more than the checks that run concurrently,
/// each of which tries once more.
const LAST_CONNECTIONS: usize = 12;

/// A faithful server that dies in the middle of a response, with all of its connections. It accepts a few more before it
/// stops listening.
async fn stops_after(life: usize) -> SocketAddr {
    let server = start_faithful().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let left = Arc::new(Semaphore::new(life));
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted.unwrap();
                    connections.spawn(forward(stream, server, Arc::clone(&left)));
                }
                Some(ended) = connections.join_next() => {
                    if ended.unwrap() {
                        break;
                    }
                }
            }
        }
        drop(connections);
        for _ in 0..LAST_CONNECTIONS {
            drop(listener.accept().await);
        }
    });
    address
}

/// Forwards until a side ends; returns whether the server has died.
async fn forward(mut client: TcpStream, server: SocketAddr, left: Arc<Semaphore>) -> bool {
    let mut server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let responses = async {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
            let Ok(permit) = left.try_acquire_many(read.try_into().unwrap()) else {
                return true;
            };
            permit.forget();
            let _ = to_client.write_all(&buffer[..read]).await;
        }
        false
    };
    tokio::select! {
        died = responses => died,
        _ = copy(&mut from_client, &mut to_server) => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn server_that_dies_ends_the_run_with_exit_code_4_and_a_report() {
    let folder = Folder::new("gone");
    let file = folder.file("report.json");
    let output = provider(
        stops_after(LIFE).await,
        &["--report", &format!("json={file}")],
    )
    .await;
    let printed = text(&output);
    assert_eq!(output.status.code(), Some(4), "{printed}");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let count = |verdict: &str| report["counts"][verdict].as_u64().unwrap();
    assert!(count("pass") > 10, "{}", report["counts"]);
    for verdict in ["fail", "inconclusive"] {
        assert_eq!(count(verdict), 0, "{printed}");
    }
    let problems = report["problems"].as_array().unwrap();
    let kinds: Vec<_> = problems.iter().map(|problem| &problem["kind"]).collect();
    assert_eq!(kinds, ["target_gone"], "{problems:?}");
    assert!(
        printed.contains("stopped accepting connections"),
        "{printed}"
    );
}
