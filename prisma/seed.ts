import { StartupError } from '../apps/server/src/core/startup-error.js';
import { readEnv } from '../apps/server/src/env.js';
import { createMessageRepository } from '../apps/server/src/features/message/message.repository.js';
import { createRoomRepository } from '../apps/server/src/features/room/room.repository.js';
import { createUserRepository } from '../apps/server/src/features/user/user.repository.js';
import { openDatabase } from '../apps/server/src/infra/prisma/database.js';

/** A demo to look at: three people, two rooms, some history. Sign in with one of the names. Run again, it adds nothing. */
const PEOPLE = ['Ada', 'Grace', 'Linus'] as const;
type Person = (typeof PEOPLE)[number];

const ROOMS: { name: string; lines: [Person, string][] }[] = [
  {
    name: 'Product team',
    lines: [
      ['Ada', 'Good morning! The new onboarding is live for half of the users.'],
      ['Grace', 'Nice. First numbers look good: 12 % fewer people give up on the second page.'],
      ['Linus', 'I still see a flicker on slow phones, will have a look today.'],
      ['Ada', 'Thanks! Shall we go to 100 % tomorrow, then?'],
      ['Grace', 'Yes, if nothing turns up overnight.'],
    ],
  },
  {
    name: 'Lunch',
    lines: [
      ['Linus', 'Ramen at 12:30?'],
      ['Grace', 'In!'],
      ['Ada', 'Save me a seat, I come from a meeting.'],
    ],
  },
];

async function main(): Promise<void> {
  const { databaseUrl, dataDir, production } = readEnv();
  if (production) throw new StartupError('NODE_ENV: the demo is not for production');
  const database = await openDatabase({ databaseUrl, dataDir });
  try {
    const users = createUserRepository(database);
    const rooms = createRoomRepository(database.prisma);
    const messages = createMessageRepository(database);

    const ids = new Map<Person, number>();
    for (const name of PEOPLE) {
      const userId = await users.developmentId(name);
      await users.refresh({ userId, name, picture: null, issuedAt: null, expiresAt: new Date(), isService: false });
      ids.set(name, userId);
    }
    const idOf = (name: Person) => ids.get(name) as number;
    const present = new Set((await rooms.list(idOf('Ada'), null, 100)).map(({ room }) => room.name));

    for (const { name, lines } of ROOMS) {
      if (present.has(name)) continue;
      const { roomId } = await rooms.create(idOf('Ada'), name, [idOf('Grace'), idOf('Linus')]);
      await messages.append(
        lines.map(([person, content]) => ({ roomId, senderId: idOf(person), content, type: 'TEXT' })),
      );
      console.log(`Created "${name}" with ${lines.length} messages`);
    }
    console.log(`The demo is there: sign in as ${PEOPLE.join(', ')}`);
  } finally {
    await database.close();
  }
}

main().catch((error) => {
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
});
