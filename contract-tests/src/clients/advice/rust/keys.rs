use std::{error::Error, fs, path::PathBuf};

use reqwest::{Client, Method, RequestBuilder};

pub struct Api {
    pub client: Client,
    pub key_file: PathBuf,
}

impl Api {
    /// Reads the key for each call, so that a new one is used as soon as it is there.
    pub fn request(&self, method: Method, url: &str) -> Result<RequestBuilder, Box<dyn Error>> {
        let key = fs::read_to_string(&self.key_file)?;
        Ok(self.client.request(method, url).bearer_auth(key.trim()))
    }
}
