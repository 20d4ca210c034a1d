//! Which redirects a client follows, and how.

/// The targets to which redirects are followed.
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
    /// The allowed targets.
    pub to: RedirectTarget,
    /// Maximum number of redirects.
    pub at_most: usize,
    /// The method of the redirected request.
    pub method: RedirectMethod,
}

impl FollowRedirects {
    /// Follows a few redirects to these targets, with the method that the status requires.
    pub const fn some(to: RedirectTarget) -> Self {
        Self {
            to,
            at_most: 5,
            method: RedirectMethod::PerStatus,
        }
    }
}

/// The method of a redirected request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectMethod {
    /// The method that the status requires.
    PerStatus,
    /// GET.
    Get,
    /// The method of the original request.
    Unchanged,
}
