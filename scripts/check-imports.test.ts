import { describe, expect, test } from 'vitest';
import { violations } from './lib/import-rules.js';

const server = 'apps/server/src';

describe('an import that the architecture forbids is found', () => {
  test.each([
    ['packages/contracts/src/table.ts', "import { initTRPC } from '@trpc/server';"],
    ['packages/contracts/src/table.ts', "import { readFileSync } from 'node:fs';"],
    ['packages/sdk/src/client.ts', "import { operations } from '@dream-studio/contracts';"],
    ['packages/sdk/src/client.ts', "import { type Message, operations } from '@dream-studio/contracts';"],
    ['packages/sdk/src/client.ts', "export { operations } from '@dream-studio/contracts';"],
    ['packages/sdk/src/client.ts', "import { z } from 'zod';"],
    ['packages/sdk/src/client.ts', "import { createTestServer } from './testing/index.js';"],
    ['packages/sdk/src/testing/server.ts', "import { randomUUID } from 'node:crypto';"],
    ['apps/web/src/lib/client.ts', "import type { App } from '../../../server/src/compose.js';"],
    ['apps/web/src/lib/client.ts', "import { io } from 'socket.io-client';"],
    [`${server}/core/dispatch.ts`, "import { Server } from 'socket.io';"],
    [`${server}/core/dispatch.ts`, "import type { PrismaClient } from '../infra/prisma/generated/client.js';"],
    [`${server}/core/dispatch.ts`, "import { roomService } from '../features/room/room.service.js';"],
    [
      `${server}/features/room/room.service.ts`,
      "import type { Prisma } from '../../infra/prisma/generated/client.js';",
    ],
    [`${server}/features/room/room.service.ts`, "import { users } from '../user/user.repository.js';"],
    [`${server}/features/room/room.repository.ts`, "import { users } from '../user/user.repository.js';"],
    [`${server}/features/room/close.ts`, "const { emit } = await import('../../realtime/publisher.js');"],
    [`${server}/transports/rest.ts`, "import { send } from '../features/message/message.service.js';"],
    [`${server}/transports/rest.ts`, "import { PrismaClient } from '@prisma/client';"],
    [`${server}/realtime/publisher.ts`, "import '../transports/socket.js';"],
    [`${server}/infra/redis.ts`, "import { dispatch } from '../core/dispatch.js';"],
    [`${server}/infra/redis.ts`, "import { rooms } from '../features/room/room.repository.js';"],
    [`${server}/realtime/publisher.ts`, "socket.on('x', async () => {});"],
    [`${server}/realtime/publisher.ts`, "import { joinNodes } from '../compose/nodes.js';"],
    [`${server}/features/room/room.service.ts`, "io.to('room:1').emit('x');"],
    [`${server}/compose.ts`, "io.of('/');"],
  ])('%s: %s', (path, source) => {
    expect(violations(path, source)).toEqual([expect.stringContaining(path)]);
  });
});

describe('what it allows is not', () => {
  test.each([
    ['packages/contracts/src/derive.ts', "import type { TRPCRouter } from '@trpc/server';"],
    ['packages/sdk/src/client.ts', "import type { Message } from '@dream-studio/contracts';"],
    ['packages/sdk/src/client.ts', "import { type Message, type Room } from '@dream-studio/contracts';"],
    ['packages/sdk/src/client.ts', "import { LIMITS } from '@dream-studio/contracts/limits';"],
    [
      'packages/sdk/src/testing/server.ts',
      "import { operations } from '@dream-studio/contracts';\nimport { ChatError } from '../errors.js';",
    ],
    ['apps/web/src/app/page.tsx', "import { Button } from '@/ui/button';\nimport { useState } from 'react';"],
    [`${server}/features/room/room.service.ts`, "import { rooms } from './room.repository.js';"],
    [`${server}/features/room/room.service.ts`, "import { users } from '../user/user.service.js';"],
    [`${server}/features/room/room.service.ts`, "import { mayPost } from '../member/member.policy.js';"],
    [
      `${server}/features/room/room.repository.ts`,
      "import type { Prisma } from '../../infra/prisma/generated/client.js';",
    ],
    [
      `${server}/infra/redis.ts`,
      "import { Redis } from 'ioredis';\nimport type { Context } from '../core/context.js';",
    ],
    [`${server}/transports/socket.ts`, "import { Server } from 'socket.io';\nsocket.on('x', wrapped);\nio.of('/');"],
    [
      `${server}/compose.ts`,
      "import { Server } from 'socket.io';\nimport { x } from './features/room/room.repository.js';",
    ],
    [`${server}/compose/servers.ts`, "import { x } from '../realtime/socket-server.js';\nio.of('/');"],
    [`${server}/core/dispatch.test.ts`, "import { PrismaClient } from '@prisma/client';"],
    [`${server}/core/dispatch.ts`, "// import { x } from '../infra/redis.js'\nconst url = 'http://x'; /* io.to( */"],
  ])('%s: %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});

test('each forbidden import of a file is named', () => {
  const source = "import {\n  a,\n} from '../infra/a.js';\nimport b from '../compose.js';\nexport * from 'hono';\n";
  expect(violations(`${server}/core/x.ts`, source)).toHaveLength(3);
});
