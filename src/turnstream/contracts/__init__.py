"""Contracts between server and page: effects and client tools, declared once and checked on both sides."""

from turnstream.contracts.base import (
    ClientToolContract,
    Contracts,
    Effect,
    collect,
    declare,
    find_client_tool,
)
from turnstream.contracts.errors import ContractError
from turnstream.contracts.typescript import to_typescript

__all__ = [
    "ClientToolContract",
    "ContractError",
    "Contracts",
    "Effect",
    "collect",
    "declare",
    "find_client_tool",
    "to_typescript",
]
