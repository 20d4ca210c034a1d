//! What a run checks and what it skips, as far as that is known before anything is sent. The plan prints it and the runner
//! follows it, so the two agree.

use std::collections::HashSet;

use schemas::{Evidence, Operation, OperationId};

use crate::{
    contract::{KeyRole, NO_RESPONSE, NO_RESPONSE_TO_A_KEY},
    http::RunLimits,
    provider::{
        Selection, absence,
        check::{Check, Procedure},
        checks::read_operation,
        dry_run::probes,
        permissions::RunPermissions,
        requirements::BURST,
        vacuous_pass, valid_request,
    },
};

/// What checks are ordered by on a server that is not a sandbox: whether they use up a quota, and their evidence.
pub(crate) type Rank = (bool, Evidence);

/// The checks that judge responses to a valid key only.
const NEED_A_KEY: [&str; 2] = [absence::REPORTED_BY, "PRV-LIST-PAGE"];

/// A check of an operation, or of the whole server.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled {
    pub(crate) check: &'static Check,
    pub(crate) operation: Option<&'static Operation>,
    /// Why it is skipped, if so.
    pub(crate) allowed: Result<(), String>,
}

impl Scheduled {
    pub(crate) fn rank(&self) -> Rank {
        let evidence = self.check.evidence_on(self.operation);
        (self.check.requirements.burst, evidence)
    }
}

/// The checks that send requests, in the order of the table. `limits`: those of the run, where the target is not a sandbox.
pub(crate) fn schedule(
    selection: &Selection,
    permissions: &RunPermissions,
    limits: Option<RunLimits>,
) -> Vec<Scheduled> {
    let mut schedule = Vec::new();
    for check in &selection.checks {
        let mut add = |operation: Option<&'static Operation>| {
            schedule.push(Scheduled {
                check,
                operation,
                allowed: permissions.allow(&check.requirements, operation),
            });
        };
        match check.procedure {
            Procedure::Once(_) => add(None),
            Procedure::PerOperation(pick, _) => {
                let picked = selection.operations.iter().filter(|one| pick(one));
                picked.for_each(|operation| add(Some(operation)));
            }
            Procedure::AfterPerOperation(..) | Procedure::AfterOnce(_) => {}
        }
    }
    if let Some(limits) = limits {
        keep_within(&mut schedule, limits);
    }
    schedule
}

/// Skips the checks that the request limit has no room for. Each counts with its maximum, in the order of the run, so that
/// none that is begun is cut short, unless requests fail: those that look for the reason are not planned. What is left is used
/// for later checks that need less.
fn keep_within(schedule: &mut [Scheduled], limits: RunLimits) {
    let mut left = limits.max_requests.saturating_sub(probes());
    let mut burst = BURST;
    let mut allowed: Vec<_> = schedule
        .iter_mut()
        .filter(|one| one.allowed.is_ok())
        .collect();
    allowed.sort_by_key(|one| one.rank());
    for one in allowed {
        let requirements = &one.check.requirements;
        let own = requirements.max_requests(one.operation).total();
        // All checks that use up the quota share one burst.
        let needed = own + if requirements.burst { burst } else { 0 };
        if needed > left {
            one.allowed = Err(limits.exceeded());
            continue;
        }
        left -= needed;
        if requirements.burst {
            burst = 0;
        }
    }
}

/// The results that will be skips although the run sends requests for them, or that depend on the responses to other checks:
/// each with its reason, in the words of the run.
pub(crate) fn foreseen_skips(
    selection: &Selection,
    permissions: &RunPermissions,
    schedule: &[Scheduled],
) -> Vec<(&'static Check, String)> {
    let mut skips = Vec::new();
    for one in schedule.iter().filter(|one| one.allowed.is_ok()) {
        let reason = unproven(one.check, permissions);
        skips.extend(reason.map(|reason| (one.check, reason)));
    }
    let asked = Asked::by(schedule);
    for check in &selection.checks {
        match check.procedure {
            Procedure::AfterPerOperation(pick, _) => {
                for operation in selection.operations.iter().filter(|one| pick(one)) {
                    let reason = asked.lacks(check, operation);
                    let reason = reason.or_else(|| unproven(check, permissions));
                    skips.extend(reason.map(|reason| (*check, reason)));
                }
            }
            Procedure::AfterOnce(_) => {
                let reason = unproven(check, permissions);
                skips.extend(reason.map(|reason| (*check, reason)));
            }
            Procedure::Once(_) | Procedure::PerOperation(..) => {}
        }
    }
    skips
}

/// Why a check cannot pass, if that follows from the keys of the run.
fn unproven(check: &Check, permissions: &RunPermissions) -> Option<String> {
    let keys = check.requirements.proving_keys;
    let lacks_proof = (!keys.is_empty()).then(|| permissions.lacks_all_keys(keys));
    let lacks_success = || {
        let reason = permissions.lacks_credentials()?;
        Some(vacuous_pass::without_success(&reason))
    };
    lacks_proof.flatten().or_else(lacks_success)
}

/// The operations that get a request.
#[derive(Default)]
struct Asked {
    any: HashSet<OperationId>,
    with_key: HashSet<OperationId>,
}

impl Asked {
    fn by(schedule: &[Scheduled]) -> Self {
        let mut asked = Self::default();
        for one in schedule.iter().filter(|one| one.allowed.is_ok()) {
            let requirements = &one.check.requirements;
            let own = one.operation.map(|operation| operation.id).into_iter();
            let mut ids: Vec<_> = own.chain(requirements.operations.iter().copied()).collect();
            if let Some(operation) = one.operation {
                if requirements.prepares() {
                    ids.extend(valid_request::operations_to_prepare(operation));
                }
                if requirements.reads_rows() {
                    ids.extend(read_operation(operation).map(|reader| reader.id));
                }
            }
            let valid = [KeyRole::Full, KeyRole::ReadOnly];
            if valid.iter().any(|role| requirements.keys.contains(role)) {
                asked.with_key.extend(&ids);
            }
            asked.any.extend(ids);
        }
        asked
    }

    /// Why a check that judges the responses to others cannot judge an operation, if so.
    fn lacks(&self, check: &Check, operation: &Operation) -> Option<String> {
        let (asked, reason) = if NEED_A_KEY.contains(&check.id) {
            (&self.with_key, NO_RESPONSE_TO_A_KEY)
        } else {
            (&self.any, NO_RESPONSE)
        };
        (!asked.contains(&operation.id)).then(|| reason.to_owned())
    }
}
