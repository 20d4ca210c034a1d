//! A request as code: `curl`, Python with httpx, JavaScript with fetch, and C#.
//!
//! The journal has no keys, so the code takes the key from the environment.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    super::components::quoted,
    explained::{Header, Request},
};

/// A language, and the code in it.
pub(super) struct Snippet {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) code: String,
}

/// The request in every language. `has_credential`: it carried a key or a token.
pub(super) fn all(origin: &str, request: &Request, has_credential: bool) -> Vec<Snippet> {
    let parts = Parts::new(origin, request, has_credential);
    let snippet = |name, id, code| Snippet { name, id, code };
    vec![
        snippet("curl", "curl", parts.curl()),
        snippet("httpx", "httpx", parts.httpx()),
        snippet("fetch", "fetch", parts.fetch()),
        snippet("C#", "csharp", parts.csharp()),
    ]
}

/// Headers that are about the connection or the program, not about the request.
const NOT_REPEATED: [&str; 12] = [
    ":authority",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

struct Parts<'a> {
    method: &'a str,
    url: String,
    has_credential: bool,
    headers: Vec<&'a Header>,
    body: Option<&'a str>,
    /// What the journal has not kept, as sentences.
    missing: Vec<String>,
}

impl<'a> Parts<'a> {
    fn new(origin: &str, request: &'a Request, has_credential: bool) -> Self {
        let all = || request.message.headers.iter().flatten();
        let is_default = |header: &Header| header.name == "accept" && header.value == "*/*";
        let is_own =
            |header: &Header| !NOT_REPEATED.contains(&&*header.name) && !is_default(header);
        let (body, missing) = body(request);
        let mut missing: Vec<_> = missing.into_iter().map(str::to_owned).collect();
        if request.target.contains('…') {
            missing.push("A part of the target is not kept.".to_owned());
        }
        for header in all().filter(|header| header.masked) {
            if !(has_credential && header.name == "authorization") {
                missing.push(format!(
                    "The value of the header {} is not kept.",
                    header.name
                ));
            }
        }
        if request.message.headers.is_none() {
            missing.push("The headers are not kept.".to_owned());
        }
        Self {
            method: &request.method,
            url: format!("{origin}{}", request.target),
            has_credential,
            headers: all()
                .filter(|header| !header.masked && is_own(header))
                .collect(),
            body,
            missing,
        }
    }

    /// What is missing, and what this program does differently, as comments.
    fn comments(&self, mark: &str, differences: impl IntoIterator<Item = String>) -> String {
        let all = self.missing.iter().cloned().chain(differences);
        let lines: Vec<_> = all.map(|sentence| format!("{mark} {sentence}\n")).collect();
        lines.concat()
    }

    fn curl(&self) -> String {
        let mut line = "curl -i".to_owned();
        if self.url.contains(['[', ']', '{', '}']) {
            line += " -g";
        }
        if self.has_dot_segments() {
            line += " --path-as-is";
        }
        // With another option, `curl` waits for a body.
        if self.method == "HEAD" {
            line += " --head";
        } else if self.method != "GET" || self.body.is_some() {
            line.extend([" -X ", &quoted(self.method)]);
        }
        if self.has_credential {
            line += " -H \"Authorization: Bearer $OPENPROSPECT_API_KEY\"";
        }
        for header in &self.headers {
            // With a colon, `curl` would send no header without a value.
            let text = match &*header.value {
                "" => format!("{};", header.name),
                value => format!("{}: {value}", header.name),
            };
            line.extend([" -H ", &quoted(&text)]);
        }
        let mut difference = None;
        match self.body {
            Some(_) if self.method == "HEAD" => difference = Some(without_body("curl")),
            Some(body) => {
                if !self.declares_type() {
                    line += " -H 'content-type:'";
                }
                line.extend([" --data-raw ", &quoted(body)]);
            }
            None => {}
        }
        let comments = self.comments("#", difference);
        format!("{comments}{line} {}", quoted(&self.url))
    }

    fn httpx(&self) -> String {
        let headers = self.members(
            "f\"Bearer {os.environ['OPENPROSPECT_API_KEY']}\"",
            ('(', ')'),
        );
        let headers = headers.map(|headers| {
            if self.repeats_a_name() {
                format!("    headers=[{headers}],\n")
            } else {
                format!("    headers={{{headers}}},\n")
            }
        });
        let body = self
            .body
            .map(|body| format!("    content={}.encode(),\n", literal(body)));
        format!(
            "{}import os\n\nimport httpx\n\nresponse = httpx.request(\n    {},\n    {},\n{}{})\n\
             print(response.status_code, response.text)\n",
            self.comments("#", self.resolved("httpx")),
            literal(self.method),
            literal(&self.url),
            headers.unwrap_or_default(),
            body.unwrap_or_default(),
        )
    }

