//! The clients of the authorization server: those in the settings, and those registered later.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::config::{ClientSetting, OauthConfig, limits::MAX_REGISTERED_CLIENTS};

/// Clients that were registered while the server ran.
#[derive(Debug, Default)]
pub(crate) struct RegisteredClients(Mutex<Vec<Arc<ClientSetting>>>);

/// Why a client cannot be registered or removed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum ClientError {
    /// A client with this id exists.
    #[error("a client with this client_id exists; choose another one, or delete it first")]
    Exists,
    /// The maximum number is registered.
    #[error("{MAX_REGISTERED_CLIENTS} clients are registered, the maximum; delete one first")]
    TooMany,
    /// The client is in the settings, so it cannot be removed.
    #[error("the client is from the settings; only clients that were registered can be deleted")]
    Configured,
    /// No client has this id.
    #[error("there is no such client")]
    Unknown,
}

impl RegisteredClients {
    /// The client with this id, registered or from the settings.
    pub(crate) fn find(&self, config: &OauthConfig, id: &str) -> Option<Arc<ClientSetting>> {
        let configured = config.client(id).cloned();
        configured.or_else(|| {
            let registered = self.0.lock();
            registered.iter().find(|one| one.client_id == id).cloned()
        })
    }

    /// All clients, those in the settings first.
    pub(crate) fn all(&self, config: &OauthConfig) -> Vec<Arc<ClientSetting>> {
        let registered = self.0.lock();
        config.clients().chain(&*registered).cloned().collect()
    }

    /// Adds a client.
    pub(crate) fn register(
        &self,
        config: &OauthConfig,
        client: ClientSetting,
    ) -> Result<Arc<ClientSetting>, ClientError> {
        let mut registered = self.0.lock();
        let is_known = |one: &Arc<ClientSetting>| one.client_id == client.client_id;
        if config.client(&client.client_id).is_some() || registered.iter().any(is_known) {
            return Err(ClientError::Exists);
        }
        if registered.len() >= MAX_REGISTERED_CLIENTS {
            return Err(ClientError::TooMany);
        }
        let client = Arc::new(client);
        registered.push(Arc::clone(&client));
        Ok(client)
    }

    /// Removes a registered client. Its grants stay, but cannot be refreshed.
    pub(crate) fn remove(&self, config: &OauthConfig, id: &str) -> Result<(), ClientError> {
        let mut registered = self.0.lock();
        match registered.iter().position(|one| one.client_id == id) {
            Some(index) => {
                registered.remove(index);
                Ok(())
            }
            None if config.client(id).is_some() => Err(ClientError::Configured),
            None => Err(ClientError::Unknown),
        }
    }
}
