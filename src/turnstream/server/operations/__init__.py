"""The operations of the wire, one module for each or for a family. None of them knows the server."""
