//! The judge gives up on a server that hangs, and ends in time with one that is slow.

use std::{io, net::SocketAddr, time::Duration};

use contract_tests::{
    finding::{ExitCode, NotPassed},
    selftest::target::{Bug, Target},
};
use mock_server::Settings;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    baselines::Folder,
    command::{provider, text},
    target::{judge, start_faithful},
};

#[tokio::test(flavor = "multi_thread")]
async fn sends_few_requests_to_a_server_that_never_responds() {
    let target = Target::new(Settings::default()).unwrap();
    let hanging = target.start(Bug::Fault("hang")).await.unwrap();
    let (_, run) = judge(hanging.detach(), |options| {
        options.response_timeout = Duration::from_millis(500);
    })
    .await;
    let reasons = run
        .findings
        .iter()
        .filter_map(|finding| match &finding.outcome {
            Err(NotPassed::Inconclusive(reason)) => Some(reason.as_str()),
            Ok(()) | Err(NotPassed::Violated(_) | NotPassed::Skipped(_)) => None,
        });
    let (given_up, waited): (Vec<_>, Vec<_>) =
        reasons.partition(|reason| reason.contains("no more are sent"));
    assert!(given_up.len() > 100, "{} findings", run.findings.len());
    // The requests in progress when the judge gave up.
    assert!((1..40).contains(&waited.len()), "{waited:#?}");
    assert_ne!(run.exit_code(), ExitCode::Passed);
}

/// A faithful server whose responses come slowly, but each in time.
async fn slow_server() -> SocketAddr {
    let server = start_faithful().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward_slowly(client, server));
        }
    });
    address
}

async fn forward_slowly(mut client: TcpStream, server: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let requests = tokio::io::copy(&mut from_client, &mut to_server);
    let responses = async {
        let mut pace = tokio::time::interval(Duration::from_millis(200));
        let mut buffer = [0; 4_096];
        while let read @ 1.. = from_server.read(&mut buffer).await? {
            pace.tick().await;
            to_client.write_all(&buffer[..read]).await?;
        }
        Ok::<_, io::Error>(())
    };
    tokio::try_join!(requests, responses)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_when_its_time_is_over_and_what_was_not_checked_is_inconclusive() {
    let folder = Folder::new("slow");
    let file = folder.file("report.json");
    let report = format!("json={file}");
    let output = provider(
        slow_server().await,
        &["--max-time", "2", "--report", &report],
    )
    .await;
    let told = text(&output);
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert!(told.contains("the run has taken 2 s, its limit"), "{told}");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let count = |verdict: &str| report["counts"][verdict].as_u64().unwrap();
    assert_eq!(count("fail"), 0, "{told}");
    assert!(count("inconclusive") > 100, "{}", report["counts"]);
}
