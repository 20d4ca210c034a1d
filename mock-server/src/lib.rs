//! A faithful fake of the OpenProspect API.
//!
//! ```text
//! connection ─▶ router ─▶ pipeline: framing ▶ route ▶ key ▶ rate limit ▶ scope ▶ body ▶ handler ─▶ store
//!                  │          │                                                                      │
//!                  │          └─▶ journal ◀─────────────────────── response ◀────────────────────────┘
//!                  └─▶ control: organizations, keys, orders, clock, journal, snapshots; the OpenAPI document
//! ```
//!
//! Read `pipeline.rs` first. `docs/architecture.md` has the whole picture.

mod app;
mod budget;
pub mod cli;
mod clock;
mod config;
mod contract;
mod control;
mod handlers;
mod journal;
mod keys;
mod oauth;
mod pipeline;
mod server;
mod store;
mod tenants;
pub mod testing;
mod tokens;
mod ui;
mod world;

pub use app::{App, AppError, Refusal, Refusals, Shared, TlsError};
pub use clock::{ClockSetting, duration};
pub use config::{
    CaptureLimits, CaptureMode, CertificateSource, ClientSetting, Config, CorsOrigin, Deadlines,
    Host, Issuer, KeySetting, LogFormat, LogLevel, OauthConfig, OauthSettings, RateHeaders,
    RedirectUri, RetryAfter, Role, ScenarioSetting, Secret, Settings, SettingsError, TierSetting,
    UserSetting, read_secret,
};
pub use server::{ListenError, NEEDS_TLS, Server, router};
pub use tenants::OrganizationError;
