//! `contract-tests provider`.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use contract_tests::{
    finding::{AccessToken, ExitCode, Share},
    http::Permissions,
    provider::{
        Console, Plan, Selection,
        check::{Check, Finding},
        checks, run as judge,
        session::{self, Options, Session, SessionError},
    },
    report::{CommandLine, Report},
};
use schemas::{Operation, operations};
use url::Url;

use super::{
    Failure, interrupted,
    output::OutputArgs,
    print,
    target::{KEY_DELIMITER, KeySource, LimitArgs, base_url, keys, to_stderr},
    tls::TlsArgs,
};

pub(super) const KEY_VARIABLE: &str = "OPENPROSPECT_API_KEY";

#[derive(Args, Debug)]
pub(crate) struct ProviderArgs {
    /// Base URL of the server, including /api/v1
    #[arg(long, env = "CONTRACT_TESTS_BASE_URL", default_value = "http://127.0.0.1:8000/api/v1", value_parser = base_url)]
    base_url: Url,
    /// Key for a server that is not a sandbox; may be repeated. Roles: full, `read_only`, revoked, expired,
    /// limited. Prefer the environment variable, which keeps the key out of the shell history
    #[arg(
        long = "key",
        env = KEY_VARIABLE,
        hide_env_values = true,
        value_name = "[ROLE=]KEY",
        value_delimiter = KEY_DELIMITER
    )]
    keys: Vec<String>,
    /// Access token with every scope, for the operations that no key can call, on a server that is not a sandbox. Prefer
    /// the environment variable, which keeps the token out of the shell history
    #[arg(
        long,
        env = "OPENPROSPECT_JWT",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    jwt: Option<String>,
    /// TOML file with a key for each role, such as full = "…"; rejected if it is world-readable
    #[arg(long = "keys", env = "CONTRACT_TESTS_KEYS", value_name = "FILE")]
    keys_file: Option<PathBuf>,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    safety: SafetyArgs,
    /// Token of the sandbox's control API
    #[arg(
        long,
        env = "CONTRACT_TESTS_CONTROL_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    control_token: Option<String>,
    /// Run only this check; may be repeated
    #[arg(
        long = "check",
        env = "CONTRACT_TESTS_CHECK",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub(crate) checks: Vec<String>,
    /// Check only this operation; may be repeated. Checks of the whole server are run if all operations that they use are
    /// given
    #[arg(
        long = "operation",
        env = "CONTRACT_TESTS_OPERATION",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = operation
    )]
    pub(crate) operations: Vec<&'static Operation>,
    /// Fail if the run sees less than this share of the responses that it can trigger, such as 100%
    #[arg(
        long,
        env = "CONTRACT_TESTS_MIN_SEEN",
        value_name = "SHARE",
        default_value = "0%"
    )]
    pub(crate) min_seen: Share,
    /// Also fail for assumed behaviour, on any server, and for fields that are not in the contract
    #[arg(long, env = "CONTRACT_TESTS_STRICT")]
    strict: bool,
    /// Seed of the generated requests; the same seed generates the same requests
    #[arg(long, env = "CONTRACT_TESTS_SEED", value_name = "N", default_value_t = session::SEED)]
    seed: u64,
    /// Maximum number of seconds that the run sends requests; what it has not checked by then is inconclusive
    #[arg(long, env = "CONTRACT_TESTS_MAX_TIME", value_name = "SECONDS", default_value_t = session::MAX_TIME.as_secs())]
    max_time: u64,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What may be done to a server that is not a sandbox.
#[derive(Args, Debug)]
struct SafetyArgs {
    /// Treat the server as one that is not a sandbox, like any server without a control API: send only read
    /// requests, within the limits below, with the given keys
    #[arg(long, env = "CONTRACT_TESTS_SAFE")]
    safe: bool,
    /// Print what would be sent to a server that is not a sandbox, and send nothing
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    limits: LimitArgs,
    /// Also send DELETE to a server that is not a sandbox: for what the run has created there, or with keys that
    /// lack the permission
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_REVOCATIONS")]
    allow_revocations: bool,
}

