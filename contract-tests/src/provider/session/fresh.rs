//! A session for a check that runs alone.

use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use super::Session;
use crate::{
    contract::{CoverageLog, EchoDetector},
    provider::{absence::Absences, control::Control, vacuous_pass::SuccessWitness},
};

impl Session {
    /// A session with the same target and no recorded responses, so that a check runs alone. It shares the connections and
    /// what is known about the target.
    #[must_use]
    pub fn fresh(&self) -> Arc<Self> {
        let control = self.control.as_ref();
        Arc::new(Self {
            contract: self.contract.clone(),
            client: self.client.fresh(),
            control: control.map(Control::fresh).map_err(Clone::clone),
            keys: self.keys.clone(),
            token: self.token.clone(),
            strict: self.strict,
            safe: self.safe,
            seed: self.seed,
            permissions: self.permissions.clone(),
            command: self.command.clone(),
            limited: OnceCell::new(),
            unlimited: OnceLock::new(),
            success_witness: SuccessWitness::default(),
            absences: Absences::default(),
            coverage_log: CoverageLog::default(),
            echo_detector: EchoDetector::default(),
            recording: None,
            secrets: Arc::clone(&self.secrets),
        })
    }
}
