"""The frames of the wire: the only modules that know what the bytes of a server-sent event look like."""

__all__: list[str] = []
