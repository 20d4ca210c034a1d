//! The configuration in force: [`Settings`] with a default for every absent setting.

mod certificate;
mod deadlines;
pub(crate) mod limits;
pub(crate) mod oauth;
mod order_schedule;
pub(crate) mod scenario_file;
mod settings;

use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use jiff::SignedDuration;
use schemas::{Profile, Tier, control::SandboxSettings};
use strum::VariantArray;

pub(crate) use self::order_schedule::OrderSchedule;
pub use self::{certificate::CertificateSource, deadlines::Deadlines};
pub use self::{
    oauth::OauthConfig,
    settings::{
        CaptureMode, ClientSetting, CorsOrigin, Host, Issuer, KeySetting, LogFormat, LogLevel,
        OauthSettings, RateHeaders, RedirectUri, RetryAfter, Role, ScenarioSetting, Secret,
        Settings, SettingsError, TierSetting, UserSetting, read_secret,
    },
};
use crate::{
    clock::ClockSetting,
    keys::{Decision, Policies, Policy},
};

/// The port of the vendor's own development address.
const PORT: u16 = 8000;
const ORDER_DURATION: SignedDuration = SignedDuration::from_secs(10);
const ORGANIZATIONS: usize = 1_000;
const COMPANIES: usize = 300;
const CONNECTIONS: usize = 1_024;
/// MiB.
const MEMORY: usize = 1_024;
/// MiB.
const CAPTURES: usize = 64;
/// MiB.
const CAPTURES_PER_ORGANIZATION: usize = 1;
/// The part of all memory that captures use by default at most, if there is little.
const CAPTURES_PART: usize = 16;

#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub host: Host,
    /// Port to listen on; 0 for a free one.
    pub port: u16,
    /// Where its certificate comes from, if it speaks TLS.
    pub tls: Option<CertificateSource>,
    /// Seed of all generated data.
    pub seed: u64,
    /// The clock of new organizations.
    pub clock: ClockSetting,
    /// The policies of each tier.
    pub tiers: [TierLimits; 3],
    /// The tier of every access token. The vendor's documents name none, so it is the tier whose tightest policy
    /// admits the most requests.
    pub token_tier: Tier,
    /// The part of the contract that is served.
    pub profile: Profile,
    /// Which rate-limit headers are sent.
    pub rate_headers: RateHeaders,
    /// The clock whose seconds `Retry-After` counts.
    pub retry_after: RetryAfter,
    /// Status of validation errors.
    pub validation_status: StatusCode,
    /// Whether 401 and 403 carry `WWW-Authenticate`.
    pub challenges: bool,
    /// Whether a slash at the end of a path is ignored.
    pub trailing_slash: bool,
    /// Whether `HEAD` is served like `GET`.
    pub head: bool,
    /// Query errors that are tolerated.
    pub lenient: Lenient,
    /// When an order reaches each status.
    pub schedule: OrderSchedule,
    /// The scenario that is active in new organizations.
    pub scenario: Option<ScenarioSetting>,
    /// Number of companies in the world, at least one.
    pub companies: usize,
    /// Maximum number of organizations.
    pub max_organizations: usize,
    /// Maximum number of requests that a journal keeps.
    pub max_journal: usize,
    /// Bytes of memory that callers can make the server use.
    pub max_memory: usize,
    /// What journals keep of requests and responses.
    pub capture: CaptureLimits,
    /// Maximum number of concurrent connections.
    pub max_connections: usize,
    /// Maximum number of concurrent connections from one address, if it is limited.
    pub max_connections_per_client: Option<usize>,
    /// Time limits of connections.
    pub deadlines: Deadlines,
    /// The access rule of the control API.
    pub control: ControlAccess,
    /// Keys that exist from the start.
    pub keys: Arc<[KeySetting]>,
    /// The origins whose scripts may use the API.
    pub cors: Vec<CorsOrigin>,
    /// Users and clients of the authorization server.
    pub oauth: OauthConfig,
}

/// What journals keep of requests and responses, and how many bytes of it.
#[derive(Clone, Copy, Debug)]
pub struct CaptureLimits {
    /// What is kept.
    pub mode: CaptureMode,
    /// Bytes that all journals keep.
    pub max: usize,
    /// Bytes that one journal keeps.
    pub max_per_journal: usize,
}

fn bytes(mib: usize) -> usize {
    mib.saturating_mul(1 << 20)
}

