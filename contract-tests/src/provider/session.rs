//! A run against one target: detects what the target is, and provides keys, organizations and time to checks.

pub(crate) mod base_url;
mod fresh;
mod options;
mod tenant;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use http::StatusCode;
use schemas::{Operation, Profile, key::ApiKey};
use tokio::sync::OnceCell;
use url::Url;

pub use self::{
    options::{MAX_TIME, Options, SEED},
    tenant::{Tenant, enrichment},
};
use crate::{
    contract::{
        Contract, CoverageLog, CoverageRow, EchoDetector, Expected, InvalidContract, KeyRole,
        RoleKey, ambiguities,
    },
    finding::{AccessToken, ApiRequest, Exchange, NotPassed, Outcome, count, redaction::Secrets},
    http::{Client, ClientError, RawResponse, RunLimits, RunTime, origin},
    provider::{
        absence::Absences,
        check_context::{self, CheckRef},
        control::{Control, NoControl},
        dry_run::CONTROL_PROBES,
        permissions::{NEEDS_TOKEN, RunPermissions},
        recording::Recording,
        vacuous_pass::{self, SuccessWitness},
    },
    report::CommandLine,
};

/// Why a session cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The contract contradicts itself.
    #[error(transparent)]
    Contract(#[from] InvalidContract),
    /// The HTTP client cannot be created.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The target does not respond.
    #[error("{0} does not respond: {1}")]
    Unreachable(Url, String),
    /// The API is at another URL.
    #[error("{0}")]
    WrongBaseUrl(String),
    /// The target is a sandbox with another control token. Judged without its control API, most checks would be skipped.
    #[error(
        "the sandbox refuses the control token (--control-token or CONTRACT_TESTS_CONTROL_TOKEN): {0}"
    )]
    TokenRefused(String),
}

/// A run against one target.
#[derive(Debug)]
pub struct Session {
    contract: Contract,
    client: Client,
    control: Result<Control, String>,
    keys: Vec<RoleKey>,
    token: Option<AccessToken>,
    strict: bool,
    safe: bool,
    seed: u64,
    permissions: RunPermissions,
    command: CommandLine,
    limited: OnceCell<ApiKey>,
    /// Why the quota of that key could not be used up, if that was tried in vain.
    pub(super) unlimited: OnceLock<String>,
    pub(super) success_witness: SuccessWitness,
    pub(super) absences: Absences,
    /// The responses seen so far.
    pub coverage_log: CoverageLog,
    pub(crate) echo_detector: EchoDetector,
    /// Every exchange, if the run keeps them.
    pub(crate) recording: Option<Recording>,
    /// Texts to redact.
    pub secrets: Arc<Secrets>,
}

impl Session {
    /// Detects what the target is.
    pub async fn begin(options: Options) -> Result<Arc<Self>, SessionError> {
        let mut contract = Contract::load(options.strict)?;
        let mut client = Client::new(
            options.base.clone(),
            options.response_timeout,
            &options.trust,
        )?;
        client.run_time = Some(RunTime::start(options.max_time));
        let sent = base_url::verify(&client, &options).await?;
        let secrets = Arc::new(Secrets::default());
        for given in &options.keys {
            secrets.add_key(&given.key, given.variable());
        }
        if let Some(token) = &options.token {
            secrets.add_token(token);
        }
        let control = if options.safe {
            Err("--safe".to_owned())
        } else {
            let (origin, token) = (origin(&options.base), options.control_token.clone());
            let secrets = Arc::clone(&secrets);
            match Control::find(origin, token, secrets, &options.trust, options.lease).await? {
                Ok(control) => Ok(control.within(client.run_time)),
                Err(NoControl::Unusable(reason)) => Err(reason),
                Err(NoControl::TokenRefused(reason)) => {
                    return Err(SessionError::TokenRefused(reason));
                }
            }
        };
        let permissions = if let Ok(control) = &control {
            contract.expected = control.expected.clone().with_strict(options.strict);
            RunPermissions::Sandbox(control.expected.settings().profile())
        } else {
            client.limiter = Some(options.limiter(sent + CONTROL_PROBES));
            options.run_permissions()
        };
        Ok(Arc::new(Self {
            contract,
            client,
            control,
            keys: options.keys,
            token: options.token,
            strict: options.strict,
            safe: options.safe,
            seed: options.seed,
            permissions,
            command: options.command,
            limited: OnceCell::new(),
            unlimited: OnceLock::new(),
            success_witness: SuccessWitness::default(),
            absences: Absences::default(),
            coverage_log: CoverageLog::default(),
            echo_detector: EchoDetector::default(),
            recording: options.records.then(Recording::default),
            secrets,
        }))
    }

