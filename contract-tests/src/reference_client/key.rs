//! The credential for the API: the current key, or the access token of a session.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    Behaviour, Failure,
    session::{Session, SignIn, Tokens},
};
use crate::http::Trust;

/// What a client is given to access the API.
#[derive(Clone, Debug)]
pub enum Access {
    /// An API key.
    Key {
        /// Its text.
        text: String,
        /// A file that may contain a newer key.
        file: Option<PathBuf>,
    },
    /// What it needs to sign in by OAuth.
    SignIn(SignIn),
}

/// The credential for the API.
#[derive(Debug)]
pub(super) enum Credential {
    /// A key.
    Key(Key),
    /// A session.
    Session(Box<Session>),
}

/// A key, and a file that may contain a newer one.
#[derive(Debug)]
pub(super) struct Key {
    given: String,
    file: Option<PathBuf>,
}

impl Credential {
    pub(super) fn new(
        access: Access,
        behaviour: &Behaviour,
        trust: &Trust,
    ) -> Result<Self, Failure> {
        Ok(match access {
            Access::Key { text, file } => Self::Key(Key::new(&text, file.as_deref())),
            Access::SignIn(sign_in) => {
                let session = Session::new(sign_in, behaviour.clone(), trust)?;
                Self::Session(Box::new(session))
            }
        })
    }

    /// The tokens for the next request.
    pub(super) async fn now(&self, behaviour: &Behaviour) -> Result<Tokens, Failure> {
        match self {
            Self::Key(key) => Ok(Tokens {
                access: key.now(behaviour),
                refresh: None,
            }),
            Self::Session(session) => session.tokens().await,
        }
    }
}

impl Key {
    /// A key, and optionally a file with a newer one.
    fn new(given: &str, file: Option<&Path>) -> Self {
        Self {
            given: given.to_owned(),
            file: file.map(Path::to_owned),
        }
    }

    /// The key for the next request. A file that cannot be read now may be readable the next time.
    fn now(&self, behaviour: &Behaviour) -> String {
        let file = self.file.as_ref().filter(|_| behaviour.rereads_key);
        let read = file.and_then(|path| fs::read_to_string(path).ok());
        read.map_or_else(|| self.given.clone(), |key| key.trim().to_owned())
    }
}
