//! Broken servers. No check passes on one, alone or after others: an unrecognized response proves nothing, and neither does a
//! response of a server that rejects every key.

mod servers;

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};

use contract_tests::{
    finding::{ExitCode, Verdict},
    provider::{
        Selection,
        check::{Check, Finding, Procedure},
        checks::{self, CHECKS},
        session::{Options, Session},
    },
};
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use schemas::{Operation, OperationId, operations};
use serde_json::json;

use self::servers::{ANOTHER, Nonsense, ONE_LIST, ONE_ORDER};
use crate::{
    foreign::with_keys,
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, judge, judge_some, start},
};

/// Servers that are judged concurrently.
const SERVERS_AT_A_TIME: usize = 4;
/// Checks that run concurrently on a server, each alone.
const CHECKS_AT_A_TIME: usize = 8;
/// More than any check sends.
const MAX_REQUESTS: usize = 1_500;

type Right = (&'static str, &'static str, &'static str, &'static str);
/// What a broken server does right in a run of one check: its name, a check that passes, the operation, and why it passes.
const RIGHT: &[Right] = &[
    (
        ONE_LIST,
        "PRV-SUCCESS",
        "list_orders",
        "it returns a list of orders",
    ),
    (
        ONE_LIST,
        "PRV-PROP-VALID",
        "list_orders",
        "it accepts every query and returns a list of orders",
    ),
    (ONE_LIST, "PRV-GET-TYPE", "", "it accepts every GET"),
    (
        ONE_LIST,
        "PRV-METHOD",
        "",
        "it knows a GET by its first line, and accepts nothing else",
    ),
    (
        ONE_LIST,
        "PRV-SCHEME-CASE",
        "",
        "it accepts the scheme in every letter case",
    ),
    (ONE_LIST, "PRV-HEAD-EMPTY", "", "nothing follows the head"),
    (
        ONE_ORDER,
        "PRV-PROP-VALID",
        "create_order",
        "it accepts every order and returns one",
    ),
];
/// Passes that appear only after another check has received data.
const RIGHT_AFTER_OTHERS: &[Right] = &[
    (ONE_ORDER, "PRV-HEAD-EMPTY", "", "nothing follows the head"),
    (ANOTHER, "PRV-HEAD-EMPTY", "", "nothing follows the head"),
];

fn everything(options: &mut Options) {
    with_keys(options);
    options.permissions.writes = true;
    options.permissions.revocations = true;
    options.limits.max_requests = usize::MAX;
}

/// A check that passes on an operation; the operation is empty for a check of the whole server.
type Pass = (String, &'static str, &'static str);

fn passes(server: &str, findings: &[Finding]) -> Vec<Pass> {
    let passes = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Pass);
    let name = |finding: &Finding| {
        let operation = finding
            .operation
            .map_or("", |operation| operation.id.as_str());
        (server.to_owned(), finding.id, operation)
    };
    passes.map(name).collect()
}

/// The passes of tables.
fn right(tables: &[&[Right]]) -> BTreeSet<Pass> {
    let rows = tables.iter().copied().flatten();
    rows.map(|(server, check, operation, _)| ((*server).to_owned(), *check, *operation))
        .collect()
}

/// Judges some broken servers; returns all passes.
async fn judge_each<F: Future<Output = Vec<Pass>> + Send + 'static>(
    servers: impl IntoIterator<Item = Nonsense>,
    judge: impl Fn(Nonsense) -> F,
) -> BTreeSet<Pass> {
    let judged = servers
        .into_iter()
        .map(|server| tokio::spawn(judge(server)));
    let judged = stream::iter(judged).buffered(SERVERS_AT_A_TIME);
    let passes: Vec<_> = judged.map(Result::unwrap).collect().await;
    passes.into_iter().flatten().collect()
}

/// A check and the operations that it runs on.
type Cell = (&'static Check, Vec<&'static Operation>);

/// A check alone, on one operation at a time; one that sends nothing itself gets all of them.
fn cells(check: &'static Check) -> Vec<Cell> {
    match check.procedure {
        Procedure::PerOperation(pick, _) => {
            let picked = operations::all().filter(|operation| pick(operation));
            // A quota that no server has takes a thousand requests.
            let most = if check.requirements.burst {
                1
            } else {
                usize::MAX
            };
            let picked = picked.take(most);
            picked.map(|operation| (check, vec![operation])).collect()
        }
        Procedure::AfterPerOperation(..) => vec![(check, operations::all().collect())],
        Procedure::Once(_) | Procedure::AfterOnce(_) => vec![(check, Vec::new())],
    }
}

