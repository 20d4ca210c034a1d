//! Draws a case by chance, and makes it smaller.

use std::thread;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::case::{Case, Kind, Rules};

/// Draws in a row that do not fit; then there is no such case.
const REJECTS: u32 = 2_000;

/// What a case is drawn from: from the same, the same.
pub(super) struct Draw {
    pub(super) kind: Kind,
    pub(super) rules: Rules,
    /// What exists on the server.
    pub(super) given: Value,
    pub(super) seed: [u8; 32],
}

impl Draw {
    /// The case.
    pub(super) fn case(&self) -> Option<Case> {
        self.tree().map(|tree| tree.current())
    }

    /// The case, to be made smaller. What proptest keeps of it cannot go from thread to thread, as a check does, and
    /// stays on one of its own, which ends with this or with the last case.
    pub(super) fn shrink(self) -> Shrinker {
        let (fails, mut failed) = unbounded_channel();
        let (drawn, cases) = unbounded_channel();
        thread::spawn(move || {
            let Some(mut tree) = self.tree() else { return };
            while let Some(failed) = failed.blocking_recv() {
                let moved = if failed {
                    tree.simplify()
                } else {
                    tree.complicate()
                };
                if !moved || drawn.send(tree.current()).is_err() {
                    return;
                }
            }
        });
        Shrinker { fails, cases }
    }

    fn tree(&self) -> Option<impl ValueTree<Value = Case> + use<>> {
        let config = Config {
            max_local_rejects: REJECTS,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &self.seed);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let cases = self.kind.cases(&self.rules, &self.given);
        cases.new_tree(&mut runner).ok()
    }
}

/// A case that is made smaller.
pub(super) struct Shrinker {
    fails: UnboundedSender<bool>,
    cases: UnboundedReceiver<Case>,
}

impl Shrinker {
    /// The next to try: a smaller one where the last one fails, a larger one where it does not.
    pub(super) async fn next(&mut self, fails: bool) -> Option<Case> {
        self.fails.send(fails).ok()?;
        self.cases.recv().await
    }
}
