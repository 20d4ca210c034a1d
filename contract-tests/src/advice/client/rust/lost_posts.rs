use std::error::Error;

use reqwest::{Client, Response, header::CONTENT_TYPE};
use serde_json::Value;

/// Give each order a title of its own. If the outcome of the POST is unknown, the list shows whether it was carried out.
pub async fn create_order(
    client: &Client,
    url: &str,
    order: &Value,
) -> Result<Value, Box<dyn Error>> {
    for _ in 0..2 {
        let request = client.post(format!("{url}/orders")).body(order.to_string());
        let sent = request
            .header(CONTENT_TYPE, "application/json")
            .send()
            .await;
        // Neither a lost response nor a 5xx says whether there is an order.
        if let Ok(response) = sent
            && !response.status().is_server_error()
        {
            return json(response.error_for_status()?).await;
        }
        if let Some(created) = find(client, url, &order["title"]).await? {
            return Ok(created);
        }
    }
    Err(format!("the order {} could not be created", order["title"]).into())
}

async fn find(client: &Client, url: &str, title: &Value) -> Result<Option<Value>, Box<dyn Error>> {
    let mut offset = 0;
    loop {
        let response = client
            .get(format!("{url}/orders?limit=100&offset={offset}"))
            .send()
            .await?;
        let page = json(response.error_for_status()?).await?;
        let orders = page["orders"].as_array().ok_or("the page has no orders")?;
        let found = orders.iter().find(|order| order["title"] == *title);
        offset += orders.len();
        if found.is_some()
            || orders.is_empty()
            || offset as u64 >= page["total"].as_u64().unwrap_or(0)
        {
            return Ok(found.cloned());
        }
    }
}

async fn json(response: Response) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_slice(&response.bytes().await?)?)
}