impl ProviderArgs {
    pub(crate) fn plan_only(&self) -> bool {
        self.safety.plan
    }

    fn token(&self) -> Result<Option<AccessToken>, String> {
        let token = self.jwt.as_deref().map(AccessToken::parse).transpose();
        token.map_err(|error| format!("--jwt (or OPENPROSPECT_JWT): {error}"))
    }

    pub(crate) fn options(&self, command: CommandLine) -> Result<Options, String> {
        let safety = &self.safety;
        Ok(Options {
            token: self.token()?,
            keys: keys(
                KeySource {
                    flag: "--key",
                    given: &self.keys,
                    variable: KEY_VARIABLE,
                },
                self.keys_file.as_ref(),
            )?,
            safe: safety.safe,
            permissions: Permissions {
                writes: safety.limits.allow_writes,
                bursts: safety.limits.allow_bursts,
                revocations: safety.allow_revocations,
            },
            limits: safety.limits.run_limits(),
            notifier: to_stderr(self.output.detail()),
            control_token: self.control_token.clone(),
            strict: self.strict,
            seed: self.seed,
            max_time: Duration::from_secs(self.max_time),
            trust: self.tls.trust().map_err(|error| error.to_string())?,
            command,
            ..Options::new(self.base_url.clone())
        })
    }
}

pub(super) fn run(args: &ProviderArgs, command_line: CommandLine) -> Result<ExitCode, Failure> {
    let mut selection = selection_of(args)?;
    let options = args.options(command_line).map_err(Failure::Key)?;
    let plan = Plan::new(&options, &selection);
    if args.plan_only() {
        print(&plan.to_string())?;
        return Ok(ExitCode::Passed);
    }
    selection.baseline = args.output.baseline()?;
    let outputs = args.output.open()?;
    let mut console = Console::new(args.output.console(), args.output.detail());
    if args.output.no_bodies() {
        console.leave_out_bodies();
    }
    let plan_shown = options.safe;
    if plan_shown {
        console.plan(&plan);
    }
    let (report, run) = tokio::runtime::Runtime::new()?.block_on(async {
        let session = Session::begin(options).await?;
        let interrupted = interrupted();
        if !plan_shown && !session.is_sandbox() {
            console.plan(&plan);
        }
        console.begin(&session, &selection);
        let on_finding = |finding: &Finding| console.finding(&session, finding);
        let run = judge(&session, &selection, on_finding, interrupted).await;
        session.end().await;
        let report = Report::new(&session, &run);
        console.end(&report);
        Ok::<_, SessionError>((report, run))
    })?;
    outputs.write(report, &selection.baseline, &run.findings)?;
    Ok(run.exit_code())
}

fn selection_of(args: &ProviderArgs) -> Result<Selection, Failure> {
    let mut selection = Selection {
        min_seen: args.min_seen,
        ..Selection::default()
    };
    if !args.checks.is_empty() {
        let ids = args.checks.iter();
        let find = |id: &String| checks::find(id).ok_or_else(|| Failure::UnknownCheck(id.clone()));
        selection.checks = ids.map(find).collect::<Result<_, _>>()?;
    }
    if !args.operations.is_empty() {
        selection.operations.clone_from(&args.operations);
        if args.checks.is_empty() {
            let limited = |check: &&Check| check.is_limited_to(&args.operations);
            selection.checks.retain(limited);
        }
    }
    Ok(selection)
}

fn operation(text: &str) -> Result<&'static Operation, String> {
    let named = operations::all().find(|operation| operation.id.as_str() == text);
    named.ok_or_else(|| {
        let known: Vec<_> = operations::all().map(|known| known.id.as_str()).collect();
        format!("unknown operation; use one of {}", known.join(", "))
    })
}
