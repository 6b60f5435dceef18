"""Everything at once, with invented data and suppliers that answer: to be looked at, or played and checked."""

from gateway.demo.play import play_once
from gateway.demo.stage import Size
from gateway.demo.visit import serve_demo

__all__ = ["Size", "play_once", "serve_demo"]
