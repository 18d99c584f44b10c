"""A mail server and a webhook on the loopback interface: each message becomes a file.

receiver.py FOLDER: "FOLDER/ports" has the ports of SMTP and HTTP once both listen. The first
request of the webhook is refused, so that somebody has to try again.
"""
import asyncio
import http.server
import os
import sys
import threading

from aiosmtpd.smtp import SMTP

folder = sys.argv[1]


def keep(kind, data):
    count = len([name for name in os.listdir(folder) if name.startswith(kind)])
    with open(f"{folder}/{kind}-{count}.part", "wb") as file:
        file.write(data)
    os.rename(f"{folder}/{kind}-{count}.part", f"{folder}/{kind}-{count}")


class Mail:
    async def handle_DATA(self, server, session, envelope):
        recipients = ",".join(sorted(envelope.rcpt_tos)).encode()
        keep("mail", recipients + b"\n" + envelope.content)
        return "250 OK"


class Hook(http.server.BaseHTTPRequestHandler):
    refusals = 1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Hook.refusals > 0:
            Hook.refusals -= 1
            self.send_error(503)
            return
        keep("hook", body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words):
        pass


async def serve():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Mail()), "127.0.0.1", 0)
    hook = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    port = server.sockets[0].getsockname()[1]
    with open(f"{folder}/ports.part", "w") as file:
        file.write(f"{port} {hook.server_port}")
    os.rename(f"{folder}/ports.part", f"{folder}/ports")
    await server.serve_forever()


asyncio.run(serve())
