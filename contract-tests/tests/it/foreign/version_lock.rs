//! The version lock on a prospect search, checked on a server that is not a sandbox.

use contract_tests::{
    finding::Verdict,
    provider::{Run, Selection, checks},
};
use http::Method;

use super::with_keys;
use crate::target::{Bug, PatchedRequest, PatchedResponse, judge_some, start_watched};

fn verdict_of(run: &Run, id: &str) -> Verdict {
    let mut findings = run.findings.iter();
    findings.find(|finding| finding.id == id).unwrap().verdict
}

/// A server that accepts an update based on an old version: it replaces the version with the current one.
fn overwrites(request: &mut PatchedRequest) {
    request.hide_control();
    if request.head.method == Method::PATCH && request.path().contains("/prospect-searches/") {
        let present = request.with_memory(|memory| memory.numbers.get("version").copied());
        request.edit(|body| body["version"] = present.into());
    }
}

/// Remembers the version and the names of the prospect searches that it shows.
fn show(request: &PatchedRequest, response: &mut PatchedResponse) {
    response.edit_success(|body| {
        let (Some(version), Some(name)) = (body["version"].as_i64(), body["name"].as_str()) else {
            return;
        };
        request.with_memory(|memory| {
            memory.numbers.insert("version".to_owned(), version);
            let first = memory.firsts.entry("name".to_owned());
            first.or_insert_with(|| name.to_owned());
            memory
                .firsts
                .insert("last name".to_owned(), name.to_owned());
        });
    });
}

#[tokio::test]
async fn tests_the_version_lock_and_leaves_the_search_unchanged() {
    let selection = Selection {
        checks: vec![checks::find("PRV-VERSION-STALE").unwrap()],
        ..Selection::default()
    };
    let requests: [(fn(&mut PatchedRequest), _); 2] = [
        (PatchedRequest::hide_control, Verdict::Pass),
        (overwrites, Verdict::Fail),
    ];
    for (request, verdict) in requests {
        let bug = Bug {
            request,
            response: show,
        };
        let (address, memory) = start_watched(bug).await;
        let (_, run) = judge_some(address, &selection, |options| {
            with_keys(options);
            options.permissions.writes = true;
        })
        .await;
        assert_eq!(verdict_of(&run, "PRV-VERSION-STALE"), verdict, "{run:#?}");
        let memory = memory.lock();
        assert_eq!(memory.firsts["name"], memory.firsts["last name"]);
    }
}
