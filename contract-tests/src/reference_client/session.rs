//! An OAuth session: the client signs in by code and PKCE, uses one access token for all calls, and refreshes it once when the
//! API rejects it.

use std::time::Duration;

use tokio::sync::Mutex;

use super::{
    Behaviour, Failure, authorization::AuthorizationServer, http::pause, workload::print_error,
};
use crate::http::Trust;

/// Maximum number of renewals of one session, also for a client with a bug that never stops refreshing.
const MAX_RENEWALS: u32 = 20;
/// Number of further refreshes with an invalid token, by a client that does not accept `invalid_grant`.
const DISBELIEF: usize = 3;
/// How long a client waits before it sends one more request after `invalid_grant`.
const HOPE: Duration = Duration::from_secs(1);

/// What a client needs to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The authorization server.
    pub issuer: String,
    /// The client id it is registered under.
    pub client_id: String,
    /// The user and the organization to sign in as.
    pub login_hint: String,
}

/// The tokens of a session.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    /// The access token for the API.
    pub access: String,
    /// The refresh token.
    pub refresh: Option<String>,
}

/// A session, shared by all calls.
#[derive(Debug)]
pub(super) struct Session {
    server: AuthorizationServer,
    behaviour: Behaviour,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tokens: Option<Tokens>,
    /// Whether the API has accepted the access token.
    has_worked: bool,
    /// Why the session has ended.
    ended: Option<Failure>,
    renewals: u32,
}

impl Session {
    /// A session that starts with the first call.
    pub(super) fn new(
        sign_in: SignIn,
        behaviour: Behaviour,
        trust: &Trust,
    ) -> Result<Self, Failure> {
        Ok(Self {
            server: AuthorizationServer::new(sign_in, &behaviour, trust)?,
            behaviour,
            state: Mutex::default(),
        })
    }

    /// The tokens for the next request. While they are refreshed, this waits for the new ones.
    pub(super) async fn tokens(&self) -> Result<Tokens, Failure> {
        let mut state = self.state.lock().await;
        if let Some(failure) = state
            .ended
            .clone()
            .filter(|failure| !self.may_recover(failure))
        {
            return Err(failure);
        }
        if let Some(tokens) = &state.tokens {
            return Ok(tokens.clone());
        }
        match self.server.sign_in().await {
            Ok(tokens) => {
                if self.behaviour.oauth.prints_refresh_token {
                    let refresh = tokens.refresh.as_deref().unwrap_or_default();
                    print_error(&format!("debug: refresh token {refresh}"));
                }
                state.tokens = Some(tokens.clone());
                Ok(tokens)
            }
            Err(failure) => {
                state.ended = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Records that the API accepted an access token.
    pub(super) async fn note_success(&self, access: &str) {
        let mut state = self.state.lock().await;
        let is_current = state.tokens.as_ref().map(|tokens| &*tokens.access) == Some(access);
        state.has_worked |= is_current;
    }

    /// Replaces an access token that the API rejected. If several calls were rejected with it, only the first one refreshes.
    pub(super) async fn renew(&self, rejected: &Tokens) -> Result<(), Failure> {
        let oauth = &self.behaviour.oauth;
        if !oauth.shares_refreshes {
            let renewed = self.server.refresh(rejected).await;
            let mut state = self.state.lock().await;
            return state.renewed(renewed);
        }
        let mut state = self.state.lock().await;
        if let Some(failure) = &state.ended {
            return Err(failure.clone());
        }
        let Some(current) = state.tokens.clone() else {
            return Ok(());
        };
        if current.access != rejected.access {
            return Ok(());
        }
        state.renewals += 1;
        let may_renew = state.has_worked || oauth.renews_new_tokens;
        if !oauth.renews || !may_renew || state.renewals > MAX_RENEWALS {
            return state.renewed(Err(Failure::TokenRejected));
        }
        let mut renewed = self.server.refresh(&current).await;
        let mut more = 0..if oauth.believes_invalid_grant {
            0
        } else {
            DISBELIEF
        };
        while matches!(renewed, Err(Failure::SessionEnded)) && more.next().is_some() {
            renewed = self.server.refresh(&current).await;
        }
        let renewed = state.renewed(renewed);
        match renewed {
            Err(failure) if self.may_recover(&failure) => {
                drop(state);
                pause(HOPE).await;
                Ok(())
            }
            Ok(()) | Err(_) => renewed,
        }
    }

    /// Whether the access token is used again although the session has ended.
    fn may_recover(&self, failure: &Failure) -> bool {
        !self.behaviour.oauth.stops_without_grant && matches!(failure, Failure::SessionEnded)
    }
}

impl State {
    /// Stores the new tokens, or ends the session.
    fn renewed(&mut self, renewed: Result<Tokens, Failure>) -> Result<(), Failure> {
        match renewed {
            Ok(tokens) => {
                (self.tokens, self.has_worked) = (Some(tokens), false);
                Ok(())
            }
            Err(failure) => {
                self.ended = Some(failure.clone());
                Err(failure)
            }
        }
    }
}
