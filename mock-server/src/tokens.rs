//! Access tokens, and the grants that they belong to. This module knows no HTTP.
//!
//! A token is a JWT. [`SigningKeys`] sign and verify it; its claims are an [`AccessToken`]. A correct signature
//! does not make a token valid: the [`Grants`] of its organization decide whether its grant is still valid, and
//! when it expires. The signature of a token is therefore verified once, but its grant is checked on every request,
//! so that a revocation takes effect at once.

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
