//! Ids that encode a number, so that no table of ids is needed.

use std::sync::Arc;

use uuid::Uuid;

use crate::world::seed;

/// Mask of the number's bits: the bits of the first half that are free for data.
const NUMBER: u64 = (1 << 60) - 1;

/// The ids of one kind of object in an organization.
///
/// They look like random (version 4) UUIDs. The second half is a digest of the number, and the first half is the
/// number, masked by a digest of the second half. An id with a changed bit therefore matches no object.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    seed: u64,
    organization: Arc<str>,
    kind: Box<str>,
}

impl Ids {
    /// The ids of a kind of object in an organization.
    pub(crate) fn new(seed: u64, organization: &Arc<str>, kind: impl Into<Box<str>>) -> Self {
        Self {
            seed,
            organization: Arc::clone(organization),
            kind: kind.into(),
        }
    }

    /// The id of a number, which must be below 2⁶⁰.
    pub(crate) fn id(&self, number: u64) -> Uuid {
        let second = self.second_half(number);
        let hidden = (number ^ self.mask(second)) & NUMBER;
        // Sixty bits around the four version bits.
        let first = hidden >> 12 << 16 | 0x4000 | hidden & 0xfff;
        Uuid::from_u64_pair(first, second)
    }

    /// The number of an id. Any spelling of a UUID is accepted.
    pub(crate) fn number(&self, id: &str) -> Option<u64> {
        let (first, second) = Uuid::try_parse(id).ok()?.as_u64_pair();
        let hidden = first >> 16 << 12 | first & 0xfff;
        let number = (hidden ^ self.mask(second)) & NUMBER;
        let is_complete = first >> 12 & 0xf == 4 && self.second_half(number) == second;
        is_complete.then_some(number)
    }

    fn second_half(&self, number: u64) -> u64 {
        // The first two bits are the variant.
        self.digest("id", number) & (u64::MAX >> 2) | 1 << 63
    }

    fn mask(&self, second: u64) -> u64 {
        self.digest("mask", second)
    }

    fn digest(&self, part: &str, number: u64) -> u64 {
        let digest = seed::digest(
            self.seed,
            &[
                self.organization.as_bytes(),
                self.kind.as_bytes(),
                part.as_bytes(),
                &number.to_be_bytes(),
            ],
        );
        let (first, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
        u64::from_be_bytes(*first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(organization: &str, kind: &str) -> Ids {
        Ids::new(7, &organization.into(), kind)
    }

    proptest! {
        #[test]
        fn id_encodes_its_number_and_looks_random(number in 0..=NUMBER) {
            let ids = ids("demo01", "order");
            let id = ids.id(number);
            prop_assert_eq!(ids.number(&id.to_string()), Some(number));
            prop_assert_eq!(id.get_version_num(), 4);
            prop_assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        }

        #[test]
        fn id_with_a_flipped_bit_is_unknown(number in 0..1_000_000_u64, bit in 0..128_u32) {
            let ids = ids("demo01", "order");
            let other = Uuid::from_u128(ids.id(number).as_u128() ^ 1 << bit);
            prop_assert_eq!(ids.number(&other.to_string()), None);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            prop_assert_eq!(ids("demo01", "order").number(&text), None);
        }
    }

    #[test]
    fn ids_differ_by_kind_and_organization() {
        let id = ids("demo01", "order").id(3).to_string();
        assert_eq!(ids("demo02", "order").number(&id), None);
        assert_eq!(ids("demo01", "company").number(&id), None);
    }
}
