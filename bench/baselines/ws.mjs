// Rooms on raw `ws`: the frame of a message is built once, and written to the connection of each member.
import http from 'node:http';
import { Sender, WebSocketServer } from 'ws';

const server = http.createServer((_request, response) => response.end('ok'));
const wss = new WebSocketServer({ server });
const rooms = new Map();

wss.on('connection', (socket, request) => {
  const room = new URL(request.url, 'http://localhost').searchParams.get('room');
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members.add(request.socket));
  socket.on('close', () => members.delete(request.socket));
  socket.on('message', (data) => {
    const frame = Buffer.concat(Sender.frame(data, { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false }));
    for (const member of members) member.write(frame);
  });
  socket.send('entered');
});

server.listen(Number(process.env.PORT), '127.0.0.1');
