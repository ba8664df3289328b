// The seed's "Using Socket.IO Client Library", with the address, the token and the user filled in, and nothing else.
const { io } = require('socket.io-client');

const socket = io(process.env.SERVER_URL, {
  auth: {
    token: process.env.TOKEN,
    userId: Number(process.env.USER_ID),
  },
  ...(process.env.TRANSPORTS && { transports: process.env.TRANSPORTS.split(',') }),
});

socket.on('connect', () => {
  console.log('Connected');

  // Join a room
  socket.emit('join_room', { roomId: 1 });

  // Simulate typing
  socket.emit('user:typing', { roomId: 1 });

  // Simulate message
  socket.emit('message:send', {
    roomId: 1,
    content: 'Hello!',
    type: 'TEXT',
  });
});
