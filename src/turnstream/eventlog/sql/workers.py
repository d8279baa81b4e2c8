"""Names for the writers of a database; by its name, a process sees whether another on this machine lives."""

import os
import secrets
import socket

__all__ = ["is_dead", "new_worker"]

_HERE: set[str] = set()
"""Those of this process, which may have several."""


def new_worker() -> str:
    """Return a new name, such as `w_0f8fad5bd9cb469f.4711@host`."""
    worker = f"w_{secrets.token_hex(8)}.{os.getpid()}@{socket.gethostname()}"
    _HERE.add(worker)
    return worker


def is_dead(worker: str) -> bool:
    """Whether the process of this name is gone for sure. Of another machine's nothing is known: False."""
    token, _, host = worker.partition("@")
    pid = token.rpartition(".")[2]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return worker not in _HERE  # the number is given anew, in a container always to the same program
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
