//! The facts about each fault, for lists of faults.

use schemas::operations;

use super::FaultKind;
use crate::{applies::Applies, wire_fault::Protocol};

/// The facts about a fault.
#[derive(Clone, Copy, Debug)]
pub struct FaultFacts {
    /// Its id, such as `rate_limit`.
    pub id: &'static str,
    /// The kind of effect it has.
    pub kind: FaultKind,
    /// The protocol that a connection must use for it.
    pub protocol: Protocol,
    /// Where it applies.
    pub applies: Applies,
    pub(super) examples: &'static [&'static str],
    /// Its observable effect.
    pub definition: &'static str,
}

impl FaultFacts {
    /// Whether it applies to some operation of the API, and not only to the authorization server.
    pub fn is_of_the_api(self) -> bool {
        operations::all().any(|operation| self.applies.to(operation))
    }

    /// How a request asks for it, in the variants that clients can distinguish.
    pub fn asks(self) -> impl Iterator<Item = String> {
        self.examples
            .iter()
            .map(move |parameters| match *parameters {
                "" => self.id.to_owned(),
                parameters => format!("{};{parameters}", self.id),
            })
    }
}