    fn fetch(&self) -> String {
        let headers = self.members("`Bearer ${process.env.OPENPROSPECT_API_KEY}`", ('[', ']'));
        let headers = headers.map(|headers| {
            if self.repeats_a_name() {
                format!("  headers: [{headers}],\n")
            } else {
                format!("  headers: {{ {headers} }},\n")
            }
        });
        let may_have_body = !["GET", "HEAD"].contains(&self.method);
        let mut differences: Vec<_> = self.resolved("fetch").into_iter().collect();
        if self.body.is_some() && !may_have_body {
            differences.push(without_body("fetch"));
        }
        // Of a string, fetch would declare a media type.
        let body = self
            .body
            .filter(|_| may_have_body)
            .map(|body| match literal(body) {
                text if self.declares_type() => format!("  body: {text},\n"),
                text => format!("  body: new TextEncoder().encode({text}),\n"),
            });
        format!(
            "{}const response = await fetch({}, {{\n  method: {},\n{}{}}});\n\
             console.log(response.status, await response.text());\n",
            self.comments("//", differences),
            literal(&self.url),
            literal(self.method),
            headers.unwrap_or_default(),
            body.unwrap_or_default(),
        )
    }

    /// The members of an object of headers, or pairs in these brackets where a name repeats, of which an object has only the
    /// last. The value of `Authorization` is this expression.
    fn members(&self, authorization: &str, (open, close): (char, char)) -> Option<String> {
        let are_pairs = self.repeats_a_name();
        let member = |name: &str, value: &str| {
            if are_pairs {
                format!("{open}{name}, {value}{close}")
            } else {
                format!("{name}: {value}")
            }
        };
        let authorization = self
            .has_credential
            .then(|| member("\"Authorization\"", authorization));
        let headers = self.headers.iter();
        let headers = headers.map(|header| member(&literal(&header.name), &literal(&header.value)));
        let members: Vec<_> = authorization.into_iter().chain(headers).collect();
        (!members.is_empty()).then(|| members.join(", "))
    }

    fn repeats_a_name(&self) -> bool {
        let mut names = HashSet::new();
        !self.headers.iter().all(|header| names.insert(&header.name))
    }

    fn csharp(&self) -> String {
        let key = if self.has_credential {
            "var key = Environment.GetEnvironmentVariable(\"OPENPROSPECT_API_KEY\");\n\
             request.Headers.Add(\"Authorization\", $\"Bearer {key}\");\n"
        } else {
            ""
        };
        let (of_content, of_request): (Vec<_>, Vec<_>) = self
            .headers
            .iter()
            .copied()
            .partition(|header| header.name.starts_with("content-"));
        let add = |target: &str, header: &Header| {
            let (name, value) = (literal(&header.name), literal(&header.value));
            format!("{target}.TryAddWithoutValidation({name}, {value});\n")
        };
        let mut code: String = of_request
            .iter()
            .map(|header| add("request.Headers", header))
            .collect();
        if self.body.is_some() || !of_content.is_empty() {
            let content = literal(self.body.unwrap_or_default());
            code.extend([
                "request.Content = new StringContent(",
                &content,
                ");\nrequest.Content.Headers.Remove(\"Content-Type\");\n",
            ]);
            code.extend(
                of_content
                    .iter()
                    .map(|header| add("request.Content.Headers", header)),
            );
        }
        format!(
            "{}using var client = new HttpClient();\n\
             using var request = new HttpRequestMessage(new HttpMethod({}), {});\n{key}{code}\
             using var response = await client.SendAsync(request);\n\
             Console.WriteLine($\"{{(int)response.StatusCode}} {{await response.Content.ReadAsStringAsync()}}\");\n",
            self.comments("//", self.resolved("HttpClient")),
            literal(self.method),
            literal(&self.url),
        )
    }

    fn declares_type(&self) -> bool {
        self.headers
            .iter()
            .any(|header| header.name == "content-type")
    }

    /// How the path differs that this program sends, if it does.
    fn resolved(&self, program: &str) -> Option<String> {
        let sentence = || format!("{program} resolves . and .. in the path.");
        self.has_dot_segments().then(sentence)
    }

    fn has_dot_segments(&self) -> bool {
        let path = self.url.split('?').next().unwrap_or_default();
        path.split('/')
            .any(|segment| [".", ".."].contains(&segment))
    }
}

fn without_body(program: &str) -> String {
    format!("{program} sends no body with this method.")
}

/// The body, if the whole of it is kept as text; otherwise what is missing, as a sentence.
fn body(request: &Request) -> (Option<&str>, Option<&'static str>) {
    let Some(body) = &request.message.body else {
        return (None, Some("The body is not kept."));
    };
    if body.absent.is_some() {
        return (None, Some("The body is not kept."));
    }
    if body.cut {
        return (
            None,
            Some("The body is left out: only its beginning is kept."),
        );
    }
    if body.encoding.is_some() {
        return (None, Some("The body is left out: it is not text."));
    }
    let masked = body.masked.then_some("Credentials in the body are masked.");
    (body.text.as_deref().filter(|text| !text.is_empty()), masked)
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
mod tests;
