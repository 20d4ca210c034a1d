//! Answers that are not whole, and what else happens to bytes.

use super::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[];
