// Nodes of stock Socket.IO that share rooms by one of its Redis adapters, as their guides have it; `none`: each for itself.
import http from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const { PORT, REDIS_URL, ADAPTER } = process.env;
const adapters = { 'pub/sub': createAdapter, sharded: createShardedAdapter };
const clients = () => [new Redis(REDIS_URL), new Redis(REDIS_URL)];

const server = http.createServer((_request, response) => response.end('ok'));
const io = new Server(server, ADAPTER === 'none' ? {} : { adapter: adapters[ADAPTER](...clients()) });
let id = 0;

io.on('connection', (socket) => {
  const { userId } = socket.handshake.auth;

  socket.on('join_room', ({ roomId }) => {
    socket.join(`room:${roomId}`);
    socket.emit('member:joined', { userId, roomId, timestamp: new Date() });
  });

  socket.on('message:send', ({ roomId, content, type }) => {
    id += 1;
    io.to(`room:${roomId}`).emit('message:new', {
      id,
      roomId,
      senderId: userId,
      content,
      type,
      createdAt: new Date(),
      sender: { id: userId, name: `User ${userId}` },
    });
  });
});

server.listen(Number(PORT), '127.0.0.1');
