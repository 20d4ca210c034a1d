//! The check under way on one operation or on none in particular: what it is called, what it has sent, and how many
//! organizations it has. Organizations get their names from this, so that two runs send the same, whatever runs
//! side by side.

use std::cell::{Cell, RefCell};

use http::Method;
use schemas::Operation;
use sha2::{Digest, Sha256};

use crate::{finding::Violation, http::Requests};

/// Characters of an organization's name.
const NAME_LENGTH: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

tokio::task_local! {
    static JOB: Job;
}

#[derive(Debug)]
struct Job {
    /// Names it: `PRV-LIST-LIMIT list_orders`.
    name: String,
    sent: Cell<Requests>,
    organizations: Cell<u64>,
    unlike: RefCell<Option<Violation>>,
}

/// What a check has met, besides what came of it.
#[derive(Debug)]
pub(crate) struct Met {
    /// What it has sent.
    pub(crate) sent: Requests,
    /// The first response that is none of the API.
    pub(crate) unlike: Option<Violation>,
}

/// Runs a check; also returns what it has met.
pub(crate) async fn run<T>(
    check: &str,
    operation: Option<&Operation>,
    work: impl Future<Output = T>,
) -> (T, Met) {
    let operation = operation.map_or("", |operation| operation.id.as_str());
    let job = Job {
        name: format!("{check} {operation}"),
        sent: Cell::default(),
        organizations: Cell::default(),
        unlike: RefCell::default(),
    };
    let watched = async {
        let outcome = work.await;
        let met = JOB.with(|job| Met {
            sent: job.sent.get(),
            unlike: job.unlike.take(),
        });
        (outcome, met)
    };
    JOB.scope(job, watched).await
}

/// Counts a request for the check under way, if there is one.
pub(crate) fn count(method: &Method) {
    // What is sent before the first check belongs to none.
    let _ = JOB.try_with(|job| {
        let mut requests = job.sent.get();
        requests += Requests::one(method);
        job.sent.set(requests);
    });
}

/// Notes a response that is none of the API for the check under way, if there is one.
pub(crate) fn note_unlike(violation: Violation) {
    let _ = JOB.try_with(|job| {
        job.unlike.borrow_mut().get_or_insert(violation);
    });
}

/// A name for the next organization of the check under way; none where none is under way.
pub(crate) fn organization(seed: u64) -> Option<String> {
    let next = |job: &Job| {
        let number = job.organizations.get();
        job.organizations.set(number + 1);
        name(seed, &job.name, number)
    };
    JOB.try_with(next).ok()
}

/// Six letters or digits that follow from the seed and from what they are for.
pub(crate) fn name(seed: u64, of: &str, number: u64) -> String {
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
    fn every_check_has_names_of_its_own() {
        let mut names = HashSet::new();
        for check in CHECKS {
            for operation in schemas::operations::all() {
                let of = format!("{} {}", check.id, operation.id);
                assert!(
                    (0..3).all(|number| names.insert(name(1, &of, number))),
                    "{of}"
                );
            }
        }
        assert!(names.iter().all(|name| scenarios::is_organization(name)));
        assert_ne!(name(1, "a", 0), name(2, "a", 0));
    }

    #[tokio::test]
    async fn a_check_is_named_and_counted_apart_from_others() {
        let work = async {
            count(&Method::GET);
            (organization(1), organization(1))
        };
        let (names, met) = run("PRV-X", None, work).await;
        assert_eq!(met.sent.reads, 1);
        let again = run("PRV-X", None, async { organization(1) }).await.0;
        assert_eq!(names.0, again);
        assert_ne!(names.0, names.1);
        assert_eq!(organization(1), None);
    }
}
