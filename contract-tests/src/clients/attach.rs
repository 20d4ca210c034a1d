//! A client that is started elsewhere, such as a service or an app in a browser: its addresses are opened, it is
//! told where they are, and it is judged by what comes.

use std::time::Duration;

use futures_util::future::{Either, select};

use super::{
    Judged, Limits, Options, Scenario, TrialError, conclude,
    control_failure::{ControlFailure, nothing_to_judge},
    sandbox::Sandbox,
    trial::TrialNetwork,
    trial_record::TrialRecord,
};
use crate::finding::Interrupted;

/// What whoever starts the client has to tell it. This is the one place that gives the credential away.
#[derive(Debug)]
pub struct Access<'a> {
    /// Where the API is.
    pub base_url: &'a str,
    /// The credential: the variables that a program would find it in, and their values.
    pub credential: Vec<(&'static str, &'a str)>,
    /// What the client meets.
    pub scenario: &'static Scenario,
}

/// Opens the addresses for one scenario, tells how to come in, and judges what came until the trial's time was
/// up, or `stop` said so.
pub async fn attach<E: From<TrialError>>(
    options: &Options,
    scenario: &'static Scenario,
    announce: impl FnOnce(Access<'_>) -> Result<(), E>,
    stop: Interrupted,
) -> Result<Judged, E> {
    let sandbox = Sandbox::start(options.seed).await;
    let sandbox = sandbox.map_err(TrialError::Sandbox)?;
    let wire = TrialNetwork::open(sandbox.address()).await;
    let wire = wire.map_err(TrialError::from)?;
    let tenant = sandbox.tenant(scenario, wire.issuer(options)).await;
    let tenant = tenant.map_err(TrialError::from)?;
    let given = tenant.credential.given().into_iter();
    announce(Access {
        base_url: &wire.base_url(&tenant),
        credential: given.map(|given| (given.variable, given.value)).collect(),
        scenario,
    })?;
    // Nobody knows when a service has nothing more to do.
    let limits = Limits {
        quiet: Duration::MAX,
        ..options.limits
    };
    let out_of_time = match select(Box::pin(wire.wait_until_idle(limits)), stop).await {
        Either::Left(_) => true,
        Either::Right(_) => false,
    };
    let took = wire.elapsed();
    let one = wire.into_record(scenario, tenant, None, took, out_of_time);
    let control_failure = control_failure(&one);
    Ok(conclude(options, vec![one], |_| control_failure))
}

/// There is no other trial in which all goes well, so something must have in this one.
fn control_failure(one: &TrialRecord) -> Option<ControlFailure> {
    if nothing_to_judge(one) {
        return Some(ControlFailure::nothing_came(one));
    }
    let succeeds = |status: Option<u16>| status.is_some_and(|status| status < 300);
    let mut calls = one.trace.api();
    (!calls.any(|call| succeeds(call.status())))
        .then(|| ControlFailure::new("none of its requests succeeded"))
}
