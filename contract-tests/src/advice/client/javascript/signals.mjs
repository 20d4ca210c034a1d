/** Ends every request and wait at once. Nothing asynchronous is done after this: save before it, synchronously, what must be kept. */
function stop() {
  process.exit(143);
}

process.once("SIGTERM", stop);
