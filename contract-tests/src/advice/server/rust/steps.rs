use std::ops::ControlFlow;

/// The steps of a request. One that breaks has the response.
pub trait Steps {
    type Response;

    /// 404 and 405, from the decoded path.
    fn route(&mut self) -> ControlFlow<Self::Response>;
    /// 401: nothing of query, body or object has been looked at.
    fn key(&mut self) -> ControlFlow<Self::Response>;
    /// 429: counts every request that has a valid key, and no other.
    fn quota(&mut self) -> ControlFlow<Self::Response>;
    /// 403: whether or not the object exists.
    fn scope(&mut self) -> ControlFlow<Self::Response>;
    /// 400, 413, 415, 422.
    fn query_and_body(&mut self) -> ControlFlow<Self::Response>;
    /// 404 and 409 of objects, or the success.
    fn run(&mut self) -> Self::Response;

    /// The one way to every operation.
    fn handle(&mut self) -> Self::Response {
        let steps = [
            Self::route,
            Self::key,
            Self::quota,
            Self::scope,
            Self::query_and_body,
        ];
        match steps.into_iter().try_for_each(|step| step(self)) {
            ControlFlow::Break(response) => response,
            ControlFlow::Continue(()) => self.run(),
        }
    }
}
