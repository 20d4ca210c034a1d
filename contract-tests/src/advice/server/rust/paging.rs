use serde::Serialize;

#[derive(Clone, Serialize)]
pub struct Row {
    pub id: String,
    pub created_at: u64,
}

#[derive(Serialize)]
pub struct Page {
    pub items: Vec<Row>,
    pub total: usize,
    /// The values that applied.
    pub limit: usize,
    pub offset: usize,
    pub has_more: bool,
}

/// `rows` are all that the filters select; they are counted before the page is cut.
pub fn page(mut rows: Vec<Row>, limit: usize, offset: usize) -> Page {
    // The id decides between rows of the same time: any other order could change between two pages.
    rows.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    let total = rows.len();
    let items: Vec<_> = rows.into_iter().skip(offset).take(limit).collect();
    let has_more = offset.saturating_add(items.len()) < total;
    Page {
        items,
        total,
        limit,
        offset,
        has_more,
    }
}
