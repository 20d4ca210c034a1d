//! The organizations that a run has created on a sandbox, and which of them its checks still use.

use parking_lot::Mutex;

use crate::provider::check_context::CheckRef;

/// The organizations of a run, in order of creation.
#[derive(Debug, Default)]
pub(super) struct Organizations(Mutex<Vec<Created>>);

#[derive(Debug)]
struct Created {
    name: String,
    /// The check that uses it; without one, the whole run does.
    user: Option<CheckRef>,
}

impl Created {
    fn is_in_use(&self) -> bool {
        self.user.as_ref().is_none_or(CheckRef::is_running)
    }
}

impl Organizations {
    pub(super) fn add(&self, name: String, user: Option<CheckRef>) {
        self.0.lock().push(Created { name, user });
    }

    /// Takes the first of those that are no longer in use, so that at most `kept` are left, if enough of them are unused.
    pub(super) fn take_unused(&self, kept: usize) -> Vec<String> {
        let mut all = self.0.lock();
        let excess = all.len().saturating_sub(kept);
        let mut taken = Vec::new();
        all.retain(|one| {
            let is_kept = taken.len() == excess || one.is_in_use();
            if !is_kept {
                taken.push(one.name.clone());
            }
            is_kept
        });
        taken
    }

    /// The names of those that this check has created.
    pub(super) fn of(&self, user: &CheckRef) -> Vec<String> {
        let all = self.0.lock();
        let own = |one: &&Created| one.user.as_ref().is_some_and(|other| other.is(user));
        all.iter().filter(own).map(|one| one.name.clone()).collect()
    }

    /// Takes all, in use or not.
    pub(super) fn take_all(&self) -> Vec<String> {
        let all = std::mem::take(&mut *self.0.lock());
        all.into_iter().map(|one| one.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::check_context;

    #[tokio::test]
    async fn takes_the_first_that_no_running_check_uses() {
        let organizations = Organizations::default();
        let add = |name: &str| organizations.add(name.to_owned(), check_context::current());
        add("shared");
        for name in ["past01", "past02", "past03"] {
            check_context::run("PRV-PAST", None, async { add(name) }).await;
        }
        let running = async {
            add("mine01");
            assert_eq!(organizations.take_unused(5), [""; 0]);
            assert_eq!(organizations.take_unused(4), ["past01"]);
            assert_eq!(organizations.take_unused(0), ["past02", "past03"]);
            let check = check_context::current().unwrap();
            assert_eq!(organizations.of(&check), ["mine01"]);
        };
        check_context::run("PRV-RUNNING", None, running).await;
        assert_eq!(organizations.take_all(), ["shared", "mine01"]);
    }
}
