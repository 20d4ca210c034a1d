//! Reproducible randomness: one random stream for each generated thing.
//!
//! A stream depends on the server's seed, the organization and the thing only, so an additional field or request
//! does not change the others.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The stream for the `index`-th thing of a kind in an organization.
pub(crate) fn stream(seed: u64, organization: &str, kind: &str, index: u64) -> ChaCha8Rng {
    let parts = [
        organization.as_bytes(),
        kind.as_bytes(),
        &index.to_be_bytes(),
    ];
    ChaCha8Rng::from_seed(digest(seed, &parts))
}

/// A digest of the seed and the parts. The boundaries between parts count.
pub(crate) fn digest(seed: u64, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// A given number of uniformly random base62 characters from the stream.
pub(crate) fn base62(random: &mut ChaCha8Rng, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // Six random bits; the two values without a symbol are drawn again.
        if let Some(symbol) = BASE62.get((random.next_u32() & 63) as usize) {
            text.push(char::from(*symbol));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_depends_on_every_part_of_its_name() {
        let first = |seed, organization, kind, index| {
            base62(&mut stream(seed, organization, kind, index), 8)
        };
        let base = first(1, "demo01", "order", 0);
        assert_eq!(base, first(1, "demo01", "order", 0));
        for other in [
            first(2, "demo01", "order", 0),
            first(1, "demo02", "order", 0),
            first(1, "demo01", "key", 0),
            first(1, "demo01", "order", 1),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn base62_has_the_requested_length() {
        let text = base62(&mut stream(1, "demo01", "key", 0), 26);
        assert_eq!(text.len(), 26);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
