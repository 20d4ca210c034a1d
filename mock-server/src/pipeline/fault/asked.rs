//! Faults that a request asks for: with `X-Mock-Fault`, or with `Prefer` in the syntax of other mock servers.

use http::{HeaderMap, HeaderName};
use scenarios::{Chance, Destination, Fault, PlannedFault};
use schemas::key::redact;

use crate::config::limits::MAX_ASKED_FAULTS;

/// Asks for faults on one request: `id;name=value, …`.
pub(super) const ASK: HeaderName = HeaderName::from_static("x-mock-fault");
/// Maximum length of a header that asks for faults, in bytes.
const MAX_ASK: usize = 4_000;
/// Asks for a status in the syntax of other mock servers: `code=429`.
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// Plans the faults that a request asks for, each in its default phase.
pub(super) fn planned(requested: Vec<Fault>, seed: u64) -> impl Iterator<Item = PlannedFault> {
    let requested = requested.into_iter().enumerate();
    requested.map(move |(number, fault)| PlannedFault {
        phase: fault.default_phase(),
        fault,
        chance: Chance::new(seed, number, 0),
        why: None,
    })
}

/// The faults that the request asks for. Fails if one is invalid.
pub(crate) fn asked_for(
    headers: &HeaderMap,
    destination: Destination,
) -> Result<Vec<Fault>, String> {
    let values = headers.get_all(ASK).iter();
    let faults = values.map(|value| match str::from_utf8(value.as_bytes()) {
        Ok(text) if text.len() <= MAX_ASK => Fault::from_header(text),
        Ok(_) => Err(format!("at most {MAX_ASK} characters")),
        Err(_) => Err("the header is not UTF-8".to_owned()),
    });
    let faults: Result<Vec<_>, _> = faults.collect();
    let faults = faults.map(|faults| faults.concat());
    let faults = faults.and_then(|faults| {
        if faults.len() > MAX_ASKED_FAULTS {
            return Err(format!("at most {MAX_ASKED_FAULTS} faults"));
        }
        let mut requested = faults.iter();
        match requested.find(|fault| !fault.applies().to_destination(destination)) {
            None => Ok(faults),
            Some(fault) => {
                let (id, applies) = (fault.id(), fault.applies());
                Err(format!("`{id}` applies to {applies}, not to {destination}"))
            }
        }
    });
    let mut faults = faults.map_err(|error| format!("X-Mock-Fault: {}", redact(&error)))?;
    faults.extend(preferred(headers));
    Ok(faults)
}

/// The fault that `Prefer` asks for. Other preferences are ignored.
fn preferred(headers: &HeaderMap) -> Option<Fault> {
    let values = headers.get_all(PREFER).iter();
    let mut parts = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    let code = parts.find_map(|part| part.trim().strip_prefix("code="))?;
    match code.trim_matches('"').parse().ok()? {
        429_u16 => Fault::from_header("rate_limit").ok()?.pop(),
        status => Fault::from_header(&format!("error;status={status}"))
            .ok()?
            .pop(),
    }
}
