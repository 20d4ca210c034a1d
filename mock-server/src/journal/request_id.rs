//! Request ids. An id encodes whose journal has the request, and its position there.
//!
//! No table of ids is therefore needed, and equal requests get equal ids. Every id looks like a random (version 4)
//! UUID, so that the id of a 401 does not reveal whether its key is known. Ids are not secret: whoever has the seed
//! can decode them.

use std::fmt;

use http::HeaderValue;
use uuid::{Uuid, fmt::Hyphenated};

/// Mask of the bits of half a UUID that are free for data.
const HALF: u64 = (1 << 60) - 1;
/// Rounds of the Feistel network. After four rounds, each bit of an id depends on every input bit.
const ROUNDS: [u64; 4] = [1, 2, 3, 4];

/// The ids of the requests in a journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestIds {
    seed: u64,
    /// The letters of the organization's name; 0 for the journal of requests without a known key.
    owner: u64,
}

/// The id of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RequestId(Uuid);

/// The position of a request.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct JournalPosition {
    /// The organization that owns the journal; `None` for requests without a known key.
    pub organization: Option<String>,
    /// The sequence number in the journal.
    pub sequence: u64,
}

impl RequestIds {
    /// The ids of an organization's requests, or of requests without a known key.
    pub(crate) fn new(seed: u64, organization: Option<&str>) -> Self {
        let letters = organization.unwrap_or_default().bytes();
        let owner = letters.fold(0, |owner, letter| owner << 8 | u64::from(letter));
        Self { seed, owner }
    }

    /// The id of the request with this sequence number.
    pub(crate) fn id(self, sequence: u64) -> RequestId {
        let halves = (sequence & HALF, self.owner & HALF);
        let (left, right) = ROUNDS.iter().fold(halves, |(left, right), round| {
            (right, left ^ mix(self.seed, *round, right))
        });
        // The first half surrounds the four version bits; the second half follows the variant bits.
        RequestId(Uuid::from_u64_pair(
            left >> 12 << 16 | 0x4000 | left & 0xfff,
            1 << 63 | right,
        ))
    }
}

impl RequestId {
    /// The position of the request with this id; `None` if no server with this seed produces the id.
    pub(crate) fn place(seed: u64, id: &str) -> Option<JournalPosition> {
        let (first, second) = Uuid::try_parse(id).ok()?.as_u64_pair();
        if first >> 12 & 0xf != 4 || second & !HALF != 1 << 63 {
            return None;
        }
        let halves = (first >> 16 << 12 | first & 0xfff, second & HALF);
        let (sequence, owner) = ROUNDS.iter().rev().fold(halves, |(left, right), round| {
            (right ^ mix(seed, *round, left), left)
        });
        let organization = match owner {
            0 => None,
            _ => Some(name(owner)?),
        };
        Some(JournalPosition {
            organization,
            sequence,
        })
    }

    /// The id as a header value.
    pub(crate) fn header(self) -> HeaderValue {
        let mut text = [0; Hyphenated::LENGTH];
        HeaderValue::from_str(self.0.hyphenated().encode_lower(&mut text))
            .expect("a UUID is visible ASCII")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The organization name that these letters spell, if they do.
fn name(owner: u64) -> Option<String> {
    let letters = owner.to_be_bytes();
    let (before, name) = letters.split_at(2);
    let name = str::from_utf8(name).ok()?;
    let is_complete = before == [0, 0] && scenarios::is_organization(name);
    is_complete.then(|| name.to_owned())
}

/// Mixes half an id so that the result depends on every bit of it (the finalizer of `SplitMix64`).
fn mix(seed: u64, round: u64, half: u64) -> u64 {
    let mut mixed = (seed ^ half).wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ mixed >> 31) & HALF
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn id_encodes_its_position_and_looks_random(
            seed: u64, name in "[0-9A-Za-z]{6}", claimed: bool, sequence in 0..=HALF,
        ) {
            let organization = claimed.then_some(name);
            let id = RequestIds::new(seed, organization.as_deref()).id(sequence);
            prop_assert_eq!(RequestId::place(seed, &id.to_string()), Some(JournalPosition { organization, sequence }));
            prop_assert_eq!(id.0.get_version_num(), 4);
            prop_assert_eq!(id.0.get_variant(), uuid::Variant::RFC4122);
            prop_assert_eq!(id.header(), id.to_string());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            prop_assert_eq!(RequestId::place(7, &text), None);
        }
    }

    #[test]
    fn id_with_a_flipped_bit_is_unknown() {
        let id = RequestIds::new(7, Some("demo01")).id(3).0.as_u128();
        for bit in 0..128 {
            let other = Uuid::from_u128(id ^ 1 << bit).to_string();
            assert_eq!(RequestId::place(7, &other), None, "bit {bit}");
        }
    }
}
