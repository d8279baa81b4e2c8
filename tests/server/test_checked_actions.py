"""The server accepts an action only if the stored widget declares it, or the server lists it."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.server.app import OWNER, ScriptedServer, call, create, done, hidden, stream
from tests.server.durable import open_stream
from turnstream.errors import ConflictError, InvalidRequestError, RequestNotFoundError
from turnstream.server import ChatKitServer
from turnstream.store import MemoryStore
from turnstream.types import (
    Action,
    ClosedStatus,
    SyncCustomActionResponse,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
    WidgetRoot,
)

Events = AsyncIterator[ThreadStreamEvent]
WIDGET: TypeAdapter[Any] = TypeAdapter(WidgetRoot)
BIG = 2**60 + 1


class Shop(ScriptedServer):
    """Shows one widget; notes the actions that reach the app."""

    def __init__(self, widget: dict[str, Any], **options: Any) -> None:
        super().__init__(self._show)
        ChatKitServer.__init__(self, MemoryStore(), **options)
        self.widget = WIDGET.validate_python(widget)
        self.acted: list[tuple[str, Any]] = []

    async def _show(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        now = datetime.now(UTC)
        yield ThreadItemDoneEvent(
            item=WidgetItem(id="wig_1", thread_id=thread.id, created_at=now, widget=self.widget)
        )
        yield done(thread, "Choose.")
        yield hidden(thread, "hidden_1")

    async def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> Events:
        self.acted.append((action.type, action.payload))
        yield done(thread, "Done.", "msg_acted")

    async def sync_action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> SyncCustomActionResponse:
        self.acted.append((action.type, action.payload))
        return SyncCustomActionResponse()


async def act(server: Shop, type_: str, payload: Any = None, *, item_id: str | None = "wig_1") -> list[Any]:
    """Send the action by both operations, from a new thread; return what reached the app."""
    thread_id, _ = await create(server)
    action = {"type": type_} if payload is None else {"type": type_, "payload": payload}
    for send in (stream, call):
        operation = "threads.custom_action" if send is stream else "threads.sync_custom_action"
        await send(server, operation, thread_id=thread_id, item_id=item_id, action=action)
    return server.acted


async def refused(server: Shop, type_: str, payload: Any = None, **more: Any) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as error:
        await act(server, type_, payload, **more)
    assert server.acted == []
    return error.value


def button(type_: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "Button", "label": "Go", "onClickAction": {"type": type_, "payload": payload, **more}}


def card(*children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "Card", "children": list(children), **more}


ORDER: dict[str, Any] = {"id": 7, "lines": [{"sku": "a", "count": 1.5}], "gift": True}


ROW: dict[str, Any] = {"type": "ListViewItem", "children": [], "onClickAction": {"type": "open"}}


@pytest.mark.parametrize(
    ("widget", "type_", "payload"),
    [
        (card(button("buy", ORDER)), "buy", ORDER),
        (card(button("buy")), "buy", None),
        (card(button("buy", "12A")), "buy", "12A"),
        (card(button("buy", {"id": 1}), button("buy", {"id": 2})), "buy", {"id": 2}),
        (card(confirm={"label": "Yes", "action": {"type": "yes", "payload": {"a": 1}}}), "yes", {"a": 1}),
        (card(cancel={"label": "No", "action": {"type": "no"}}), "no", None),
        ({"type": "ListView", "children": [ROW]}, "open", None),
        (card({"type": "acme.Seat", "seatAction": {"type": "sit", "payload": [1]}}), "sit", [1]),
        (card({"type": "acme.Bar", "end": {"type": "acme.Knob", "turnAction": {"type": "t"}}}), "t", None),
        (card({"type": "Form", "onSubmitAction": {"type": "send", "payload": {"id": 1}}}), "send", {"id": 1}),
    ],
)  # fmt: skip
async def test_what_the_widget_declares_reaches_the_app(
    widget: dict[str, Any], type_: str, payload: Any
) -> None:
    assert await act(Shop(widget), type_, payload) == [(type_, payload)] * 2


@pytest.mark.parametrize(
    ("payload", "sent"),
    [
        (ORDER, {**ORDER, "id": 8}),
        (ORDER, {**ORDER, "gift": 1}),
        (ORDER, {**ORDER, "lines": []}),
        (ORDER, {**ORDER, "lines": [{"sku": "a", "count": 2}]}),
        (ORDER, {**ORDER, "price": 0}),
        (ORDER, {"id": 7}),
        (ORDER, None),
        (None, {"id": 7}),
        (None, {}),
        ("12A", "12B"),
        ("12A", ["12A"]),
        (1, True),
        ([1], [1, 2]),
        ({"a": None}, {"a": None}),  # the page never got the null
    ],
)
async def test_another_payload_is_refused(payload: Any, sent: Any) -> None:
    error = await refused(Shop(card(button("buy", payload))), "buy", sent)
    assert error.field == "params.action.payload"
    assert "wig_1" in str(error)


@pytest.mark.parametrize(
    "widget",
    [
        card(button("buy")),
        card(button("buy", {"nextAction": {"type": "steal"}})),
        card({"type": "Chart", "data": [{"action": {"type": "steal"}}], "series": [], "xAxis": "x"}),
        card({"type": "Text", "value": "steal"}),
        card({"type": "Button", "onClickAction": None}),
    ],
)
async def test_a_type_that_the_widget_does_not_declare_is_refused(
    widget: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "turnstream.server"):
        error = await refused(Shop(widget), "steal")
    assert error.field == "params.action.type"
    assert "declare it in the widget, or list it in the server's page_actions" in str(error)
    assert str(error) in caplog.text


FORM: dict[str, Any] = {
    "type": "Form",
    "onSubmitAction": {"type": "save", "payload": {"id": 7, "todo": {"list": "l1"}}},
    "children": [
        {"type": "Input", "name": "todo.title"},
        {"type": "Text", "value": "x", "editable": {"name": "todo.note"}},
        {"type": "Col", "children": [{"type": "Select", "name": "size", "options": []}]},
        {"type": "Icon", "name": "star"},
        {"type": "acme.Seat", "name": "seat"},
        button("draft", {"id": 7}),
    ],
}
VALUES: dict[str, Any] = {"size": "L", "seat": {"row": 3}, "todo": {"title": "Milk", "note": ""}}


@pytest.mark.parametrize("widget", [card(FORM), card(*FORM["children"], asForm=True, confirm={
    "label": "Save", "action": FORM["onSubmitAction"]})])  # fmt: skip
async def test_values_of_the_forms_fields_join_the_payload(widget: dict[str, Any]) -> None:
    saved = {**VALUES, "id": 7, "todo": {**VALUES["todo"], "list": "l1"}}
    assert await act(Shop(widget), "save", saved) == [("save", saved)] * 2
    draft = {"id": 7, "todo": {"title": "Milk"}}
    assert await act(Shop(widget), "draft", draft) == [("draft", draft)] * 2


@pytest.mark.parametrize(
    "sent",
    [
        {"id": 8, "todo": {"list": "l1"}},
        {"id": 7, "todo": {"list": "l2"}},
        {"id": 7, "todo": {}},
        {"id": 7, "todo": {"list": "l1", "owner": "eve"}},
        {"id": 7, "todo": "l1"},
        {"id": 7, "todo": {"list": "l1"}, "star": "x"},
        {"id": 7, "todo": {"list": "l1"}, "price": 0},
        {"todo": {"list": "l1"}},
    ],
)
async def test_only_values_of_the_forms_fields_join_the_payload(sent: Any) -> None:
    assert (await refused(Shop(card(FORM)), "save", sent)).field == "params.action.payload"


async def test_a_field_outside_of_the_form_is_none_of_its() -> None:
    widget = card({"type": "Input", "name": "price"}, {**FORM, "onSubmitAction": {"type": "save"}})
    assert (await refused(Shop(widget), "save", {"price": 0})).field == "params.action.payload"


async def test_a_declared_member_wins_over_a_field_of_its_name() -> None:
    form = {**FORM, "onSubmitAction": {"type": "save", "payload": {"size": "S"}}}
    assert await act(Shop(card(form)), "save", {"size": "S"}) == [("save", {"size": "S"})] * 2
    assert (await refused(Shop(card(form)), "save", {"size": "L"})).field == "params.action.payload"


async def test_a_form_without_a_payload_sends_its_values_or_nothing() -> None:
    form = {**FORM, "onSubmitAction": {"type": "save"}}
    assert await act(Shop(card(form)), "save", VALUES) == [("save", VALUES)] * 2
    assert await act(Shop(card(form)), "save") == [("save", None)] * 2
    assert await act(Shop(card(form)), "save", {}) == [("save", {})] * 2


async def test_a_control_sends_its_own_value_without_a_form() -> None:
    select: dict[str, Any] = {
        "type": "Select",
        "name": "size",
        "options": [],
        "onChangeAction": {"type": "size", "payload": {"id": 1}},
    }
    widget = card(select, {"type": "Input", "name": "price"})
    assert await act(Shop(widget), "size", {"id": 1, "size": "L"}) == [("size", {"id": 1, "size": "L"})] * 2
    assert (await refused(Shop(widget), "size", {"id": 1, "price": 0})).field == "params.action.payload"


async def test_the_app_gets_what_was_declared_where_a_page_rounds() -> None:
    server = Shop(card(button("buy", {"id": BIG, "share": 1})))
    rounded = {"id": int(float(BIG)), "share": 1.0}
    assert rounded["id"] != BIG
    acted = await act(server, "buy", rounded)
    assert acted == [("buy", {"id": BIG, "share": 1})] * 2
    assert type(acted[0][1]["share"]) is int


async def test_the_payload_of_a_client_action_is_the_pages() -> None:
    server = Shop(card(button("pick", {"id": 1}, handler="client")))
    assert await act(server, "pick", {"id": 2, "color": "red"}) == [("pick", {"id": 2, "color": "red"})] * 2
    assert (
        await refused(Shop(card(button("pick", {}, handler="client"))), "other")
    ).field == "params.action.type"


async def test_an_action_without_an_item_needs_the_servers_list() -> None:
    error = await refused(Shop(card(button("refresh"))), "refresh", item_id=None)
    assert (error.status, error.code, error.field) == (400, "invalid_request", "params.action.type")
    assert "list it in the server's page_actions" in str(error)
    listing = Shop(card(button("buy", {"id": 1})), page_actions=["refresh", "buy"])
    assert await act(listing, "refresh", {"page": 2}, item_id=None) == [("refresh", {"page": 2})] * 2
    listing.acted.clear()
    assert await act(listing, "refresh", {"page": 3}) == [("refresh", {"page": 3})] * 2
    listing.acted.clear()
    # That the page may make it does not loosen what the widget declares.
    assert (await refused(listing, "buy", {"id": 2})).field == "params.action.payload"


async def test_every_action_is_accepted_as_the_official_server_does() -> None:
    server = Shop(card(button("buy", {"id": 1})), page_actions="*")
    assert await act(server, "buy", {"id": 2}) == [("buy", {"id": 2})] * 2
    assert await act(server, "anything", 1, item_id=None) == [("buy", {"id": 2})] * 2 + [("anything", 1)] * 2


@pytest.mark.parametrize("given", ["refresh", None])
def test_a_list_of_types_is_no_text(given: Any) -> None:
    with pytest.raises(
        TypeError, match=r"page_actions takes a list of types, such as \['list.refresh'\], or"
    ):
        Shop(card(), page_actions=given)
    server = Shop(card())
    with pytest.raises(TypeError, match="page_actions"):
        server.page_actions = given


class Closing(Shop):
    """Closes the thread with the first action."""

    async def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> Events:
        self.acted.append((action.type, action.payload))
        thread.status = ClosedStatus(reason="Sold.")
        yield done(thread, "Sold.", "msg_sold")


async def test_a_copy_of_an_action_that_closed_the_thread_gets_its_turn() -> None:
    server = Closing(card(button("buy")))
    thread_id, _ = await create(server)
    place = {"thread_id": thread_id, "item_id": "wig_1", "action": {"type": "buy"}}
    first, copy = [await open_stream(server, "threads.custom_action", **place, key="key-1") for _ in range(2)]
    await first.rest()
    await copy.rest()
    assert copy.turn_id == first.turn_id
    assert server.acted == [("buy", None)]
    again = await open_stream(server, "threads.custom_action", **place, key="key-1")
    assert again.turn_id == first.turn_id
    with pytest.raises(ConflictError, match=r"Sold\."):
        await open_stream(server, "threads.custom_action", **place, key="key-2")


async def test_a_hidden_item_another_threads_and_a_removed_one_are_unknown() -> None:
    server = Shop(card(button("buy")))
    thread_id, events = await create(server)
    message_id = events[1]["item"]["id"]
    other_id, _ = await create(server)
    await server.store.delete_thread_item(other_id, "wig_1", context=OWNER)
    action = {"type": "buy"}
    for place in (
        {"thread_id": thread_id, "item_id": "hidden_1"},
        {"thread_id": other_id, "item_id": "wig_1"},
    ):
        with pytest.raises(RequestNotFoundError, match=f"item '{place['item_id']}' was not found"):
            await call(server, "threads.sync_custom_action", **place, action=action)

    async def again(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "No more.", "msg_again")

    server.script = again
    await stream(server, "threads.retry_after_item", thread_id=thread_id, item_id=message_id)
    with pytest.raises(RequestNotFoundError, match="item 'wig_1' was not found"):
        await call(server, "threads.custom_action", thread_id=thread_id, item_id="wig_1", action=action)
    with pytest.raises(InvalidRequestError, match="is not a widget but user_message"):
        await call(server, "threads.custom_action", thread_id=thread_id, item_id=message_id, action=action)
    assert server.acted == []
