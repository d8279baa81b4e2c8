import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import MemoryStore


async def model(question):
    yield f"You said: {question}"


class Support(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        async for event in stream_text(thread, model(input_user_message.content[0].text)):
            yield event


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
django = get_asgi_application()
chat = create_app(Support(MemoryStore()), cookie_secret=settings.SECRET_KEY)


async def application(scope, receive, send):
    is_chat = scope["type"] == "lifespan" or scope["path"].startswith("/chatkit")
    await (chat if is_chat else django)(scope, receive, send)
