"""An access point that takes and leaves whole Standard Business Documents as files, as Oxalis and Holodeck can.

Many suppliers share its folders: whom a document is for, and whom one comes from, stands in its header. That a file was
taken is all there is to know; what the access point did with it, it tells nobody.
"""

from __future__ import annotations

from gateway.transports.folder import Folder
from gateway.transports.sftp.transport import Sftp


class AccessPointFolder(Folder):
    """The transport `access_point_folder`."""

    name = "access_point_folder"
    envelope = "sbdh"


class AccessPointSftp(Sftp):
    """The transport `access_point_sftp`."""

    name = "access_point_sftp"
    envelope = "sbdh"
