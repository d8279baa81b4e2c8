"""What a model has cost."""

from pydantic import BaseModel

__all__ = ["Usage"]


class Usage(BaseModel):
    """Requests to models and their tokens, summed up while a run goes on.

    A request that was stopped or cut before the model said what it cost is counted, without its tokens.
    """

    requests: int = 0
    unreported_requests: int = 0
    """Those of `requests` whose tokens are not known: still running, stopped or cut."""
    input_tokens: int = 0
    output_tokens: int = 0

    def begin_request(self) -> None:
        """Count a request that was sent."""
        self.requests += 1
        self.unreported_requests += 1

    def end_request(self, *, input_tokens: int, output_tokens: int) -> None:
        """Count the tokens that the model reported for a request."""
        self.unreported_requests -= 1
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
