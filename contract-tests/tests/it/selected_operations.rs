//! `--operation` limits a run to some operations, and with them the checks of the whole server.

use std::collections::BTreeSet;

use contract_tests::provider::{Selection, check::Procedure, checks::CHECKS};
use schemas::OperationId;

use crate::{
    command::{provider, text},
    target::{judge_some, start_faithful},
};

/// A check that is only about rejections requests this list, to see that requests succeed at all.
const FIRST_SUCCESS: OperationId = OperationId::ListOrders;

#[tokio::test(flavor = "multi_thread")]
async fn checks_of_the_whole_server_declare_the_operations_that_they_use() {
    let address = start_faithful().await;
    let once = CHECKS
        .iter()
        .filter(|check| matches!(check.procedure, Procedure::Once(_)));
    let mut wrong = Vec::new();
    for check in once {
        let selection = Selection {
            checks: vec![check],
            ..Selection::default()
        };
        let (session, _) = judge_some(address, &selection, |_| {}).await;
        let seen = session.coverage().into_iter().filter(|row| row.seen > 0);
        let used: BTreeSet<_> = seen.map(|row| row.operation.id.as_str()).collect();
        let requirements = &check.requirements;
        let declared = requirements.operations.iter();
        let declared = declared.chain(requirements.sandbox_operations);
        let mut declared: BTreeSet<_> = declared.map(|id| id.as_str()).collect();
        if used.contains(FIRST_SUCCESS.as_str()) {
            declared.insert(FIRST_SUCCESS.as_str());
        }
        if used != declared {
            wrong.push(format!(
                "{} uses {used:?} and declares {declared:?}",
                check.id
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn check_of_the_whole_server_needs_all_of_its_operations() {
    let address = start_faithful().await;
    let planned = async |operations: &str| {
        let options = ["--plan", "--operation", operations];
        text(&provider(address, &options).await)
    };
    let orders = planned("list_orders,create_order,get_order").await;
    for included in [
        "PRV-ORDER-READBACK",
        "PRV-401-SCHEME",
        "PRV-ORDER-DISCOVERY",
    ] {
        assert!(orders.contains(included), "{included}: {orders}");
    }
    for left_out in ["PRV-FILTER-TEXT", "PRV-RESULTS-EARLY", "PRV-VERSION-STALE"] {
        assert!(!orders.contains(left_out), "{left_out}: {orders}");
    }
    let options = [
        "--plan",
        "--operation",
        "list_orders",
        "--check",
        "PRV-FILTER-TEXT",
    ];
    let named = text(&provider(address, &options).await);
    assert!(named.contains("PRV-FILTER-TEXT"), "{named}");
}

/// The gate counts what the run may send, with the keys that it has.
#[tokio::test(flavor = "multi_thread")]
async fn gate_counts_only_responses_that_the_run_can_trigger() {
    let address = start_faithful().await;
    let key = |role: &str, words: &str| format!("{role}=lnc_test_{words:x<26}select");
    let keys = [
        key("full", "FullAccess"),
        key("read_only", "ReadOnly"),
        key("revoked", "OrdersRevoked"),
    ]
    .join(",");
    let seen = async |operations: &str| {
        let options = [
            "--safe",
            "--min-seen",
            "100%",
            "--operation",
            operations,
            "--key",
            &keys,
        ];
        provider(address, &options).await
    };
    for operations in ["list_blacklists", "list_blacklists,create_blacklist"] {
        let run = seen(operations).await;
        assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    }
}
