use http::{HeaderValue, Response, header};
use serde::Serialize;

/// The shape of an order in every response. Each field has a value, with a default for what may be left out of the request.
#[derive(Serialize)]
pub struct Order {
    pub id: String,
    pub title: String,
    pub status: &'static str,
    pub created_at: String,
    pub order_type: &'static str,
    pub features: Vec<String>,
    pub blacklist_ids: Vec<String>,
}

/// The only way to a body: no handler writes JSON of its own, so no field is missing or has another name.
pub fn response(shape: &impl Serialize) -> serde_json::Result<Response<Vec<u8>>> {
    let mut response = Response::new(serde_json::to_vec(shape)?);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}
