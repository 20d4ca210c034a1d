//! Which redirects a client follows, and how.

/// Redirects that are followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectTarget {
    /// To the same server.
    SameServer,
    /// To any port of the same host.
    SameHost,
    /// To any host on the same port.
    SamePort,
}

/// How redirects are followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FollowRedirects {
    /// Which.
    pub to: RedirectTarget,
    /// Up to how many.
    pub at_most: usize,
    /// As what the request goes on.
    pub method: RedirectMethod,
}

impl FollowRedirects {
    /// A few of these, as their status says.
    pub const fn some(to: RedirectTarget) -> Self {
        Self {
            to,
            at_most: 5,
            method: RedirectMethod::PerStatus,
        }
    }
}

/// How a request goes on that is redirected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectMethod {
    /// As its status says.
    PerStatus,
    /// As a GET.
    Get,
    /// As it was.
    Unchanged,
}
