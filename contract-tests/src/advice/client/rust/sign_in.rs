use std::error::Error;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded::Serializer};

/// One sign-in, with its own state and code verifier.
pub struct SignIn {
    pub issuer: String,
    pub authorization_endpoint: Url,
    pub client_id: String,
    pub redirect_uri: String,
    /// 16 random bytes in base64url.
    pub state: String,
    /// 32 random bytes in base64url.
    pub verifier: String,
}

impl SignIn {
    /// The URL to open in the browser.
    pub fn url(&self) -> Url {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier));
        let mut url = self.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// The form for the token endpoint, if the redirect belongs to this sign-in.
    pub fn form(&self, redirect: &Url) -> Result<String, Box<dyn Error>> {
        let parameter = |wanted: &str| {
            let mut pairs = redirect.query_pairs();
            let found = pairs.find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned())
        };
        if parameter("state").as_ref() != Some(&self.state)
            || parameter("iss").as_ref() != Some(&self.issuer)
        {
            return Err("the response belongs to another sign-in".into());
        }
        let code = parameter("code").ok_or("the sign-in was refused")?;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", &code)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("client_id", &self.client_id)
            .append_pair("code_verifier", &self.verifier);
        Ok(form.finish())
    }
}
