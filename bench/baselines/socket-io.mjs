// Stock Socket.IO with the seed's events: no database, no checks. What fanning out costs by itself.
import http from 'node:http';
import { Server } from 'socket.io';

const server = http.createServer((_request, response) => response.end('ok'));
const io = new Server(server);
let id = 0;

io.on('connection', (socket) => {
  const { userId } = socket.handshake.auth;

  socket.on('join_room', ({ roomId }) => {
    socket.join(`room:${roomId}`);
    io.to(`room:${roomId}`).emit('member:joined', { userId, roomId, timestamp: new Date() });
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

server.listen(Number(process.env.PORT), '127.0.0.1');
