//! Access tokens, and the grants that they come from. It knows no HTTP.
//!
//! A token is a JWT that [`SigningKeys`] sign and verify; what it says is an [`AccessToken`]. That alone does not make it
//! valid: the [`Grants`] of its organization say whether its grant still is, and at what time it expires. So a token is
//! verified once, and its grant is looked at on every request: a revocation takes effect at once.

mod access_token;
mod compact;
mod grants;
mod opaque;
mod pkce;
mod signing;

pub(crate) use self::{
    access_token::{AccessToken, TokenId},
    compact::InvalidToken,
    grants::{
        CodeRequest, Grants, Issued, RedeemError, Redemption, RefreshError, Terms, TokenRejection,
    },
    opaque::Opaque,
    pkce::{Challenge, is_verifier},
    signing::SigningKeys,
};