impl CaptureLimits {
    fn of(settings: &Settings, max_memory: usize) -> Self {
        let default = (CAPTURES << 20).min(max_memory / CAPTURES_PART);
        let per_journal = settings.max_captures_each;
        Self {
            mode: settings.capture.unwrap_or_default(),
            max: settings.max_captures.map_or(default, bytes),
            max_per_journal: bytes(per_journal.unwrap_or(CAPTURES_PER_ORGANIZATION)),
        }
    }
}

/// Query errors that are tolerated, against the contract.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lenient {
    /// A limit that is out of range: the nearest allowed one is used.
    pub limits: bool,
    /// An unknown parameter: it is ignored.
    pub unknown_parameters: bool,
}

/// The access rule of the control API.
#[derive(Debug)]
pub enum ControlAccess {
    /// The control API is disabled.
    Off,
    /// Requests must carry this token.
    Token(Secret),
    /// No token is needed: the server listens on a loopback address.
    Loopback,
    /// Every request is rejected: the server listens on other addresses, and no token is set.
    NeedsToken,
}

impl ControlAccess {
    fn of(is_off: Option<bool>, token: Option<Secret>, host: Host) -> Self {
        match (is_off, token) {
            (Some(true), _) => Self::Off,
            (_, Some(token)) => Self::Token(token),
            (_, None) if host.is_loopback() => Self::Loopback,
            (_, None) => Self::NeedsToken,
        }
    }
}

/// The policies of a tier, and the header that announces them.
#[derive(Debug)]
pub struct TierLimits {
    pub policies: Policies,
    names: Vec<String>,
    /// `RateLimit-Policy` of the IETF draft.
    pub ietf_policy: HeaderValue,
}

