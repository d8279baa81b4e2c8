"""Actions know their own type where it is fixed, and ask for it where it is not."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, ValidationError

from turnstream.actions import Action, ActionConfig


class Order(BaseModel):
    id: int


class CancelOrder(Action[Literal["order.cancel"], Order]):
    """An action of the app."""


def test_a_typed_action_fills_in_its_type() -> None:
    action = CancelOrder(payload=Order(id=7))
    assert action.model_dump() == {"type": "order.cancel", "payload": {"id": 7}}
    assert CancelOrder.model_validate_json('{"payload": {"id": 7}}') == action


def test_a_typed_action_refuses_another_type() -> None:
    with pytest.raises(ValidationError, match=r"order\.cancel"):
        CancelOrder.model_validate({"type": "order.pay", "payload": {"id": 7}})


def test_an_untyped_action_must_say_its_type() -> None:
    assert Action[str, Any](type="anything").payload is None
    with pytest.raises(ValidationError, match="an action must have a type"):
        Action[str, Any].model_validate({"payload": 1})


def test_create_configures_a_widget_with_the_action() -> None:
    assert CancelOrder.create(Order(id=7), streaming=False) == ActionConfig(
        type="order.cancel", payload=Order(id=7), handler="server", loadingBehavior="auto", streaming=False
    )


def test_create_needs_one_fixed_type() -> None:
    with pytest.raises(TypeError, match="subclass Action"):
        Action[Literal["a", "b"], Any].create(None)


def test_the_type_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        CancelOrder(payload=Order(id=7)).type = "order.cancel"
