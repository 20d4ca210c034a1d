use std::{collections::HashSet, error::Error};

use serde_json::Value;

/// Every row of a list. `get` requests the page at an offset; it retries a 429 itself, and fails if there is no page.
pub async fn rows(
    mut get: impl AsyncFnMut(usize) -> Result<Value, Box<dyn Error>>,
) -> Result<Vec<Value>, Box<dyn Error>> {
    let (mut rows, mut seen, mut offset) = (Vec::new(), HashSet::new(), 0);
    loop {
        let page = get(offset).await?;
        let found = page["orders"].as_array().or(page["items"].as_array());
        let found = found.ok_or("the page has no rows")?;
        let known = rows.len();
        rows.extend(
            found
                .iter()
                .filter(|row| seen.insert(row["id"].to_string()))
                .cloned(),
        );
        if !found.is_empty() && rows.len() == known {
            return Err(format!("the page at offset {offset} repeats the ones before").into());
        }
        // The server may have applied a smaller limit: what counts is the number of rows that came.
        offset += found.len();
        let total = page["total"].as_u64().ok_or("the page has no total")?;
        if found.is_empty() || offset as u64 >= total {
            return Ok(rows);
        }
    }
}