/// Runs one check alone, as `--check` and `--operation` do.
async fn alone(server: String, session: Arc<Session>, (check, operations): Cell) -> Vec<Pass> {
    let selection = Selection {
        checks: vec![check],
        operations,
        ..Selection::default()
    };
    let forever = Box::pin(std::future::pending());
    let run = contract_tests::provider::run(&session, &selection, |_| {}, forever).await;
    session.end().await;
    let passes = passes(&server, &run.findings);
    let is_green = run.exit_code() == ExitCode::Passed;
    assert!(!is_green || !passes.is_empty(), "{server}: {run:?}");
    passes
}

/// Runs each of these checks alone.
async fn each_alone(
    server: &Nonsense,
    address: SocketAddr,
    is_run: impl Fn(&Check) -> bool,
) -> Vec<Pass> {
    let session = begin(address).await;
    let checks = CHECKS.iter().filter(|check| is_run(check));
    let judged = checks.flat_map(cells).map(|cell| {
        let judged = alone(server.name.clone(), session.fresh(), cell);
        judged.boxed()
    });
    let judged: Vec<BoxFuture<'static, _>> = judged.collect();
    let judged = stream::iter(judged).buffer_unordered(CHECKS_AT_A_TIME);
    judged.collect::<Vec<_>>().await.concat()
}

async fn begin(address: SocketAddr) -> Arc<Session> {
    let mut options = Options::new(format!("http://{address}/api/v1").parse().unwrap());
    everything(&mut options);
    options.permissions.bursts = true;
    options.limits.max_requests = MAX_REQUESTS;
    Session::begin(options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_single_check_passes_on_a_nonsense_server_unless_true() {
    let sandbox = servers::sandbox();
    let passes = judge_each(servers::all(), |server| {
        let sandbox = sandbox.clone();
        async move {
            let addresses = server.start(&sandbox).await;
            let bare = |check: &Check| !check.requirements.sandbox;
            let mut passes = each_alone(&server, addresses.foreign, bare).await;
            // With a control API, the other checks only use other keys, so few servers can make a difference.
            let behind_control = |check: &Check| check.requirements.sandbox || server.is_near;
            passes.extend(each_alone(&server, addresses.sandbox, behind_control).await);
            passes
        }
    });
    assert_eq!(passes.await, right(&[RIGHT]));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_check_of_a_run_passes_on_a_nonsense_server_unless_true() {
    let sandbox = servers::sandbox();
    let near = servers::all().into_iter().filter(|server| server.is_near);
    let passes = judge_each(near, |server| {
        let sandbox = sandbox.clone();
        async move {
            let address = server.start(&sandbox).await.foreign;
            let (_, mut run) = judge(address, everything).await;
            assert_ne!(run.exit_code(), ExitCode::Passed, "{}", server.name);
            // A server that is near to the API returns some correct responses.
            let is_afterwards = |one: &Finding| {
                let check = checks::find(one.id).unwrap();
                check.procedure.is_afterwards()
            };
            run.findings.retain(|finding| !is_afterwards(finding));
            passes(&server.name, &run.findings)
        }
    });
    assert_eq!(passes.await, right(&[RIGHT, RIGHT_AFTER_OTHERS]));
}

/// A server that has one list, and returns an empty object for everything else.
fn one_list(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.path().trim_end_matches('/') != "/api/v1/orders" {
        response.set_status(200);
        response.set_body(&json!({}));
    }
}

#[tokio::test]
async fn valid_list_does_not_make_other_operations_pass() {
    let server = Bug {
        request: PatchedRequest::hide_control,
        response: one_list,
    };
    let address = start(Bug { ..server }).await;
    let (_, run) = judge(address, everything).await;
    let orders = [OperationId::ListOrders, OperationId::CreateOrder];
    let others = run.findings.iter().filter(|finding| {
        let is_other = |operation: &Operation| !orders.contains(&operation.id);
        finding.verdict == Verdict::Pass && finding.operation.is_some_and(is_other)
    });
    let others: Vec<_> = others
        .map(|finding| (finding.id, finding.operation.unwrap().id))
        .collect();
    assert_eq!(others, []);
    assert!(run.count(Verdict::Pass) > 0);
}

#[tokio::test]
async fn single_check_passes_on_a_faithful_server_before_its_lists_were_requested() {
    for id in ["PRV-401-MISSING", "PRV-HEAD-EMPTY", "PRV-404-ROUTE"] {
        let selection = Selection {
            checks: vec![checks::find(id).unwrap()],
            ..Selection::default()
        };
        let address = start(Bug {
            request: PatchedRequest::hide_control,
            ..FAITHFUL
        })
        .await;
        let (_, run) = judge_some(address, &selection, with_keys).await;
        assert_eq!(run.exit_code(), ExitCode::Passed, "{id}: {run:#?}");
    }
}
