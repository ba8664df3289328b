import { writeSync } from 'node:fs';
import { openDatabase } from '../../infra/prisma/database.js';

// insert-rows DIR FIRST_ID: inserts users one after the other, each id printed once its insert was acknowledged.
const { prisma } = await openDatabase({ dataDir: process.argv[2] ?? '' });
for (let id = BigInt(process.argv[3] ?? 0); ; id++) {
  await prisma.user.create({ data: { id, name: 'row' } });
  writeSync(1, `${id}\n`);
}
