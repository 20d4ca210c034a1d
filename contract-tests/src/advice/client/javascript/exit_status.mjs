/** Each task, a name and a function, reads or writes something, and throws if that could not be done. What fails does not stop the rest. */
export async function main(tasks) {
  let failed = 0;
  for (const [name, task] of tasks) {
    try {
      await task();
    } catch (error) {
      console.error(`${name} failed: ${error.message}`);
      failed++;
    }
  }
  if (failed > 0) console.error(`${failed} of ${tasks.length} tasks are not done`);
  // Unlike process.exit, this waits until everything is written.
  process.exitCode = failed > 0 ? 1 : 0;
}
