//! What a client does that signs in by OAuth, where there is a wrong thing to do.

/// What a client does that signs in by OAuth, where there is a wrong thing to do. The default is right everywhere.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a decision of its own, and a test changes one at a time"
)]
pub struct OAuthBehaviour {
    /// Whether a call that is rejected waits for the refresh of another.
    pub shares_refreshes: bool,
    /// Whether there is a refresh at all when the API rejects an access token.
    pub renews: bool,
    /// Whether there is another refresh when the API rejects a token that a refresh has just brought.
    pub renews_new_tokens: bool,
    /// Whether the refresh token is used from then on that a refresh brings.
    pub keeps_new_refresh_token: bool,
    /// Whether the API gets the refresh token, too.
    pub sends_refresh_token_to_api: bool,
    /// Whether a refresh token is given up after `invalid_grant`, or sent a few times more.
    pub believes_invalid_grant: bool,
    /// Whether the state of an authorization response is looked at.
    pub checks_state: bool,
    /// Whether its issuer is.
    pub checks_issuer: bool,
    /// How the challenge is made of the verifier.
    pub challenge_method: ChallengeMethod,
    /// What the verifier is.
    pub verifier: Verifier,
    /// Whether the refresh token is printed.
    pub prints_refresh_token: bool,
    /// Whether what the token endpoint has to know stands in its URL, as well as in the body.
    pub repeats_form_in_url: bool,
    /// What is done when the token endpoint does not work.
    pub on_failure: OnTokenFailure,
}

/// How a challenge is made of a verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChallengeMethod {
    /// By SHA-256.
    S256,
    /// It is the verifier.
    Plain,
    /// There is none.
    None,
}

/// What a verifier is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verifier {
    /// 32 random bytes.
    Random,
    /// 16 random bytes.
    Short,
    /// The same each time.
    Constant,
}

/// What is done when the token endpoint does not work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnTokenFailure {
    /// The request is repeated a few times, after pauses.
    BackOff,
    /// It is repeated as many times, at once.
    RepeatAtOnce,
    /// It is repeated many times, after pauses.
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
