//! reqwest with reqwest-middleware and reqwest-retry, as their documentation sets them up: three retries with exponential back-off.

use std::{env, error::Error, time::Duration};

use reqwest::{Client, Method};
use reqwest_middleware::ClientBuilder;
use reqwest_retry::{RetryTransientMiddleware, policies::ExponentialBackoff};
use serde_json::{Value, json};

const PAGE: u64 = 2;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let policy = ExponentialBackoff::builder().build_with_max_retries(3);
    let client = ClientBuilder::new(Client::new())
        .with(RetryTransientMiddleware::new_with_policy(policy))
        .build();
    let (url, key) = (
        env::var("OPENPROSPECT_API_URL")?,
        env::var("OPENPROSPECT_API_KEY")?,
    );
    let call = async |method: Method, path: &str, body: Option<Value>| {
        let mut request = client
            .request(method, format!("{url}{path}"))
            .bearer_auth(&key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?.error_for_status()?;
        Ok::<Value, Box<dyn Error>>(response.json().await?)
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
