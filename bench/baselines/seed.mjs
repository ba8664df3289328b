// The backend of the seed guide as it is written there, on PostgreSQL through Sequelize. Left out: lines printed for each
// connection and join, and handlers that no benchmark uses. Plain JavaScript, so that nothing else is in the process.
import http from 'node:http';
import express from 'express';
import { Server } from 'socket.io';
import { connect } from './seed-models.mjs';

const { PORT, DATABASE_URL } = process.env;
const { sequelize, ChatMember, ChatMessage } = connect(DATABASE_URL);
await sequelize.sync();

const app = express();
const server = http.createServer(app);
const io = new Server(server, { transports: ['websocket', 'polling'] });

io.use((socket, next) => {
  const { token, userId } = socket.handshake.auth;
  if (!token || !userId) return next(new Error('Authentication error'));
  socket.userId = userId;
  socket.token = token;
  next();
});

io.on('connection', (socket) => {
  socket.join(`user:${socket.userId}`);
  io.emit('user:online', { userId: socket.userId, socketId: socket.id, timestamp: new Date() });

  socket.on('disconnect', () => {
    io.emit('user:offline', { userId: socket.userId, timestamp: new Date() });
  });

  socket.on('join_room', (data) => {
    const { roomId } = data;
    socket.rooms.forEach((room) => {
      if (room !== socket.id) socket.leave(room);
    });
    socket.join(`room:${roomId}`);
    io.to(`room:${roomId}`).emit('member:joined', { userId: socket.userId, roomId, timestamp: new Date() });
  });

  socket.on('message:send', async (data) => {
    const { roomId, content, type = 'TEXT' } = data;
    const member = await ChatMember.findOne({ where: { roomId, userId: socket.userId } });
    if (!member) {
      socket.emit('error', 'Not a member of this room');
      return;
    }
    const message = await ChatMessage.create({ roomId, senderId: socket.userId, content, type });
    io.to(`room:${roomId}`).emit('message:new', {
      id: message.id,
      roomId,
      senderId: socket.userId,
      content,
      type,
      createdAt: message.createdAt,
      sender: { id: socket.userId, name: socket.userName },
    });
  });
});

app.get('/', (_request, response) => response.send('ok'));
server.listen(Number(PORT), '127.0.0.1');
