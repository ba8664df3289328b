import { schemaDifference } from './lib/schema-engine.js';

// Fails when prisma/migrations do not lead to prisma/schema.prisma, and says what is missing.
const difference = await schemaDifference();
if (difference !== undefined) {
  console.error(
    'prisma/migrations and prisma/schema.prisma differ. Missing (`node --import tsx scripts/db-migration.ts NAME` writes it):\n',
  );
  console.error(difference);
  process.exitCode = 1;
}
