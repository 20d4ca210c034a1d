//! Draws a random case and shrinks it.

use std::thread;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::case::{Case, Kind, Rules};

/// Maximum number of rejected draws before the case counts as impossible.
const REJECTS: u32 = 2_000;

/// The inputs that determine a case.
pub(super) struct Draw {
    pub(super) kind: Kind,
    pub(super) rules: Rules,
    /// A valid body with ids that exist on the server.
    pub(super) given: Value,
    pub(super) seed: [u8; 32],
}

impl Draw {
    pub(super) fn case(&self) -> Option<Case> {
        self.tree().map(|tree| tree.current())
    }

    /// Shrinks the case. proptest's state is not `Send`, as a check has to be, so it stays on a thread of its own, which ends
    /// with the shrinker or with the last case.
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

/// Shrinks a case.
pub(super) struct Shrinker {
    fails: UnboundedSender<bool>,
    cases: UnboundedReceiver<Case>,
}

impl Shrinker {
    /// The next case to try: a smaller one if the last one fails, a larger one if it does not.
    pub(super) async fn next(&mut self, fails: bool) -> Option<Case> {
        self.fails.send(fails).ok()?;
        self.cases.recv().await
    }
}