impl TierLimits {
    fn new(tier: Tier, policies: Policies) -> Self {
        let name = |policy: &Policy| match policies.as_slice() {
            [_] => tier.to_string(),
            _ => format!("{tier}-{}s", policy.window),
        };
        let names: Vec<_> = policies.as_slice().iter().map(name).collect();
        let described: Vec<_> = policies
            .as_slice()
            .iter()
            .zip(&names)
            .map(|(policy, name)| format!(r#""{name}";q={};w={}"#, policy.limit, policy.window))
            .collect();
        let ietf_policy = described
            .join(", ")
            .parse()
            .expect("names and numbers are visible ASCII");
        Self {
            policies,
            names,
            ietf_policy,
        }
    }

    /// `RateLimit` of the IETF draft, for a decision at `now` (epoch seconds).
    pub fn ietf_state(&self, decision: &Decision, now: i64) -> String {
        let name = &self.names[decision.policy];
        format!(
            r#""{name}";r={};t={}"#,
            decision.remaining,
            decision.reset - now
        )
    }
}

/// The tier whose tightest policy admits the most requests.
fn widest(tiers: &[TierLimits; 3]) -> Tier {
    let tightest = |tier: &Tier| {
        let policies = tiers[*tier as usize].policies.as_slice().iter();
        policies.map(|policy| policy.limit).min()
    };
    let widest = Tier::VARIANTS.iter().copied().max_by_key(tightest);
    widest.unwrap_or_default()
}

fn validation_status(set: Option<u16>) -> StatusCode {
    let status = set.and_then(|status| StatusCode::from_u16(status).ok());
    status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

impl From<Settings> for Config {
    fn from(settings: Settings) -> Self {
        let host = settings.host.unwrap_or_default();
        let limits = |tier: Tier| {
            let set = settings.tiers.iter().rfind(|setting| setting.tier == tier);
            let policies = set.map_or_else(
                || Policies::per_hour(tier.requests_per_hour()),
                |tier_setting| tier_setting.policies.clone(),
            );
            TierLimits::new(tier, policies)
        };
        let tiers = [Tier::Free, Tier::Pro, Tier::Enterprise].map(limits);
        let max_memory = bytes(settings.max_memory.unwrap_or(MEMORY));
        let capture = CaptureLimits::of(&settings, max_memory);
        let tls = CertificateSource::of(&settings);
        let control = ControlAccess::of(settings.no_control, settings.control_token, host);
        let profile = Profile::of(settings.documented_only.unwrap_or_default());
        let headers = match profile {
            Profile::Everything => RateHeaders::default(),
            Profile::Documented => RateHeaders::None,
        };
        Self {
            host,
            tls,
            port: settings.port.unwrap_or(PORT),
            seed: settings.seed.unwrap_or_default(),
            clock: settings.clock.unwrap_or_default(),
            token_tier: widest(&tiers),
            tiers,
            profile,
            rate_headers: settings.rate_headers.unwrap_or(headers),
            retry_after: settings.retry_after.unwrap_or_default(),
            validation_status: validation_status(settings.validation_status),
            challenges: settings
                .challenges
                .unwrap_or(profile == Profile::Everything),
            trailing_slash: settings.trailing_slash.unwrap_or(true),
            head: settings.head.unwrap_or(true),
            lenient: Lenient {
                limits: settings.clamp_limits.unwrap_or_default(),
                unknown_parameters: settings.ignore_unknown_parameters.unwrap_or_default(),
            },
            schedule: OrderSchedule::lasting(settings.order_duration.unwrap_or(ORDER_DURATION)),
            scenario: settings.scenario,
            companies: settings
                .companies
                .unwrap_or(COMPANIES)
                .clamp(1, limits::MAX_COMPANIES),
            max_organizations: settings.max_organizations.unwrap_or(ORGANIZATIONS).max(1),
            max_journal: settings.max_journal.unwrap_or(limits::JOURNAL),
            max_memory,
            capture,
            max_connections: settings.max_connections.unwrap_or(CONNECTIONS).max(1),
            max_connections_per_client: settings.max_connections_per_client,
            deadlines: Deadlines::default(),
            control,
            keys: settings.keys.into(),
            cors: settings.cors,
            oauth: OauthConfig::new(settings.issuer, settings.oauth),
        }
    }
}

impl Config {
    /// The policies of a tier.
    pub fn limits(&self, tier: Tier) -> &TierLimits {
        &self.tiers[tier as usize]
    }

    /// The rate-limit policies of a tier's keys.
    pub(crate) fn policies(&self, tier: Tier) -> &Policies {
        &self.limits(tier).policies
    }

    /// The origin of this server, as a client calls it that sends `host`.
    pub(crate) fn origin(&self, host: &str) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{host}")
    }

    /// The settings that responses of the control API show.
    pub fn shown(&self) -> SandboxSettings {
        let policies = |tier: &Tier| (*tier, self.policies(*tier).to_string());
        SandboxSettings {
            challenges: self.challenges,
            clamp_limits: self.lenient.limits,
            companies: self.companies,
            documented_only: self.profile == Profile::Documented,
            head: self.head,
            ignore_unknown_parameters: self.lenient.unknown_parameters,
            issuer: self
                .oauth
                .issuer
                .as_ref()
                .map(|issuer| issuer.as_str().to_owned()),
            max_organizations: self.max_organizations,
            order_duration: format!("{:#}", self.schedule.duration()),
            rate_headers: self.rate_headers.into(),
            seed: self.seed,
            tiers: Tier::VARIANTS.iter().map(policies).collect(),
            trailing_slash: self.trailing_slash,
            validation_status: self.validation_status.as_u16(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Settings::default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_policies_have_distinct_names() {
        let limits = TierLimits::new(Tier::Free, "10/1s,100/1h".parse().unwrap());
        assert_eq!(
            limits.ietf_policy,
            r#""free-1s";q=10;w=1, "free-3600s";q=100;w=3600"#
        );
        let decision = Decision {
            admitted: true,
            policy: 1,
            limit: 100,
            remaining: 3,
            reset: 50,
        };
        assert_eq!(limits.ietf_state(&decision, 40), r#""free-3600s";r=3;t=10"#);
    }

    #[test]
    fn assumed_headers_are_sent_if_requested() {
        let headers = |text: &str| {
            let config = Config::from(toml::from_str::<Settings>(text).unwrap());
            (config.rate_headers, config.challenges)
        };
        assert_eq!(headers(""), (RateHeaders::XRateLimit, true));
        let only = "documented_only = true\n";
        assert_eq!(headers(only), (RateHeaders::None, false));
        let requested = format!("{only}rate_headers = 'both'\nchallenges = true");
        assert_eq!(headers(&requested), (RateHeaders::Both, true));
    }

    #[test]
    fn control_api_is_open_on_loopback_only() {
        let control = |text: &str| Config::from(toml::from_str::<Settings>(text).unwrap()).control;
        for loopback in ["", "host = 'localhost'", "host = '::1'"] {
            assert!(matches!(control(loopback), ControlAccess::Loopback));
        }
        assert!(matches!(
            control("host = '0.0.0.0'"),
            ControlAccess::NeedsToken
        ));
        assert!(matches!(
            control("host = '0.0.0.0'\ncontrol_token = 'x'"),
            ControlAccess::Token(_)
        ));
        assert!(matches!(
            control("no_control = true\ncontrol_token = 'x'"),
            ControlAccess::Off
        ));
    }
}
