//! The server's state; a clone is a handle to the same.

mod broken_listeners;
mod clients;
mod issuer;
mod long_work;
pub(crate) mod metrics;
pub(crate) mod near_miss;
pub(crate) mod routes;

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
use self::{clients::RegisteredClients, long_work::LongWork, metrics::Metrics, routes::Routes};
use crate::{
    clock::Machine,
    config::{ClientSetting, Config, limits::MAX_WATCHERS},
    journal::{Journal, RequestIds},
    tenants::{OrganizationError, Registry},
};

/// A handle to the server's state.
#[derive(Clone, Debug)]
pub struct App(Arc<Shared>);

/// The server's state.
#[derive(Debug)]
pub struct Shared {
    /// The configuration in force.
    pub(crate) config: Arc<Config>,
    /// Organizations and keys.
    pub(crate) tenants: Registry,
    /// Clients of the authorization server that are not in the settings.
    pub(crate) clients: RegisteredClients,
    /// The paths of the API.
    pub(crate) routes: Routes,
    /// What is left out of bodies, where not everything is served.
    pub(crate) documented: Option<Documented>,
    /// How near the server comes to the vendor's API, once somebody has asked.
    pub(crate) fidelity: OnceLock<Bytes>,
    /// Its OpenAPI document, once somebody has asked.
    pub(crate) openapi: OnceLock<Bytes>,
    /// Requests without a key that is known here.
    unclaimed: Mutex<Journal>,
    /// Places for those who wait for journals, or follow them.
    pub(crate) watchers: Arc<Semaphore>,
    /// Where work is done that takes long.
    pub(crate) long_work: LongWork,
    /// The broken listeners that are open.
    broken_listeners: Mutex<BrokenListeners>,
    /// What is counted while it happens.
    pub(crate) metrics: Metrics,
    /// Every connection has one of it.
    pub(crate) connected: Arc<()>,
    machine: Machine,
    stop: Notify,
}

impl App {
    /// A server that nobody has called yet.
    pub fn new(config: Config) -> Result<Self, OrganizationError> {
        let config = Arc::new(config);
        let machine = Machine::start();
        let tenants = Registry::new(Arc::clone(&config), machine.now())?;
        Ok(Self(Arc::new(Shared {
            unclaimed: Mutex::new(Journal::new(
                RequestIds::new(config.seed, None),
                &tenants.shared_data.memory,
            )),
            tenants,
            clients: RegisteredClients::default(),
            routes: Routes::new(&config),
            documented: (config.profile == Profile::Documented).then(Documented::of_all_bodies),
            fidelity: OnceLock::new(),
            openapi: OnceLock::new(),
            watchers: Arc::new(Semaphore::new(MAX_WATCHERS)),
            long_work: LongWork::default(),
            broken_listeners: Mutex::default(),
            metrics: Metrics::default(),
            connected: Arc::default(),
            config,
            machine,
            stop: Notify::new(),
        })))
    }

    /// Switches to another scenario wherever the one from the start is on.
    pub fn reload(&self, scenario: Scenario) {
        self.tenants.reload(scenario, self.machine_now());
    }

    /// The client of the authorization server of that name.
    pub(crate) fn client(&self, id: &str) -> Option<Arc<ClientSetting>> {
        self.clients.find(&self.config.oauth, id)
    }

    /// The requests without a known key. Hold it for a moment only, never across an `.await`.
    pub(crate) fn unclaimed(&self) -> MutexGuard<'_, Journal> {
        self.unclaimed.lock()
    }

    /// The broken listeners that are open. Hold it for a moment only, never across an `.await`.
    pub(crate) fn broken_listeners(&self) -> MutexGuard<'_, BrokenListeners> {
        self.broken_listeners.lock()
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        Arc::strong_count(&self.connected) - 1
    }

    /// The machine's time.
    pub fn machine_now(&self) -> Timestamp {
        self.machine.now()
    }

    /// Tells the server to stop, as a signal does.
    pub(crate) fn stop(&self) {
        // Kept until the server looks, if it does not wait yet.
        self.stop.notify_one();
    }

    /// Ready when somebody has told the server to stop.
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
