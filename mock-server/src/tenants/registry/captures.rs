//! Frees memory of captured headers and bodies, when those of all organizations use what they may.

use super::Registry;
use crate::tenants::Organization;

impl Registry {
    /// Drops the captures of other organizations, those idle longest first, until there is room for this many bytes.
    /// `organization`: whose captures stay. Call it without any lock.
    pub(crate) fn drop_captures_of_others(
        &self,
        bytes: usize,
        organization: Option<&Organization>,
    ) {
        let all = self.organizations.lock();
        let is_other = |other: &Organization| {
            organization.is_none_or(|organization| other.name() != organization.name())
        };
        let others = all.by_name.values().filter(|other| is_other(other));
        let mut others: Vec<_> = others.cloned().collect();
        drop(all);
        others.sort_by_key(|other| other.last_used());
        for other in others {
            other.state().journal.drop_captures();
            if self.shared_data.captures.has(bytes).is_ok() {
                return;
            }
        }
    }
}
