// For the Prisma CLI only (`prisma migrate deploy`, `prisma studio`). The server applies migrations by itself at start.
export default {
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations', seed: 'node --import tsx --conditions=source prisma/seed.ts' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
};
