"""A client in another language: joins room 1, sends a message, waits to receive it, and prints it."""
import os
import sys
import threading

import socketio

received = threading.Event()
client = socketio.Client()


@client.on("message:new")
def on_message(message):
    print(message["content"], flush=True)
    received.set()


auth = {"token": os.environ["TOKEN"], "userId": int(os.environ["USER_ID"])}
client.connect(os.environ["SERVER_URL"], auth=auth, transports=os.environ["TRANSPORTS"].split(","))
joined = client.call("join_room", {"roomId": 1}, timeout=20)
assert joined["ok"], joined
sent = client.call("message:send", {"roomId": 1, "content": "Hello from Python"}, timeout=20)
assert sent["ok"] and sent["data"]["senderId"] == auth["userId"], sent
ok = received.wait(20)
client.disconnect()
sys.exit(0 if ok else 1)
