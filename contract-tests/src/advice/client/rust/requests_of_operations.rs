use reqwest::{Client, Response, Result, header::CONTENT_TYPE};
use serde_json::Value;

const MAX_LIMIT: u32 = 100;

/// A method for each operation: paths are constants of the contract but for their ids.
pub struct Api {
    pub client: Client,
    pub url: String,
}

impl Api {
    /// What a GET asks for is in its query, each parameter once; it has no body.
    pub async fn list_orders(&self, offset: u32, limit: u32) -> Result<Response> {
        let limit = limit.clamp(1, MAX_LIMIT);
        let url = format!("{}/orders?limit={limit}&offset={offset}", self.url);
        self.client.get(url).send().await
    }

    /// A text can be sent again, unlike a stream; a retry calls this again. With the feature `json`, `.json(order)` does the same.
    pub async fn create_order(&self, order: &Value) -> Result<Response> {
        let request = self.client.post(format!("{}/orders", self.url));
        let request = request.header(CONTENT_TYPE, "application/json");
        request.body(order.to_string()).send().await
    }
}
