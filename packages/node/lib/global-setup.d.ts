/** Starts one server for all workers of a run, and returns how to stop it. */
export default function setup(): Promise<(() => Promise<void>) | undefined>;
