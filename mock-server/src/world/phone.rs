//! Telephone numbers that do not belong to anyone.
//!
//! All are numbers that the Bundesnetzagentur reserves for fiction ("drama numbers", its notice 148/2021): a
//! thousand in each of five areas, and some mobile ones. A company elsewhere gets a number of the nearest area: a
//! wrong area code is better than the number of a real person.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance::pick;

/// Mobile numbers reserved for fiction, except those that form a range.
const MOBILE: [&str; 9] = [
    "+49 152 28817386",
    "+49 152 28895456",
    "+49 152 54599371",
    "+49 172 9925904",
    "+49 172 9968532",
    "+49 172 9973185",
    "+49 172 9980752",
    "+49 174 9091317",
    "+49 174 9464308",
];

/// An area with a thousand numbers reserved for fiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    Berlin,
    Cologne,
    Frankfurt,
    Hamburg,
    Munich,
}

impl Area {
    /// A number in the area, in international form.
    pub(super) fn line(self, random: &mut ChaCha8Rng) -> String {
        let block = match self {
            Self::Berlin => "30 23125",
            Self::Cologne => "221 4710",
            Self::Frankfurt => "69 90009",
            Self::Hamburg => "40 66969",
            Self::Munich => "89 99998",
        };
        format!("+49 {block} {:03}", random.random_range(0..1000_u32))
    }
}

/// A mobile number, in international form.
pub(super) fn mobile(random: &mut ChaCha8Rng) -> String {
    match random.random_range(0..10_u32) {
        0..5 => format!("+49 171 39200{:02}", random.random_range(0..100_u32)),
        5..8 => format!("+49 176 040690{:02}", random.random_range(0..100_u32)),
        _ => pick(random, &MOBILE).to_owned(),
    }
}
