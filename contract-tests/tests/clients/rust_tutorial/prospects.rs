use std::{env, error::Error, thread::sleep, time::Duration};

use reqwest::{Method, StatusCode, blocking::Client};
use serde_json::{Value, json};

struct Api {
    client: Client,
    url: String,
    key: String,
}

impl Api {
    /// Reads what the vendor's page names.
    fn from_env() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            client: Client::builder().timeout(Duration::from_secs(10)).build()?,
            url: env::var("OPENPROSPECT_API_URL")?,
            key: env::var("OPENPROSPECT_API_KEY")?,
        })
    }

    /// Sends a request. After a 429 it waits for the seconds of Retry-After, or for one, at most three times.
    fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Box<dyn Error>> {
        for attempt in 1.. {
            let mut request = self
                .client
                .request(method.clone(), format!("{}{path}", self.url))
                .bearer_auth(&self.key);
            if let Some(body) = &body {
                request = request.json(body);
            }
            let response = request.send()?;
            if response.status() != StatusCode::TOO_MANY_REQUESTS || attempt == 4 {
                return Ok(response.error_for_status()?.json()?);
            }
            let asked = response.headers().get("retry-after").and_then(|asked| asked.to_str().ok());
            let seconds = asked.and_then(|asked| asked.parse().ok()).unwrap_or(1);
            sleep(Duration::from_secs(seconds));
        }
        unreachable!("the last attempt returns")
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let api = Api::from_env()?;
    let searches = api.call(Method::GET, "/prospect-searches?limit=1", None)?;
    let blacklist = api.call(Method::POST, "/blacklists", Some(json!({"name": "Competitors"})))?;
    let entries = json!({"entries": [{"company_name": "Example Corp", "city": "Celle"}]});
    let path = format!("/blacklists/{}/entries", id(&blacklist));
    api.call(Method::POST, &path, Some(entries))?;
    let order = json!({
        "title": "Hotels",
        "order_type": "DISCOVERY",
        "features": ["CONTACTS"],
        "prospect_search_id": searches["items"][0]["id"],
        "blacklist_ids": [blacklist["id"]],
        "quantity": 3,
    });
    let mut order = api.call(Method::POST, "/orders", Some(order))?;
    while order["status"] != "COMPLETED" && order["status"] != "CANCELLED" {
        sleep(Duration::from_secs(1));
        order = api.call(Method::GET, &format!("/orders/{}", id(&order)), None)?;
    }
    if order["status"] == "CANCELLED" {
        return Err(format!("order {} was cancelled", id(&order)).into());
    }
    let deliveries = api.call(Method::GET, &format!("/deliveries?order_id={}", id(&order)), None)?;
    for delivery in deliveries["items"].as_array().into_iter().flatten() {
        for prospect in delivery["prospects"].as_array().into_iter().flatten() {
            println!("{} - {}", text(&prospect["company_name"]), text(&prospect["last_name"]));
        }
    }
    Ok(())
}

fn id(object: &Value) -> &str {
    text(&object["id"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
