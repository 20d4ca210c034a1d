//! An authorization response that belongs to another request, or comes from another server.

use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// The authorization response has another `state` or `iss` than it should, which a client has to notice.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationResponse {
    /// The `state` to return instead of the one that the client sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The `iss` to return instead of the issuer. `{other_host}` stands for the same port of another host, such as
    /// `127.0.0.2:8000`, and `{other_port}` for the next port of the same host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

impl Behaviour for AuthorizationResponse {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::AuthorizationResponses;
    const EXAMPLES: &[&str] = &["state=forged"];

    fn check(&self) -> Result<(), String> {
        if self.state.is_none() && self.issuer.is_none() {
            return Err("set at least one of `state` and `issuer`".to_owned());
        }
        Ok(())
    }

    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        let location = response.headers.get(header::LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let Some((place, query)) = location.and_then(|location| location.split_once('?')) else {
            return;
        };
        let issuer = self.issuer.as_deref();
        let issuer = issuer.map(|issuer| responses::with_places(issuer, context.host));
        let start = place.len() + 1;
        let mut changed = form_urlencoded::Serializer::for_suffix(format!("{place}?"), start);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = match &*name {
                "state" => self.state.as_deref().unwrap_or(&value),
                "iss" => issuer.as_deref().unwrap_or(&value),
                _ => &value,
            };
            changed.append_pair(&name, value);
        }
        if let Ok(location) = HeaderValue::try_from(changed.finish()) {
            response.headers.insert(header::LOCATION, location);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::{
        super::{Fault, example},
        *,
    };

    /// The `Location` of a redirect after the fault.
    fn leads(fault: &str, status: u16, location: &'static str) -> String {
        let status = StatusCode::from_u16(status).unwrap();
        let mut response = FaultResponse::new(status, "text/html", "");
        let location = HeaderValue::from_static(location);
        response.headers.insert(header::LOCATION, location);
        example::fault(fault).edit(&mut response, example::CONTEXT);
        let location = response.headers[header::LOCATION].to_str();
        location.unwrap().to_owned()
    }

    #[test]
    fn replaces_only_the_given_parameters() {
        let sent =
            "http://[::1]:7000/cb?own=1&code=oac_x&state=a%20b&iss=http%3A%2F%2F127.0.0.1%3A8000";
        assert_eq!(
            leads("authorization_response;state=x&y", 303, sent),
            "http://[::1]:7000/cb?own=1&code=oac_x&state=x%26y&iss=http%3A%2F%2F127.0.0.1%3A8000"
        );
        assert_eq!(
            leads(
                "authorization_response;issuer=http://{other_host}",
                303,
                sent
            ),
            "http://[::1]:7000/cb?own=1&code=oac_x&state=a+b&iss=http%3A%2F%2F127.0.0.2%3A8000"
        );
        // No state was sent, so none is returned.
        let without = "http://127.0.0.1/cb?code=oac_x";
        assert_eq!(
            leads("authorization_response;state=x", 303, without),
            without
        );
    }

    #[test]
    fn leaves_pages_unchanged() {
        let sent = "http://127.0.0.1/cb?code=oac_x&state=a";
        assert_eq!(leads("authorization_response;state=x", 200, sent), sent);
        assert_eq!(
            Fault::from_header("authorization_response").unwrap_err(),
            "set at least one of `state` and `issuer`"
        );
    }
}
