//! Query parameters of journal requests.

use std::{collections::HashSet, marker::PhantomData, time::Duration};

use axum::extract::FromRequestParts;
use http::request;
use schemas::control::MAX_COUNT;
use serde_json::Value;

use super::{ControlError, JournalOwner};
use crate::{
    app::App,
    clock::duration,
    journal::{Entry, Filter, Journal, RequestId},
};

/// Maximum time to wait.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// The parameters of a request of kind `P`.
#[derive(Debug)]
pub(super) struct Params<P> {
    /// The filter on entries.
    pub filter: Filter,
    /// Only entries after this sequence number.
    pub after: Option<u64>,
    /// Maximum number of entries.
    pub limit: usize,
    /// Number of entries to wait for.
    pub count: u64,
    /// Maximum time to wait.
    pub timeout: Duration,
    parameters: PhantomData<P>,
}

/// The parameters of a kind of request, besides the conditions of the filter.
pub(super) trait ParamNames: Send {
    const NAMES: &'static [&'static str];
}

/// A page of the journal.
#[derive(Debug)]
pub(super) struct ForPage;

impl ParamNames for ForPage {
    const NAMES: &'static [&'static str] = &["after", "limit"];
}

/// Counting and following entries.
#[derive(Debug)]
pub(super) struct ForCount;

impl ParamNames for ForCount {
    const NAMES: &'static [&'static str] = &["after"];
}

/// Waiting for entries.
#[derive(Debug)]
pub(super) struct ForWait;

impl ParamNames for ForWait {
    const NAMES: &'static [&'static str] = &["after", "limit", "count", "timeout"];
}

impl<P> Params<P> {
    /// The requested page.
    pub(super) fn page(&self, journal: &Journal) -> Value {
        journal.page(&self.filter, self.after(), self.limit)
    }

    /// The requested entries, with their ids and numbers. They are cloned, so that the lock is not held while they are
    /// rendered.
    pub(super) fn entries(&self, app: &App, owner: &JournalOwner) -> Vec<(RequestId, u64, Entry)> {
        owner.with(app, |journal| {
            let entries = journal.with_ids(&self.filter, self.after());
            let cloned = entries.map(|(id, sequence, entry)| (id, sequence, entry.clone()));
            cloned.take(self.limit).collect()
        })
    }

    /// The sequence number after which entries are requested; by default, from the first one.
    pub(super) fn after(&self) -> u64 {
        self.after.unwrap_or_default()
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "after" => self.after = Some(number(value)?),
            "limit" => self.limit = usize::try_from(number(value)?).unwrap_or(usize::MAX),
            "count" => self.count = number(value)?,
            "timeout" => self.timeout = timeout(value)?,
            condition => self.filter.set(condition, value)?,
        }
        Ok(())
    }
}

impl<P: ParamNames> FromRequestParts<App> for Params<P> {
    type Rejection = ControlError;

    async fn from_request_parts(
        head: &mut request::Parts,
        app: &App,
    ) -> Result<Self, ControlError> {
        let mut params = Self {
            filter: Filter::default(),
            after: None,
            limit: app.config.max_journal,
            count: 1,
            timeout: Duration::from_secs(10),
            parameters: PhantomData,
        };
        let mut given = HashSet::new();
        let query = head.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !P::NAMES
                .iter()
                .chain(&Filter::NAMES)
                .any(|known| *known == name)
            {
                return Err(ControlError::invalid(&name, &unknown::<P>()));
            }
            params
                .set(&name, &value)
                .map_err(|error| ControlError::invalid(&name, &error))?;
            if !given.insert(name.clone()) {
                return Err(ControlError::invalid(&name, &"is given more than once"));
            }
        }
        Ok(params)
    }
}

fn unknown<P: ParamNames>() -> String {
    let known = [P::NAMES, &Filter::NAMES].concat().join("`, `");
    format!("is unknown; use one of `{known}`")
}

fn number(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number <= MAX_COUNT);
    number.ok_or_else(|| format!("must be a whole number from 0 to {MAX_COUNT}"))
}

fn timeout(text: &str) -> Result<Duration, String> {
    let timeout = duration(text)?.unsigned_abs();
    if timeout > MAX_WAIT {
        return Err(format!("must be at most {} seconds", MAX_WAIT.as_secs()));
    }
    Ok(timeout)
}
