//! The server's state; a clone is a handle to the same.

use std::{ops::Deref, sync::Arc};

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::{
    clock::Machine,
    config::Config,
    directory::{Directory, OrganizationError},
    journal::Journal,
    routes::Routes,
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
    pub(crate) directory: Directory,
    /// The paths of the API.
    pub(crate) routes: Routes,
    /// Requests without a key that is known here.
    pub(crate) unclaimed: Mutex<Journal>,
    machine: Machine,
}

impl App {
    /// A server that nobody has called yet.
    pub fn new(config: Config) -> Result<Self, OrganizationError> {
        let config = Arc::new(config);
        let machine = Machine::start();
        Ok(Self(Arc::new(Shared {
            directory: Directory::new(Arc::clone(&config), machine.now())?,
            routes: Routes::new(),
            unclaimed: Mutex::default(),
            config,
            machine,
        })))
    }

    /// The machine's time.
    pub fn machine_now(&self) -> Timestamp {
        self.machine.now()
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
