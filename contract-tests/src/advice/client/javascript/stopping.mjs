/** Each job sends a request and returns its status. The first 401 stops all jobs that use the key. */
export async function run(jobs) {
  const waiting = jobs[Symbol.iterator]();
  let rejected = false;
  const worker = async () => {
    while (!rejected) {
      const { value: job, done } = waiting.next();
      if (done) return;
      if ((await job()) === 401) rejected = true;
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  if (rejected) throw new Error("the API has rejected the key");
}
