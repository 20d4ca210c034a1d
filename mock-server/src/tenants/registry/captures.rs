//! Makes room for captured headers and bodies, when those of all organizations use what they may.

use super::Registry;
use crate::tenants::Organization;

impl Registry {
    /// Drops the captures of other organizations, those idle longest first, until there is room for this many bytes.
    /// Call it without any lock.
    pub(crate) fn make_room_for_capture(&self, bytes: usize, organization: &Organization) {
        let captures = &self.shared_data.captures;
        // One that keeps all it may drops its own.
        if captures.has(bytes).is_ok() || !organization.state().journal.may_capture(bytes) {
            return;
        }
        let all = self.organizations.lock();
        let others = all.by_name.values();
        let others = others.filter(|other| other.name() != organization.name());
        let mut others: Vec<_> = others.cloned().collect();
        drop(all);
        others.sort_by_key(|other| other.last_used());
        for other in others {
            other.state().journal.drop_captures();
            if captures.has(bytes).is_ok() {
                return;
            }
        }
    }
}
