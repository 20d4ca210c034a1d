use std::{error::Error, fs, path::PathBuf};

use reqwest::{Client, Method, RequestBuilder};

pub struct Api {
    pub client: Client,
    pub key_file: PathBuf,
}

impl Api {
    /// Reads the key for each request, so that a new key is used as soon as it exists.
    pub fn request(&self, method: Method, url: &str) -> Result<RequestBuilder, Box<dyn Error>> {
        let key = fs::read_to_string(&self.key_file)?;
        Ok(self.client.request(method, url).bearer_auth(key.trim()))
    }
}
