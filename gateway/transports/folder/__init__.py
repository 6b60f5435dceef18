"""A folder on this machine or a mounted share: `transport` does the work, `disk` the single steps."""

from gateway.transports.folder.settings import FolderSettings
from gateway.transports.folder.transport import Folder

__all__ = ["Folder", "FolderSettings"]
