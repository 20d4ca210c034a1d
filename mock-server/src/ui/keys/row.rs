//! A row of the list of keys.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use schemas::{Preset, ScopeSet, Tier};
use serde_json::json;

use super::{
    super::{
        components::{self, ControlRequest},
        frame::Frame,
    },
    dots, request,
};
use crate::keys::{self, Decision, KeyEnd, KeyRejection, MaskedKey, Policies};

/// How long the old key can stay valid after a rotation.
const OVERLAPS: [(&str, &str); 4] = [
    ("0s", "none: the old key ends at once"),
    ("10m", "10 minutes"),
    ("1h", "1 hour"),
    ("1d", "1 day"),
];

/// Whether the list shows each of these words, which are in lower case, for the key.
pub(super) fn contains(key: &keys::Key, words: &[String], now: Timestamp) -> bool {
    let definition = &key.definition;
    let id = definition.id.to_string();
    let text = [
        definition.name.as_deref().unwrap_or(&id),
        &definition.masked,
        definition.tier.into(),
        Preset::of(definition.scopes).map_or("", preset_name),
        key.status(now)
            .err()
            .map_or("active", |rejection| rejection.state()),
    ];
    let text = text.join(" ").to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// A key, as the list shows it.
pub(super) struct Key {
    id: String,
    name: Option<Box<str>>,
    masked: MaskedKey,
    preset: Option<Preset>,
    held: ScopeSet,
    used: ScopeSet,
    tier: Tier,
    quota: Vec<Quota>,
    rejection: Option<KeyRejection>,
    end: Option<(Timestamp, KeyEnd)>,
    last_used: Option<Timestamp>,
}

/// What is left of a policy.
struct Quota {
    left: Decision,
    window: SignedDuration,
    /// When the window ends, if one has begun.
    resets: Option<Timestamp>,
}

impl Key {
    pub(super) fn read(
        key: &keys::Key,
        used: ScopeSet,
        policies: &Policies,
        now: Timestamp,
    ) -> Self {
        let definition = &key.definition;
        let quota = key
            .bucket
            .left(policies, now.as_second())
            .into_iter()
            .zip(policies.as_slice());
        let quota = quota.map(|(left, policy)| Quota {
            window: SignedDuration::from_secs(policy.window.get().into()),
            resets: Timestamp::from_second(left.reset)
                .ok()
                .filter(|_| left.remaining < left.limit),
            left,
        });
        Self {
            id: definition.id.to_string(),
            name: definition.name.clone(),
            masked: definition.masked,
            preset: Preset::of(definition.scopes),
            held: definition.scopes,
            used,
            tier: definition.tier,
            quota: quota.collect(),
            rejection: key.status(now).err(),
            end: key.end(),
            last_used: key.last_used(),
        }
    }

    pub(super) fn render(&self, frame: &Frame) -> Markup {
        let list = frame.place.path(&format!("requests?q=key:{}", self.id));
        html! {
            tr.invalid[self.rejection.is_some()] data-key=(self.id) {
                td {
                    strong { (self.name.as_deref().unwrap_or(&self.id)) }
                    @if let Some(rejection) = &self.rejection {
                        " " span.pill.client title=(rejection) { (rejection.state()) }
                    }
                }
                td { a.who href=(list) title="Requests with this key" { (&*self.masked) } }
                td {
                    @if let Some(preset) = self.preset { span.muted { (preset_name(preset)) " " } }
                    (dots(self.held, self.used))
                }
                td { @for quota in &self.quota { (quota.render(self.tier, frame.now)) } }
                td data-label="Ends" {
                    @match self.end {
                        Some((at, KeyEnd::Expired)) => (components::time(at, frame.now)),
                        // After a rotation, the old key and the new one have the same name.
                        Some((at, KeyEnd::Revoked)) => { "revoked " (components::time(at, frame.now)) },
                        None => "never",
                    }
                }
                td data-label="Last used" { @match self.last_used { Some(at) => (components::time(at, frame.now)), None => "never" } }
                td.menu { @if self.rejection.is_none() { (self.actions(frame)) } }
            }
        }
    }

    fn actions(&self, frame: &Frame) -> Markup {
        let name = self.name.as_deref().unwrap_or(&self.id);
        let revoke = request(frame, &self.id, "revoke", None);
        let rotate = request(
            frame,
            &self.id,
            "rotate",
            Some(json!({"overlap": "1h"}).to_string()),
        );
        let question = format!(
            "Revoke {name}? Its requests get 401 from now on. A revoked key stays revoked."
        );
        html! {
            details.menu {
                summary { "Actions" span.hidden { " for " (name) } }
                div {
                    form data-method="POST" data-path=(rotate.path) data-makes-key {
                        label { "Replace it by a new key. Overlap:"
                            select name="overlap" { @for (value, label) in OVERLAPS { option value=(value) selected[value == "1h"] { (label) } } }
                        }
                        button { "Rotate" }
                        (rotate.reveal())
                    }
                    hr;
                    (danger(&revoke, &question))
                    (revoke.reveal())
                }
            }
        }
    }
}

fn danger(request: &ControlRequest<'_>, question: &str) -> Markup {
    html! {
        button.danger type="button" data-method=(request.method) data-path=(request.path) data-confirm=(question) { "Revoke" }
    }
}

impl Quota {
    fn render(&self, tier: Tier, now: Timestamp) -> Markup {
        let Decision {
            remaining, limit, ..
        } = self.left;
        let [used, left] =
            [limit - remaining, remaining].map(|count| components::grouped(count.into()));
        let title = format!("{left} of {} left", components::rate(limit, self.window));
        html! {
            div.gauge title=(title) {
                span { (tier) " · " (used) " used, " (left) " left" }
                meter min="0" max=(limit) low=(limit / 10) optimum=(limit) value=(remaining) aria-label=(title) {}
                @if let Some(at) = self.resets { small.muted { "resets " (components::time(at, now)) } }
            }
        }
    }
}

/// The name of a preset on the vendor's page.
pub(in crate::ui) fn preset_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Orders => "Orders",
        Preset::ReadOnly => "Read only",
        Preset::FullAccess => "Full access",
        Preset::Discovery => "Discovery",
    }
}
