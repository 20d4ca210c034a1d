//! A session of OAuth: the client signs in by code and PKCE, and has one access token for all calls, which is renewed once
//! where the API rejects it.

use tokio::sync::Mutex;

use super::{Behaviour, Failure, authorization::AuthorizationServer, workload::print_error};

/// Maximum number of renewals of one session, also for a client with a bug that never stops refreshing.
const MAX_RENEWALS: u32 = 20;
/// Refreshes with a token that was not valid, of a client that does not believe it.
const DISBELIEF: usize = 3;

/// What a client needs to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The authorization server.
    pub issuer: String,
    /// The client that it is registered as.
    pub client_id: String,
    /// The user, and the organization.
    pub login_hint: String,
}

/// The tokens of a session.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    /// What the API takes.
    pub access: String,
    /// What brings another of these.
    pub refresh: Option<String>,
}

/// A session, which all calls share.
#[derive(Debug)]
pub(super) struct Session {
    server: AuthorizationServer,
    behaviour: Behaviour,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tokens: Option<Tokens>,
    /// Whether the API has taken the access token.
    has_worked: bool,
    /// Why it is over.
    ended: Option<Failure>,
    renewals: u32,
}

impl Session {
    /// A session that begins with the first call.
    pub(super) fn new(sign_in: SignIn, behaviour: Behaviour) -> Result<Self, Failure> {
        Ok(Self {
            server: AuthorizationServer::new(sign_in, &behaviour)?,
            behaviour,
            state: Mutex::default(),
        })
    }

    /// The tokens for the next call. Whoever comes while they are renewed waits for the new ones.
    pub(super) async fn tokens(&self) -> Result<Tokens, Failure> {
        let mut state = self.state.lock().await;
        if let Some(failure) = &state.ended {
            return Err(failure.clone());
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

    /// The API has taken an access token.
    pub(super) async fn has_worked(&self, access: &str) {
        let mut state = self.state.lock().await;
        let is_current = state.tokens.as_ref().map(|tokens| &*tokens.access) == Some(access);
        state.has_worked |= is_current;
    }

    /// Another access token in place of one that the API has rejected; of all that were rejected with it, the first sees to
    /// that.
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
        state.renewed(renewed)
    }
}

impl State {
    /// Takes the new tokens, or the end of the session.
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
