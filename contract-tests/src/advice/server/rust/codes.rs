use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

const LIFETIME: u64 = 600;

pub struct Code {
    pub client: String,
    pub redirect_uri: String,
    /// Required, with the method S256: an authorization request without it is `invalid_request`.
    pub challenge: String,
    pub issued: u64,
    pub redeemed: bool,
    pub tokens: Vec<String>,
}

pub struct Request<'a> {
    pub code: &'a str,
    pub client: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
}

/// None is the error `invalid_grant`. Run this in one transaction, so that a code is redeemed once.
pub fn redeem<'a>(
    codes: &'a mut HashMap<String, Code>,
    sent: &Request,
    now: u64,
    revoke: impl FnOnce(&[String]),
) -> Option<&'a mut Code> {
    let code = codes
        .get_mut(sent.code)
        .filter(|code| code.client == sent.client)?;
    if code.redeemed {
        // A code that comes again was stolen: the tokens that it brought end, too.
        revoke(&code.tokens);
        return None;
    }
    let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(sent.verifier.as_bytes()));
    if digest != code.challenge
        || code.redirect_uri != sent.redirect_uri
        || now >= code.issued + LIFETIME
    {
        return None;
    }
    code.redeemed = true;
    Some(code)
}
