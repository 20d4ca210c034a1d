//! What the faults that answer have in common.

use std::ops::RangeInclusive;

use http::StatusCode;
use schemas::ErrorCode;
use strum::VariantArray;

/// A status within bounds, or what would be right.
pub(super) fn status(status: u16, within: RangeInclusive<u16>) -> Result<StatusCode, String> {
    let (least, most) = (within.start(), within.end());
    let known = StatusCode::from_u16(status).ok();
    known
        .filter(|status| within.contains(&status.as_u16()))
        .ok_or_else(|| format!("status {status} is not from {least} to {most}"))
}

/// The error code of a status: the contract's, where it has one, else the words of the status.
pub(super) fn code(status: StatusCode) -> String {
    let mut codes = ErrorCode::VARIANTS.iter();
    let known = codes.find(|code| code.status() == status);
    known.map_or_else(
        || {
            let reason = status.canonical_reason().unwrap_or("ERROR");
            reason.to_uppercase().replace([' ', '-'], "_")
        },
        |code| code.as_str().to_owned(),
    )
}
