import type { Client } from './rows.js';

/** What a user is called whom nobody has named yet. */
const placeholderName = (userId: number) => `User ${userId}`;

/** Creates the users that are not there yet, so that rows can refer to them. The first token with a name names them. */
export async function addPlaceholders(client: Client, userIds: number[]): Promise<void> {
  // In one order everywhere: two transactions that add the same people must not wait for each other.
  const ordered = userIds.toSorted((a, b) => a - b);
  await client.user.createMany({
    data: ordered.map((id) => ({ id, name: placeholderName(id) })),
    skipDuplicates: true,
  });
}
