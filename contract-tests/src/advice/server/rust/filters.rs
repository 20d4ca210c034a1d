use jiff::Timestamp;

pub struct Row {
    pub prospect_search_id: String,
    pub name: String,
    pub match_score: f64,
    pub review_status: String,
    pub delivered_at: Timestamp,
}

/// A query whose values have been parsed. A parameter that is missing selects everything.
#[derive(Default)]
pub struct Filter {
    pub prospect_search_id: Option<String>,
    pub min_match_score: Option<f64>,
    pub review_status_list: Option<Vec<String>>,
    /// Parsed with its offset, such as +02:00: times are compared, not texts.
    pub delivered_since: Option<Timestamp>,
    pub search: Option<String>,
}

impl Filter {
    /// Whether a row fulfils every condition. Filter first, then cut the page.
    pub fn selects(&self, row: &Row) -> bool {
        let by_id = self
            .prospect_search_id
            .as_ref()
            .is_none_or(|id| *id == row.prospect_search_id);
        let by_score = self
            .min_match_score
            .is_none_or(|score| row.match_score >= score);
        let by_review = self
            .review_status_list
            .as_ref()
            .is_none_or(|list| list.contains(&row.review_status));
        let by_time = self
            .delivered_since
            .is_none_or(|since| row.delivered_at > since);
        // Every character is literal: no pattern, and no % or _ of LIKE.
        let by_text = self
            .search
            .as_ref()
            .is_none_or(|text| row.name.to_lowercase().contains(&text.to_lowercase()));
        by_id && by_score && by_review && by_time && by_text
    }
}
