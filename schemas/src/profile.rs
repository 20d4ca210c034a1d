//! How much of the contract a server serves.

use crate::{Evidence, Operation, Parameter, operations};

/// How much of the contract a server serves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Profile {
    /// All of it.
    #[default]
    Everything,
    /// The documented part, and only as much of the rest as it needs: a status, a code and a shape where the documents show
    /// none.
    Documented,
}

impl Profile {
    /// [`Self::Documented`] or [`Self::Everything`].
    pub fn of(documented_only: bool) -> Self {
        if documented_only {
            Self::Documented
        } else {
            Self::Everything
        }
    }

    /// Whether a server of this profile serves the operation.
    pub fn serves(self, operation: &Operation) -> bool {
        self == Self::Everything || operation.evidence != Evidence::Assumed
    }

    /// The operations that a server of this profile serves.
    pub fn operations(self) -> impl Iterator<Item = &'static Operation> {
        operations::all().filter(move |operation| self.serves(operation))
    }

    /// Whether a server of this profile accepts the query parameter. `offset` is always accepted: without it, no list could be
    /// read beyond its first page.
    pub fn knows(self, parameter: Parameter) -> bool {
        self == Self::Everything
            || parameter == Parameter::Offset
            || parameter.facts().evidence != Evidence::Assumed
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn full_profile_leaves_nothing_out() {
        assert!(operations::all().all(|operation| Profile::Everything.serves(operation)));
        let mut parameters = Parameter::VARIANTS.iter();
        assert!(parameters.all(|parameter| Profile::Everything.knows(*parameter)));
    }

    #[test]
    fn documented_lists_can_be_paged_through() {
        let known: Vec<_> = Parameter::VARIANTS
            .iter()
            .filter(|parameter| Profile::Documented.knows(**parameter))
            .collect();
        assert_eq!(known, [&Parameter::Limit, &Parameter::Offset]);
    }
}
