//! A faithful fake of the OpenProspect API.
//!
//! ```text
//! connection ─▶ router ─▶ pipeline: framing ▶ route ▶ key ▶ rate limit ▶ scope ▶ body ▶ handler ─▶ store
//!                  │          │                                                                      │
//!                  │          └─▶ journal ◀──────────────────────── answer ◀─────────────────────────┘
//!                  └─▶ control: organizations, keys, orders, clock, journal, snapshots; the OpenAPI document
//! ```
//!
//! Read `pipeline.rs` first. `docs/architecture.md` has the whole picture.

mod addresses;
mod app;
mod clock;
mod config;
mod contract;
mod control;
mod directory;
mod error;
mod explain;
mod handlers;
mod journal;
mod keys;
mod limiter;
mod memory;
mod metrics;
mod near_miss;
mod openapi;
mod organization;
mod pipeline;
mod report;
mod request_id;
mod routes;
mod scenario;
mod seed;
mod serve;
mod settings;
mod snapshot;
mod store;
mod wire;
mod world;

pub use app::{App, Shared};
pub use clock::{ClockSetting, duration};
pub use config::Config;
pub use directory::OrganizationError;
pub use serve::{Server, router};
pub use settings::{
    KeySetting, LogFormat, RateHeaders, RetryAfter, ScenarioSetting, Secret, Settings,
    SettingsError, TierSetting,
};
