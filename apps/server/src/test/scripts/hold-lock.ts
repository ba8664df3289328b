import { lockDataDir } from '../../infra/prisma/data-dir-lock.js';

// hold-lock DIR PATIENCE_MS: prints "ready", locks on a line of input, prints "locked" or the error, holds until killed.
console.log('ready');
process.stdin.once('data', async () => {
  await lockDataDir(process.argv[2] ?? '', Number(process.argv[3])).then(
    () => console.log('locked'),
    (error) => console.log(error.message),
  );
});
