//! The running check, as a task-local: its name, and what it has sent and created. Organizations are named after it, so that
//! two runs send the same requests, no matter what runs concurrently.

use std::{
    cell::{Cell, RefCell},
    sync::{Arc, Weak},
};

use http::Method;
use schemas::Operation;
use sha2::{Digest, Sha256};

use crate::{finding::Violation, http::Requests};

/// Characters of an organization's name.
const NAME_LENGTH: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

tokio::task_local! {
    static CONTEXT: CheckContext;
}

#[derive(Debug)]
struct CheckContext {
    /// Such as `PRV-LIST-LIMIT list_orders`.
    name: String,
    sent: Cell<Requests>,
    organizations: Cell<u64>,
    /// Whether it prepares what it judges.
    preparing: Cell<bool>,
    unrecognized: RefCell<Option<Violation>>,
    /// Whether a credential was rejected.
    rejected: Cell<bool>,
    /// Exists for as long as the check runs.
    running: Arc<()>,
}

/// A check, without keeping it running.
#[derive(Clone, Debug)]
pub(crate) struct CheckRef(Weak<()>);

impl CheckRef {
    pub(crate) fn is_running(&self) -> bool {
        self.0.strong_count() > 0
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

/// What a check did, besides its outcome.
#[derive(Debug)]
pub(crate) struct CheckActivity {
    pub(crate) sent: Requests,
    /// The first response that is not one of the API, besides those of its preparation.
    pub(crate) unrecognized: Option<Violation>,
}

/// Runs a check; also returns what it did.
pub(crate) async fn run<T>(
    check: &str,
    operation: Option<&Operation>,
    work: impl Future<Output = T>,
) -> (T, CheckActivity) {
    let operation = operation.map_or("", |operation| operation.id.as_str());
    let context = CheckContext {
        name: format!("{check} {operation}"),
        sent: Cell::default(),
        organizations: Cell::default(),
        preparing: Cell::default(),
        unrecognized: RefCell::default(),
        rejected: Cell::default(),
        running: Arc::default(),
    };
    let watched = async {
        let outcome = work.await;
        let activity = CONTEXT.with(|context| CheckActivity {
            sent: context.sent.get(),
            unrecognized: context.unrecognized.take(),
        });
        (outcome, activity)
    };
    CONTEXT.scope(context, watched).await
}

/// The running check; `None` outside of checks.
pub(crate) fn current() -> Option<CheckRef> {
    let current = |context: &CheckContext| CheckRef(Arc::downgrade(&context.running));
    CONTEXT.try_with(current).ok()
}

/// Counts a request for the running check, if there is one.
pub(crate) fn count_request(method: &Method) {
    // Requests before the first check do not belong to a check.
    let _ = CONTEXT.try_with(|context| {
        let mut requests = context.sent.get();
        requests += Requests::one(method);
        context.sent.set(requests);
    });
}

/// Runs the requests that prepare what the running check judges. Their responses only have to contain what is needed of them.
pub(crate) async fn preparing<T>(work: impl Future<Output = T>) -> T {
    let set = |preparing| CONTEXT.try_with(|context| context.preparing.replace(preparing));
    let before = set(true);
    let prepared = work.await;
    // A preparation may be part of another.
    let _ = before.and_then(set);
    prepared
}

/// Notes a response that is not one of the API for the running check, if there is one.
pub(crate) fn note_unrecognized(violation: Violation) {
    let _ = CONTEXT.try_with(|context| {
        if context.preparing.get() {
            return;
        }
        let mut first = context.unrecognized.borrow_mut();
        first.get_or_insert_with(|| violation.shortened());
    });
}

/// Notes for the running check, if there is one, that a credential was rejected.
pub(crate) fn note_rejection() {
    let _ = CONTEXT.try_with(|context| context.rejected.set(true));
}

/// Whether a credential of the running check was rejected.
pub(crate) fn saw_rejection() -> bool {
    let rejected = CONTEXT.try_with(|context| context.rejected.get());
    rejected.unwrap_or_default()
}

/// The name of the running check, with its operation; `None` outside of checks.
pub(crate) fn name() -> Option<String> {
    CONTEXT.try_with(|context| context.name.clone()).ok()
}

/// The name of the running check's next organization; `None` outside of checks.
pub(crate) fn next_organization_name(seed: u64) -> Option<String> {
    let next = |context: &CheckContext| {
        let number = context.organizations.get();
        context.organizations.set(number + 1);
        derived_name(seed, &context.name, number)
    };
    CONTEXT.try_with(next).ok()
}

/// Six letters or digits, derived from the seed, a purpose and a number.
pub(crate) fn derived_name(seed: u64, of: &str, number: u64) -> String {
    let digest = Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(number.to_be_bytes())
        .chain_update(of)
        .finalize();
    let letter = |byte: &u8| char::from(BASE62[usize::from(*byte) % BASE62.len()]);
    digest.iter().take(NAME_LENGTH).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::provider::checks::CHECKS;

    #[test]
    fn each_check_has_its_own_organization_names() {
        let mut names = HashSet::new();
        for check in CHECKS {
            for operation in schemas::operations::all() {
                let of = format!("{} {}", check.id, operation.id);
                assert!(
                    (0..3).all(|number| names.insert(derived_name(1, &of, number))),
                    "{of}"
                );
            }
        }
        assert!(names.iter().all(|name| scenarios::is_organization(name)));
        assert_ne!(derived_name(1, "a", 0), derived_name(2, "a", 0));
    }

    #[tokio::test]
    async fn attributes_names_and_counts_to_the_right_check() {
        let work = async {
            count_request(&Method::GET);
            (next_organization_name(1), next_organization_name(1))
        };
        let (names, activity) = run("PRV-X", None, work).await;
        assert_eq!(activity.sent.reads, 1);
        let again = run("PRV-X", None, async { next_organization_name(1) })
            .await
            .0;
        assert_eq!(names.0, again);
        assert_ne!(names.0, names.1);
        assert_eq!(next_organization_name(1), None);
    }
}
