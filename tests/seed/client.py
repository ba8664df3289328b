"""A client in another language: joins room 1, sends a message, waits to receive it, and prints it."""
import asyncio
import os

import socketio


async def main():
    client = socketio.AsyncClient()
    received = asyncio.Event()

    @client.on("message:new")
    async def on_message(message):
        print(message["content"], flush=True)
        received.set()

    auth = {"token": os.environ["TOKEN"], "userId": int(os.environ["USER_ID"])}
    await client.connect(os.environ["SERVER_URL"], auth=auth, transports=os.environ["TRANSPORTS"].split(","))
    joined = await client.call("join_room", {"roomId": 1}, timeout=20)
    assert joined["ok"], joined
    sent = await client.call("message:send", {"roomId": 1, "content": "Hello from Python"}, timeout=20)
    assert sent["ok"] and sent["data"]["senderId"] == auth["userId"], sent
    await asyncio.wait_for(received.wait(), 20)
    await client.disconnect()


asyncio.run(main())
