//! What is known of each fault, for lists of them.

use schemas::operations;

use super::FaultKind;
use crate::{applies::Applies, wire_fault::Protocol};

/// What is known of a fault.
#[derive(Clone, Copy, Debug)]
pub struct FaultFacts {
    /// Its id, such as `rate_limit`.
    pub id: &'static str,
    /// What kind of thing it does.
    pub kind: FaultKind,
    /// What a connection must speak for it.
    pub protocol: Protocol,
    /// Where it applies.
    pub applies: Applies,
    pub(super) examples: &'static [&'static str],
    /// What you see of it.
    pub definition: &'static str,
}

impl FaultFacts {
    /// Whether it applies to some operation of the API, and not to the authorization server alone.
    pub fn is_of_the_api(self) -> bool {
        operations::all().any(|operation| self.applies.to(operation))
    }

    /// How a request asks for it, in the variants that clients tell apart.
    pub fn asks(self) -> impl Iterator<Item = String> {
        self.examples
            .iter()
            .map(move |parameters| match *parameters {
                "" => self.id.to_owned(),
                parameters => format!("{};{parameters}", self.id),
            })
    }
}
