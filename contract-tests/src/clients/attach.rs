//! A client that is started elsewhere, such as a service or an app in a browser: this opens its addresses, prints them, and
//! judges the requests that arrive.

use futures_util::future::{Either, select};

use super::{
    Judged, Options, Scenario, TrialError, conclude,
    control_failure::{ControlFailure, nothing_to_judge},
    sandbox::Sandbox,
    trial::TrialNetwork,
    trial_record::TrialRecord,
};
use crate::finding::Interrupted;

/// What the client needs to be configured with. This is the only place that exposes the credential.
#[derive(Debug)]
pub struct Access<'a> {
    /// The base URL of the API.
    pub base_url: &'a str,
    /// The credential: the variables in which a program would find it, and their values.
    pub credential: Vec<(&'static str, &'a str)>,
    /// The scenario that the client runs in.
    pub scenario: &'static Scenario,
}

/// Opens the addresses for one scenario, announces them, and judges the requests that arrive until the trial times out or
/// `stop` is ready.
pub async fn attach<E: From<TrialError>>(
    options: &Options,
    scenario: &'static Scenario,
    announce: impl FnOnce(Access<'_>) -> Result<(), E>,
    stop: Interrupted,
) -> Result<Judged, E> {
    let sandbox = Sandbox::start(options).await;
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
    // It is unknown when a service is done: silence ends nothing.
    let out_of_time = match select(Box::pin(wire.wait(options.limits.trial)), stop).await {
        Either::Left(_) => true,
        Either::Right(_) => false,
    };
    let took = wire.elapsed();
    let trial = wire.into_record(scenario, tenant, None, took, out_of_time);
    let control_failure = control_failure(&trial);
    Ok(conclude(options, vec![trial], |_| control_failure))
}

/// There is no control trial, so this one must contain a success.
fn control_failure(trial: &TrialRecord) -> Option<ControlFailure> {
    if nothing_to_judge(trial) {
        return Some(ControlFailure::no_requests(trial));
    }
    let succeeds = |status: Option<u16>| status.is_some_and(|status| status < 300);
    let mut exchanges = trial.trace.api();
    (!exchanges.any(|exchange| succeeds(exchange.status())))
        .then(|| ControlFailure::new("none of its requests succeeded"))
}
