//! A program with reqwest in its simplest form: a client, and an error for every status but success.

#![expect(
    clippy::disallowed_methods,
    reason = "it is a program like those of others, told by its environment, and it sleeps for real"
)]

use std::{env, error::Error, time::Duration};

use reqwest::{Client, Method};
use serde_json::{Value, json};

const PAGE: u64 = 2;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // reqwest is built without a TLS provider, and the sandbox needs none.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new();
    let (url, key) = (
        env::var("OPENPROSPECT_API_URL")?,
        env::var("OPENPROSPECT_API_KEY")?,
    );
    let call = async |method: Method, path: &str, body: Option<Value>| {
        let mut request = client
            .request(method, format!("{url}{path}"))
            .bearer_auth(&key);
        if let Some(body) = body {
            let text = body.to_string();
            request = request
                .header("content-type", "application/json")
                .body(text);
        }
        let response = request.send().await?.error_for_status()?;
        let bytes = response.bytes().await?;
        Ok::<Value, Box<dyn Error>>(serde_json::from_slice(&bytes)?)
    };
    let (mut offset, mut total) = (0, 1);
    while offset < total {
        let path = format!("/orders?limit={PAGE}&offset={offset}");
        total = call(Method::GET, &path, None).await?["total"]
            .as_u64()
            .ok_or("a list without a total")?;
        offset += PAGE;
    }
    let order = json!({"title": "Hotels", "features": ["CONTACTS"], "companies": [{"company_name": "Example Corp"}]});
    let mut order = call(Method::POST, "/orders", Some(order)).await?;
    while order["status"] != "COMPLETED" && order["status"] != "CANCELLED" {
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let id = order["id"].as_str().ok_or("an order without an id")?;
        order = call(Method::GET, &format!("/orders/{id}"), None).await?;
    }
    Ok(())
}
