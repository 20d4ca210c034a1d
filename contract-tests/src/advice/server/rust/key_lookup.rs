use std::collections::HashMap;

use sha2::{Digest, Sha256};

pub struct Key {
    pub organization: String,
    pub expires_at: Option<u64>,
    pub revoked_at: Option<u64>,
}

pub struct Keys {
    by_hash: HashMap<[u8; 32], Key>,
}

impl Keys {
    /// The hash of the whole key decides, prefix and case included. It is looked up for each request: no cache outlives a revocation.
    pub fn valid(&self, presented: &str, now: u64) -> Option<&Key> {
        let hash: [u8; 32] = Sha256::digest(presented.as_bytes()).into();
        let key = self.by_hash.get(&hash);
        // Unknown, revoked and expired do the same work and have the same result, so nothing tells them apart.
        key.filter(|key| {
            let has_ended = |at: Option<u64>| at.is_some_and(|at| now >= at);
            !has_ended(key.revoked_at) & !has_ended(key.expires_at)
        })
    }
}
