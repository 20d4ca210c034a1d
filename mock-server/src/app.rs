//! The server's state. A clone is a handle to the same state.

mod broken_listeners;
mod clients;
mod issuer;
pub(crate) mod judge_report;
mod long_work;
pub(crate) mod metrics;
pub(crate) mod near_miss;
mod refusals;
pub(crate) mod routes;
pub(crate) mod sessions;
mod tls;

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use scenarios::Scenario;
use schemas::{Documented, Profile};
use tokio::sync::{Notify, Semaphore};

pub(crate) use self::{
    broken_listeners::{BrokenListener, BrokenListenerError, BrokenListeners, Held},
    clients::ClientError,
    issuer::{issuer, origin},
};
use self::{
    clients::RegisteredClients, judge_report::JudgeReports, long_work::LongWork, metrics::Metrics,
    routes::Routes, sessions::Sessions, tls::Tls,
};
pub use self::{
    refusals::{Refusal, Refusals},
    tls::TlsError,
};
use crate::{
    clock::Machine,
    config::{ClientSetting, Config, limits::MAX_WATCHERS},
    journal::{Journal, RequestIds},
    tenants::{Organization, OrganizationError, Registry},
};

/// A handle to the server's state.
#[derive(Clone, Debug)]
pub struct App(Arc<Shared>);

/// The server's state.
#[derive(Debug)]
pub struct Shared {
    /// The configuration in force.
    pub(crate) config: Arc<Config>,
    /// TLS, if the server speaks it.
    pub(crate) tls: Option<Tls>,
    /// Organizations and keys.
    pub(crate) tenants: Registry,
    /// Clients of the authorization server that are not in the settings.
    pub(crate) clients: RegisteredClients,
    /// The paths of the API.
    pub(crate) routes: Routes,
    /// What to remove from bodies, if only the documented part of the contract is served.
    pub(crate) documented: Option<Documented>,
    /// The fidelity report, cached at first request.
    pub(crate) fidelity: OnceLock<Bytes>,
    /// The OpenAPI document, cached at first request.
    pub(crate) openapi: OnceLock<Bytes>,
    /// The journal of requests without a known key.
    unclaimed: Mutex<Journal>,
    /// Limits concurrent requests that wait for journal entries or follow a journal.
    pub(crate) watchers: Arc<Semaphore>,
    /// Who is signed in to the dashboard.
    pub(crate) sessions: Sessions,
    /// The last report of the judge.
    pub(crate) judge_reports: JudgeReports,
    /// Runs slow work.
    pub(crate) long_work: LongWork,
    /// The open broken listeners.
    broken_listeners: Mutex<BrokenListeners>,
    /// Counters of events.
    pub(crate) metrics: Metrics,
    /// Every connection holds a clone, so that the count of clones is the number of connections.
    pub(crate) connected: Arc<()>,
    machine: Machine,
    stop: Notify,
}

/// Why a server has no state.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// An organization of the settings cannot be created.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// The server cannot speak TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl App {
    /// The state of a new server.
    pub fn new(config: Config) -> Result<Self, AppError> {
        let config = Arc::new(config);
        let machine = Machine::start();
        let source = config.tls.as_ref();
        let tls = source.map(|source| Tls::new(source, config.host, machine.now()));
        let tenants = Registry::new(Arc::clone(&config), machine.now())?;
        Ok(Self(Arc::new(Shared {
            unclaimed: Mutex::new(Journal::new(
                RequestIds::new(config.seed, None),
                config.max_journal,
                &tenants.shared_data.memory,
                (&tenants.shared_data.captures, config.capture),
            )),
            tls: tls.transpose()?,
            tenants,
            clients: RegisteredClients::default(),
            routes: Routes::new(&config),
            documented: (config.profile == Profile::Documented).then(Documented::from_schemas),
            fidelity: OnceLock::new(),
            openapi: OnceLock::new(),
            watchers: Arc::new(Semaphore::new(MAX_WATCHERS)),
            sessions: Sessions::default(),
            judge_reports: JudgeReports::default(),
            long_work: LongWork::default(),
            broken_listeners: Mutex::default(),
            metrics: Metrics::default(),
            connected: Arc::default(),
            config,
            machine,
            stop: Notify::new(),
        })))
    }

    /// The certificates that clients must trust, in PEM, if the server speaks TLS.
    pub fn trusted_certificates(&self) -> Option<&str> {
        self.tls.as_ref().map(|tls| &*tls.trusted)
    }

    /// Switches to another scenario in every organization where the initial scenario is active.
    pub fn reload(&self, scenario: Scenario) {
        self.tenants.reload(scenario, self.machine_now());
    }

    /// The client of the authorization server with this id.
    pub(crate) fn client(&self, id: &str) -> Option<Arc<ClientSetting>> {
        self.clients.find(&self.config.oauth, id)
    }

    /// The journal of requests without a known key. Hold the lock briefly, never across an `.await`.
    pub(crate) fn unclaimed(&self) -> MutexGuard<'_, Journal> {
        self.unclaimed.lock()
    }

    /// Makes room for the capture of a request, if the captures of all journals use what they may, and those of the
    /// request's own journal do not. `organization`: that of the request, if it is known. Call it without any lock.
    pub(crate) fn make_room_for_capture(&self, bytes: usize, organization: Option<&Organization>) {
        let captures = &self.tenants.shared_data.captures;
        if captures.has(bytes).is_ok() || bytes > captures.max() {
            return;
        }
        // A journal that keeps all it may drops its own.
        let may_grow = match organization {
            Some(organization) => organization.state().journal.may_capture(bytes),
            None => self.unclaimed().may_capture(bytes),
        };
        if may_grow {
            self.tenants.drop_captures_of_others(bytes, organization);
        }
    }

    /// The open broken listeners. Hold the lock briefly, never across an `.await`.
    pub(crate) fn broken_listeners(&self) -> MutexGuard<'_, BrokenListeners> {
        self.broken_listeners.lock()
    }

    /// Number of open connections.
    pub(crate) fn connections(&self) -> usize {
        Arc::strong_count(&self.connected) - 1
    }

    /// The machine's time.
    pub fn machine_now(&self) -> Timestamp {
        self.machine.now()
    }

    /// Stops the server, as a signal does.
    pub(crate) fn stop(&self) {
        // The notification is stored if the server does not wait yet.
        self.stop.notify_one();
    }

    /// Completes when the server is asked to stop.
    pub(crate) async fn stopped(&self) {
        self.stop.notified().await;
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
