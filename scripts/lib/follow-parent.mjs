// Loaded with `--import` into the programs that scripts/lib/processes.ts starts. Ends the program when its parent asks
// (a message) or is gone (a closed channel, also after kill -9), so that nothing outlives `pnpm start`.

/** A parent that is gone cannot wait for a clean end, and the next start wants the port and the data. */
const ORPHAN_TIMEOUT_MS = 3_000;
/** The parent may have asked before this process has come to see its own Ctrl-C. */
const SIGNAL_MAY_LAG_MS = 50;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 };

if (process.env.FOLLOW_PARENT && process.channel) {
  delete process.env.FOLLOW_PARENT; // The program's own children have another parent.
  let draining = false;

  // Ctrl-C reaches the whole process group: who has seen the signal is not sent a second one.
  for (const [signal, number] of Object.entries(SIGNAL_NUMBERS)) {
    process.once(signal, () => {
      draining = true;
      if (process.listenerCount(signal) === 0) process.exit(128 + number); // The program is not up yet.
    });
  }
  const drain = () => {
    setTimeout(() => {
      if (!draining) process.kill(process.pid, 'SIGTERM');
    }, SIGNAL_MAY_LAG_MS);
  };
  process.on('message', (message) => message === 'drain' && drain());
  process.once('disconnect', () => {
    drain();
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHAN_TIMEOUT_MS).unref();
  });
  process.channel.unref();
}
