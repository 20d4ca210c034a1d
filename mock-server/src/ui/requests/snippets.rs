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
    let request = Parts {
        method: &request.method,
        url: format!("{origin}{}", request.target),
        has_credential,
    };
    vec![
        Snippet {
            name: "curl",
            id: "curl",
            code: request.curl(),
        },
        Snippet {
            name: "httpx",
            id: "httpx",
            code: request.httpx(),
        },
        Snippet {
            name: "fetch",
            id: "fetch",
            code: request.fetch(),
        },
        Snippet {
            name: "C#",
            id: "csharp",
            code: request.csharp(),
        },
    ]
}

struct Parts<'a> {
    method: &'a str,
    url: String,
    has_credential: bool,
}

impl Parts<'_> {
    fn curl(&self) -> String {
        let method = if self.method == "GET" {
            String::new()
        } else {
            format!(" -X {}", quoted(self.method))
        };
        let key = if self.has_credential {
            " -H \"Authorization: Bearer $OPENPROSPECT_API_KEY\""
        } else {
            ""
        };
        format!("curl -i{method}{key} {}", quoted(&self.url))
    }

    fn httpx(&self) -> String {
        let headers = if self.has_credential {
            "\n    headers={\"Authorization\": f\"Bearer {os.environ['OPENPROSPECT_API_KEY']}\"},"
        } else {
            ""
        };
        let (method, url) = (literal(self.method), literal(&self.url));
        format!(
            "import os\n\nimport httpx\n\nresponse = httpx.request(\n    {method},\n    {url},{headers}\n)\n\
             print(response.status_code, response.text)\n"
        )
    }

    fn fetch(&self) -> String {
        let headers = if self.has_credential {
            "\n  headers: { Authorization: `Bearer ${process.env.OPENPROSPECT_API_KEY}` },"
        } else {
            ""
        };
        let (method, url) = (literal(self.method), literal(&self.url));
        format!(
            "const response = await fetch({url}, {{\n  method: {method},{headers}\n}});\n\
             console.log(response.status, await response.text());\n"
        )
    }

    fn csharp(&self) -> String {
        let headers = if self.has_credential {
            "var key = Environment.GetEnvironmentVariable(\"OPENPROSPECT_API_KEY\");\n\
             request.Headers.Add(\"Authorization\", $\"Bearer {key}\");\n"
        } else {
            ""
        };
        let (method, url) = (literal(self.method), literal(&self.url));
        format!(
            "using var client = new HttpClient();\n\
             using var request = new HttpRequestMessage(new HttpMethod({method}), {url});\n{headers}\
             using var response = await client.SendAsync(request);\n\
             Console.WriteLine($\"{{(int)response.StatusCode}} {{await response.Content.ReadAsStringAsync()}}\");\n"
        )
    }
}

/// A string literal, which the three languages share with JSON.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_texts_are_quoted_in_every_language() {
        let request = Request {
            method: "GET".into(),
            target: "/a'$(id)`\"\\${x}\n".into(),
            operation: None,
            endpoint: None,
        };
        let all = all("http://127.0.0.1:8000", &request, true);
        let code = |id| &all.iter().find(|snippet| snippet.id == id).unwrap().code;
        assert!(code("curl").ends_with("'http://127.0.0.1:8000/a'\\''$(id)`\"\\${x}\n'"));
        for id in ["httpx", "fetch", "csharp"] {
            assert!(
                code(id).contains(r#""http://127.0.0.1:8000/a'$(id)`\"\\${x}\n""#),
                "{id}"
            );
        }
    }
}
