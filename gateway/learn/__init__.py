"""By example: from a supplier's own files to a proposal for their dialect, with what it is unsure of. Pure."""

from gateway.learn.learn import File, Learned, learn
from gateway.learn.sheet import MAX_BYTES

__all__ = ["MAX_BYTES", "File", "Learned", "learn"]
