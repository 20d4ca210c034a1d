//! What a client that signs in by OAuth does where it can do something wrong.

/// What a client that signs in by OAuth does where it can do something wrong. Every default is correct.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a decision of its own, and a test changes one at a time"
)]
pub struct OAuthBehaviour {
    /// Whether a rejected call waits for the refresh that another call has started.
    pub shares_refreshes: bool,
    /// Whether the tokens are refreshed when the API rejects an access token.
    pub renews: bool,
    /// Whether the tokens are refreshed again when the API rejects an access token that was just refreshed.
    pub renews_new_tokens: bool,
    /// Whether the refresh token in a refresh response replaces the previous one.
    pub keeps_new_refresh_token: bool,
    /// Whether the refresh token is also sent to the API.
    pub sends_refresh_token_to_api: bool,
    /// Whether `invalid_grant` ends the session; otherwise the refresh token is sent a few more times.
    pub believes_invalid_grant: bool,
    /// Whether the client stops sending requests to the API after `invalid_grant`; otherwise it sends one more after a while.
    pub stops_without_grant: bool,
    /// Whether the `state` of an authorization response is checked.
    pub checks_state: bool,
    /// Whether the `iss` of an authorization response is checked.
    pub checks_issuer: bool,
    /// How the challenge is derived from the verifier.
    pub challenge_method: ChallengeMethod,
    /// How the verifier is chosen.
    pub verifier: Verifier,
    /// Whether the refresh token is printed.
    pub prints_refresh_token: bool,
    /// Whether the parameters for the token endpoint are in its URL as well as in the body.
    pub repeats_form_in_url: bool,
    /// The reaction if the token endpoint is unavailable.
    pub on_failure: OnTokenFailure,
}

/// How a challenge is derived from a verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChallengeMethod {
    /// By SHA-256.
    S256,
    /// The challenge is the verifier.
    Plain,
    /// No challenge is sent.
    None,
}

/// How a verifier is chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verifier {
    /// 32 random bytes.
    Random,
    /// 16 random bytes.
    Short,
    /// The same each time.
    Constant,
}

/// The reaction if the token endpoint is unavailable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnTokenFailure {
    /// The request is retried a few times, with backoff.
    BackOff,
    /// It is retried as often, immediately.
    RepeatAtOnce,
    /// It is retried many times, with a constant pause.
    RepeatOften,
}

impl Default for OAuthBehaviour {
    fn default() -> Self {
        Self {
            shares_refreshes: true,
            renews: true,
            renews_new_tokens: false,
            keeps_new_refresh_token: true,
            sends_refresh_token_to_api: false,
            believes_invalid_grant: true,
            stops_without_grant: true,
            checks_state: true,
            checks_issuer: true,
            challenge_method: ChallengeMethod::S256,
            verifier: Verifier::Random,
            prints_refresh_token: false,
            repeats_form_in_url: false,
            on_failure: OnTokenFailure::BackOff,
        }
    }
}
