//! Parameters of a request, which checks change one at a time.

use url::form_urlencoded::Serializer;

#[derive(Clone)]
pub(super) struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    pub(super) fn new<const N: usize>(pairs: [(&'static str, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name, value.to_owned())).into())
    }

    /// Sets a parameter to a single value.
    #[must_use]
    pub(super) fn with(self, name: &'static str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// Adds a value for a parameter, even if it already has one.
    #[must_use]
    pub(super) fn and(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }

    #[must_use]
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| *own != name);
        self
    }

    /// Encoded for a query or a form.
    pub(super) fn encoded(&self) -> String {
        Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}
