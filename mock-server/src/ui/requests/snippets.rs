//! A request as code: `curl`, Python with httpx, JavaScript with fetch, and C#.
//!
//! The journal has no keys, so the code takes the key from the environment.

use serde_json::Value;

use super::{super::components::quoted, explained::Request};

/// A language, and the code in it.
pub(super) struct Snippet {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) code: String,
}

/// The request in every language. `has_credential`: it carried a key or a token.
pub(super) fn all(origin: &str, request: &Request, has_credential: bool) -> Vec<Snippet> {
    let parts = Parts {
        method: &request.method,
        url: format!("{origin}{}", request.target),
        has_credential,
        body: body(request),
        media_type: media_type(request).unwrap_or("application/json"),
    };
    let snippet = |name, id, code| Snippet { name, id, code };
    vec![
        snippet("curl", "curl", parts.curl()),
        snippet("httpx", "httpx", parts.httpx()),
        snippet("fetch", "fetch", parts.fetch()),
        snippet("C#", "csharp", parts.csharp()),
    ]
}

/// The body, if the whole of it is kept as text.
fn body(request: &Request) -> Option<&str> {
    let body = request.message.body.as_ref()?;
    let is_text = body.encoding.is_none() && !body.cut;
    let text = body.text.as_deref().filter(|_| is_text)?;
    Some(text).filter(|text| !text.is_empty())
}

fn media_type(request: &Request) -> Option<&str> {
    let mut headers = request.message.headers.iter().flatten();
    let found = headers.find(|header| header.name == "content-type")?;
    Some(&found.value)
}

struct Parts<'a> {
    method: &'a str,
    url: String,
    has_credential: bool,
    body: Option<&'a str>,
    media_type: &'a str,
}

impl Parts<'_> {
    fn curl(&self) -> String {
        let mut line = "curl -i".to_owned();
        if self.method != "GET" || self.body.is_some() {
            line.extend([" -X ", &quoted(self.method)]);
        }
        if self.has_credential {
            line += " -H \"Authorization: Bearer $OPENPROSPECT_API_KEY\"";
        }
        if let Some(body) = self.body {
            let media_type = quoted(&format!("Content-Type: {}", self.media_type));
            line.extend([" -H ", &media_type, " --data-raw ", &quoted(body)]);
        }
        format!("{line} {}", quoted(&self.url))
    }

    fn httpx(&self) -> String {
        let headers = self.headers("f\"Bearer {os.environ['OPENPROSPECT_API_KEY']}\"");
        let headers = headers.map(|headers| format!("    headers={{{headers}}},\n"));
        let body = self
            .body
            .map(|body| format!("    content={}.encode(),\n", literal(body)));
        format!(
            "import os\n\nimport httpx\n\nresponse = httpx.request(\n    {},\n    {},\n{}{})\n\
             print(response.status_code, response.text)\n",
            literal(self.method),
            literal(&self.url),
            headers.unwrap_or_default(),
            body.unwrap_or_default(),
        )
    }

    fn fetch(&self) -> String {
        let headers = self.headers("`Bearer ${process.env.OPENPROSPECT_API_KEY}`");
        let headers = headers.map(|headers| format!("  headers: {{ {headers} }},\n"));
        let body = self
            .body
            .map(|body| format!("  body: {},\n", literal(body)));
        format!(
            "const response = await fetch({}, {{\n  method: {},\n{}{}}});\n\
             console.log(response.status, await response.text());\n",
            literal(&self.url),
            literal(self.method),
            headers.unwrap_or_default(),
            body.unwrap_or_default(),
        )
    }

    /// The members of an object of headers, of which the value of `Authorization` is this expression.
    fn headers(&self, authorization: &str) -> Option<String> {
        let authorization = self
            .has_credential
            .then(|| format!("\"Authorization\": {authorization}"));
        let media_type = || format!("\"Content-Type\": {}", literal(self.media_type));
        let members: Vec<_> = authorization
            .into_iter()
            .chain(self.body.map(|_| media_type()))
            .collect();
        (!members.is_empty()).then(|| members.join(", "))
    }

    fn csharp(&self) -> String {
        let key = if self.has_credential {
            "var key = Environment.GetEnvironmentVariable(\"OPENPROSPECT_API_KEY\");\n\
             request.Headers.Add(\"Authorization\", $\"Bearer {key}\");\n"
        } else {
            ""
        };
        let body = self.body.map(|body| {
            format!(
                "request.Content = new StringContent({});\n\
                 request.Content.Headers.Remove(\"Content-Type\");\n\
                 request.Content.Headers.TryAddWithoutValidation(\"Content-Type\", {});\n",
                literal(body),
                literal(self.media_type)
            )
        });
        format!(
            "using var client = new HttpClient();\n\
             using var request = new HttpRequestMessage(new HttpMethod({}), {});\n{key}{}\
             using var response = await client.SendAsync(request);\n\
             Console.WriteLine($\"{{(int)response.StatusCode}} {{await response.Content.ReadAsStringAsync()}}\");\n",
            literal(self.method),
            literal(&self.url),
            body.unwrap_or_default(),
        )
    }
}

/// A string literal, which the three languages share with JSON, but for the line ends that only C# knows.
fn literal(text: &str) -> String {
    let json = Value::from(text).to_string();
    ['\u{85}', '\u{2028}', '\u{2029}']
        .into_iter()
        .fold(json, |json, end| {
            json.replace(end, &format!("\\u{:04x}", u32::from(end)))
        })
}

#[cfg(test)]
mod tests {
    use super::{super::explained::Body, *};

    fn request(method: &str, target: &str, body: Option<&str>) -> Request {
        let mut request = Request {
            method: method.into(),
            target: target.into(),
            operation: None,
            endpoint: None,
            message: super::super::explained::Message::default(),
        };
        request.message.body = body.map(|text| Body {
            text: Some(text.into()),
            ..Body::default()
        });
        request
    }

    fn code(request: &Request, id: &str) -> String {
        let all = all("http://127.0.0.1:8000", request, true);
        all.into_iter()
            .find(|snippet| snippet.id == id)
            .unwrap()
            .code
    }

    #[test]
    fn client_texts_are_quoted_in_every_language() {
        let request = request("GET", "/a'$(id)`\"\\${x}\n\u{2028}", None);
        let curl = code(&request, "curl");
        assert!(
            curl.ends_with("'http://127.0.0.1:8000/a'\\''$(id)`\"\\${x}\n\u{2028}'"),
            "{curl}"
        );
        for id in ["httpx", "fetch", "csharp"] {
            let text = r#""http://127.0.0.1:8000/a'$(id)`\"\\${x}\n\u2028""#;
            assert!(code(&request, id).contains(text), "{id}");
        }
    }

    #[test]
    fn a_body_is_sent_with_its_media_type() {
        let request = request("POST", "/orders", Some(r#"{"title": "Jo's"}"#));
        assert_eq!(
            code(&request, "curl"),
            "curl -i -X 'POST' -H \"Authorization: Bearer $OPENPROSPECT_API_KEY\" -H 'Content-Type: application/json' \
             --data-raw '{\"title\": \"Jo'\\''s\"}' 'http://127.0.0.1:8000/orders'"
        );
        let fetch = code(&request, "fetch");
        assert!(
            fetch.contains(r#"body: "{\"title\": \"Jo's\"}","#)
                && fetch.contains(r#""Content-Type": "application/json""#),
            "{fetch}"
        );
    }
}
