"""What the model says in the examples of the guides, which find a seat and let the user pick."""

from tests.agents.conversation import Call, Step

__all__ = ["STEPS"]

STEPS = [
    Step(calls=(Call("call_1", "find_seats", {"flight": "LH 1"}),)),
    Step(calls=(Call("call_2", "pick_seat", {"seats": ["12A", "14C"]}),)),
    Step(text="You sit at 14C."),
]