    pub fn target(&self) -> &Url {
        self.client.base()
    }

    /// Whether the target is our own server and has a control API.
    pub fn is_sandbox(&self) -> bool {
        self.control.is_ok()
    }

    /// How much of the contract the target serves. For a server that is not a sandbox this is unknown, and everything is
    /// requested.
    pub fn profile(&self) -> Profile {
        self.expected().settings().profile()
    }

    /// Whether the target has responded and no longer accepts connections.
    pub fn is_gone(&self) -> bool {
        let control = self.control.as_ref();
        self.client.is_gone() || control.is_ok_and(Control::is_gone)
    }

    /// Whether violations of assumed rules and fields that are not in the contract fail, too.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// Whether violations of assumed rules fail on this target.
    pub fn promises_all(&self) -> bool {
        self.strict || (self.is_sandbox() && self.profile() == Profile::Everything)
    }

    pub fn is_safe(&self) -> bool {
        self.safe
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Expectations derived from the settings of a sandbox; the defaults for any other server.
    pub(crate) fn expected(&self) -> &Expected {
        &self.contract.expected
    }

    pub(crate) fn command(&self) -> &CommandLine {
        &self.command
    }

    /// What the run can and may do on the target.
    pub fn permissions(&self) -> &RunPermissions {
        &self.permissions
    }

    /// How much the run may send; without a limit on a sandbox.
    pub(crate) fn limits(&self) -> Option<RunLimits> {
        self.client.limiter.as_ref().map(|limiter| limiter.limits)
    }

    /// Whether the target serves an operation.
    pub fn serves(&self, operation: &Operation) -> bool {
        self.profile().serves(operation)
    }

    /// The responses of the contract, and how often each was seen.
    pub fn coverage(&self) -> Vec<CoverageRow> {
        let can_trigger = |operation: &Operation, code| {
            self.absences.known(operation).is_none()
                && self.permissions.can_trigger(operation, code)
        };
        self.coverage_log
            .coverage(&self.contract, can_trigger, self.profile())
    }

    /// The same for a run that is limited to some operations: responses of others do not count.
    pub(super) fn coverage_of(&self, operations: &[&Operation]) -> Vec<CoverageRow> {
        let mut rows = self.coverage();
        let is_selected = |one: &Operation| operations.iter().any(|selected| selected.id == one.id);
        rows.retain(|row| row.seen > 0 || is_selected(row.operation));
        rows
    }

    /// What the target is, for people.
    pub fn describe(&self) -> String {
        match &self.control {
            Ok(_) if self.profile() == Profile::Documented => {
                "a sandbox that serves only what is documented: assumed rules are informational"
                    .to_owned()
            }
            Ok(_) => "a sandbox: every check gets its own organization and clock".to_owned(),
            Err(reason) => format!(
                "not a sandbox ({reason}): {} given",
                count(self.keys.len(), "key")
            ),
        }
    }

    /// The control API, for a check that needs one.
    pub fn control(&self) -> Result<&Control, NotPassed> {
        self.control.as_ref().map_err(|reason| {
            NotPassed::Skipped(format!("needs the control API of a sandbox; {reason}"))
        })
    }

    /// Sends a request and notes its response.
    pub async fn send(&self, request: ApiRequest) -> Result<Exchange, NotPassed> {
        let (operation, method) = (request.operation, request.method().clone());
        let outcome = self.client.send(request).await;
        if !matches!(outcome, Err(NotPassed::Skipped(_))) {
            check_context::count_request(&method);
        }
        let mut exchange = outcome.inspect_err(|other| {
            if let (Some(operation), NotPassed::Violated(violation)) = (operation, other) {
                self.coverage_log.note_broken(operation, violation);
            }
        })?;
        self.echo_detector.note(&exchange);
        self.recording.iter().for_each(|all| all.note(&exchange));
        let readings = ambiguities::normalize(&mut exchange);
        self.coverage_log.note(&self.contract, &exchange, &readings);
        let of_authorization_server = operation.is_none() && exchange.status.is_client_error();
        if exchange.status == StatusCode::UNAUTHORIZED || of_authorization_server {
            check_context::note_rejection();
        }
        match vacuous_pass::unrecognized(&self.contract, &exchange) {
            Some(violation) => check_context::note_unrecognized(violation),
            None => self.success_witness.note(&exchange),
        }
        Ok(exchange)
    }

    /// Sends a request on its own connection and returns the raw response.
    pub(crate) async fn send_raw(&self, request: &ApiRequest) -> Result<RawResponse, NotPassed> {
        let outcome = self.client.send_raw(request).await;
        if !matches!(outcome, Err(NotPassed::Skipped(_))) {
            check_context::count_request(request.method());
        }
        outcome.inspect(|raw| {
            if raw.status == StatusCode::UNAUTHORIZED {
                check_context::note_rejection();
            }
            self.echo_detector
                .note_body(request.authorization_value(), &raw.after_head);
        })
    }

    /// A tenant to act as: on a sandbox, a new organization on a frozen clock.
    pub async fn tenant(&self) -> Result<Tenant<'_>, NotPassed> {
        let name = check_context::next_organization_name(self.seed);
        self.tenant_named(name, check_context::current()).await
    }

