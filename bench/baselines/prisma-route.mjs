// How most would write the REST route: Express, Prisma, `create`, on the schema of our server. The schema wants a number in
// the room for each message: it is counted in memory, which costs nothing. The sender is believed, nobody is told.
import { PrismaPg } from '@prisma/adapter-pg';
import express from 'express';
import { PrismaClient } from '../../apps/server/dist/infra/prisma/generated/client.js';

const { PORT, DATABASE_URL } = process.env;
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: DATABASE_URL, max: 10 }) });
let seq = 0;

const app = express();
app.use(express.json());

app.post('/shared/chat/rooms/:roomId/messages', async (request, response) => {
  const roomId = Number(request.params.roomId);
  const userId = Number(request.get('x-user-id'));
  const { content, type = 'TEXT' } = request.body;
  const member = await prisma.member.findUnique({ where: { roomId_userId: { roomId, userId } } });
  if (!member) return response.status(403).json({ error: 'Not a member of this room' });
  seq += 1;
  const message = await prisma.message.create({ data: { roomId, seq, senderId: userId, content, type } });
  response.status(201).json({
    id: Number(message.id),
    roomId,
    senderId: userId,
    content,
    type,
    createdAt: message.createdAt,
  });
});

app.get('/', (_request, response) => response.send('ok'));
app.listen(Number(PORT), '127.0.0.1');
