"""What can be wrong with declarations."""

from turnstream.errors import TurnstreamError

__all__ = ["ContractError"]


class ContractError(TurnstreamError):
    """A declaration cannot be used: `name` is its effect or tool, `places` are where it is declared."""

    def __init__(self, message: str, *, name: str, places: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.name = name
        self.places = places