    /// A tenant to act as; on a sandbox, a new organization with this name, which this check uses; without one, the run.
    async fn tenant_named(
        &self,
        name: Option<String>,
        user: Option<CheckRef>,
    ) -> Result<Tenant<'_>, NotPassed> {
        let organization = match &self.control {
            Ok(control) => Some(control.organization(name, user).await?),
            Err(_) => None,
        };
        Ok(Tenant {
            session: self,
            organization,
        })
    }

    /// A key with a small quota, shared by all checks, so that it is used up only once.
    pub async fn limited_key(&self) -> Result<ApiKey, NotPassed> {
        let name = check_context::derived_name(self.seed, "the limited key", 0);
        let make = async || {
            let tenant = self.tenant_named(Some(name), None).await?;
            tenant.limited_key().await
        };
        self.limited.get_or_try_init(make).await.cloned()
    }

    /// The outcome of the running check, or that it proves nothing: the sandbox no longer has an organization that the check
    /// uses, so whatever it needs is missing, and its keys are rejected as unknown ones. A pass without a rejection does not
    /// need to be verified.
    pub(super) async fn unless_lost(&self, outcome: Outcome) -> Outcome {
        if outcome.is_ok() && !check_context::saw_rejection() {
            return outcome;
        }
        let lost = match (&self.control, check_context::current()) {
            (Ok(control), Some(check)) => control.lost_organization(&check).await,
            (Ok(_), None) | (Err(_), _) => None,
        };
        match lost {
            Some(name) => Err(NotPassed::Inconclusive(format!(
                "the sandbox no longer has organization `{name}`, which this check uses: it was deleted or evicted, or its \
                 lease ended"
            ))),
            None => outcome,
        }
    }

    /// Removes the organizations of the run.
    pub async fn end(&self) {
        if let Ok(control) = &self.control {
            control.clean_up().await;
        }
    }

    fn given_token(&self) -> Result<AccessToken, NotPassed> {
        let given = self.token.clone();
        given.ok_or_else(|| NotPassed::Skipped(NEEDS_TOKEN.to_owned()))
    }

    fn given_key(&self, role: KeyRole) -> Result<ApiKey, NotPassed> {
        let given = self
            .keys
            .iter()
            .find(|given| given.role == role)
            .map(|given| given.key.clone());
        given.ok_or_else(|| {
            let missing = self.permissions.missing_key(&[role]);
            NotPassed::Skipped(format!("needs a key: {}", missing.unwrap_or_default()))
        })
    }
}

impl fmt::Display for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is {}", self.target(), self.describe())
    }
}

#[cfg(test)]
mod tests;
