// A chat server on stock Socket.IO, as its guides have it: a room is a room, a message is emitted to it. Plain JavaScript,
// so that nothing but it and Socket.IO is in the process that is measured.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const { PORT, RECOVERY } = process.env;

const http = createServer((_request, response) => response.end('ok'));
const io = new Server(http, RECOVERY ? { connectionStateRecovery: {} } : {});

/** Messages so far, by room: only to see whether clients get them in this order. */
const counts = new Map();

io.on('connection', (socket) => {
  // In the handshake, so that nothing is missed between connecting and joining.
  const { room } = socket.handshake.auth;
  socket.join(room);
  socket.on('message', (text) => {
    const order = (counts.get(room) ?? 0) + 1;
    counts.set(room, order);
    io.to(room).emit('message', { text, order });
  });
});

http.listen(Number(PORT), '127.0.0.1');
