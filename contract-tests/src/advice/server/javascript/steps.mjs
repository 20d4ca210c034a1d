/** The one way to every operation. A step returns a response to end here, or undefined to go on. */
export async function handle(request, { route, key, quota, scope, queryAndBody, run }) {
  const steps = [
    route, // 404 and 405, from the decoded path
    key, // 401: nothing of query, body or object has been looked at
    quota, // 429: counts every request that has a valid key, and no other
    scope, // 403: whether or not the object exists
    queryAndBody, // 400, 413, 415, 422
    run, // 404 and 409 of objects, or the success
  ];
  for (const step of steps) {
    const response = await step(request);
    if (response) return response;
  }
  throw new Error("`run` returns a response");
}
