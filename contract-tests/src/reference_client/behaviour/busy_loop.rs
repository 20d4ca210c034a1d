//! Waits without a pause worth the name.

/// What is requested again and again, without a pause worth the name, until it changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BusyLoop {
    /// The results of an order, until they are ready.
    Results,
    /// The list of orders, until a new one is completed.
    List,
    /// An empty page, until it has rows.
    EmptyPage,
}
