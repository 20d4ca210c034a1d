//! PKCE: proves that the client that redeems a code is the one that requested it (RFC 7636).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};

use super::{
    Failure,
    behaviour::{ChallengeMethod, OAuthBehaviour, Verifier},
};

/// A verifier copied from an example.
const COPIED: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A new verifier.
pub(super) fn verifier(behaviour: &OAuthBehaviour) -> Result<String, Failure> {
    match behaviour.verifier {
        Verifier::Random => random::<32>(),
        Verifier::Short => random::<16>(),
        Verifier::Constant => Ok(COPIED.to_owned()),
    }
}

/// The challenge of a verifier, as parameters of an authorization request.
pub(super) fn challenge(behaviour: &OAuthBehaviour, verifier: &str) -> Vec<(&'static str, String)> {
    let (challenge, method) = match behaviour.challenge_method {
        ChallengeMethod::S256 => {
            let digest = Sha256::digest(verifier);
            (BASE64_URL_SAFE_NO_PAD.encode(digest), "S256")
        }
        ChallengeMethod::Plain => (verifier.to_owned(), "plain"),
        ChallengeMethod::None => return Vec::new(),
    };
    vec![
        ("code_challenge", challenge),
        ("code_challenge_method", method.to_owned()),
    ]
}

/// Unguessable text.
pub(super) fn random<const BYTES: usize>() -> Result<String, Failure> {
    let mut bytes = [0; BYTES];
    let provider = rustls::crypto::ring::default_provider();
    let filled = provider.secure_random.fill(&mut bytes);
    filled.map_err(|_| Failure::SignIn("the system has no random numbers".to_owned()))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_matches_the_rfc() {
        let behaviour = OAuthBehaviour::default();
        let challenge = challenge(&behaviour, COPIED);
        assert_eq!(
            challenge[0].1,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        let [one, other] = [(); 2].map(|()| verifier(&behaviour).unwrap());
        assert!(one.len() == 43 && one != other);
    }
}
