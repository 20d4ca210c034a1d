//! What the API is called with: the key, as it is now, or the access token of a session.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    Behaviour, Failure,
    session::{Session, SignIn, Tokens},
};

/// What a client is given to call the API with.
#[derive(Clone, Debug)]
pub enum Access {
    /// An API key.
    Key {
        /// Its text.
        text: String,
        /// Where there may be another by now.
        file: Option<PathBuf>,
    },
    /// What it needs to sign in by OAuth.
    SignIn(SignIn),
}

/// What the API is called with.
#[derive(Debug)]
pub(super) enum Credential {
    /// A key.
    Key(Key),
    /// A session.
    Session(Box<Session>),
}

/// A key, and where there may be another by now.
#[derive(Debug)]
pub(super) struct Key {
    given: String,
    file: Option<PathBuf>,
}

impl Credential {
    pub(super) fn new(access: Access, behaviour: &Behaviour) -> Result<Self, Failure> {
        Ok(match access {
            Access::Key { text, file } => Self::Key(Key::new(&text, file.as_deref())),
            Access::SignIn(sign_in) => {
                let session = Session::new(sign_in, behaviour.clone())?;
                Self::Session(Box::new(session))
            }
        })
    }

    /// What the next call is made with.
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
    /// A key that was given, or the one that a file holds.
    fn new(given: &str, file: Option<&Path>) -> Self {
        Self {
            given: given.to_owned(),
            file: file.map(Path::to_owned),
        }
    }

    /// The key for the next call. A file that cannot be read may be there again the next time.
    fn now(&self, behaviour: &Behaviour) -> String {
        let file = self.file.as_ref().filter(|_| behaviour.rereads_key);
        let read = file.and_then(|path| fs::read_to_string(path).ok());
        read.map_or_else(|| self.given.clone(), |key| key.trim().to_owned())
    }
}
