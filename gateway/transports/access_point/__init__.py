"""Peppol access points, in the shapes they come in: over HTTP like phoss-ap or phase4, or as files in folders."""

from gateway.transports.access_point.drop import AccessPointFolder, AccessPointSftp
from gateway.transports.access_point.phase4 import Phase4
from gateway.transports.access_point.settings import AccessPointSettings, Phase4Settings
from gateway.transports.access_point.transport import AccessPoint

__all__ = ["AccessPoint", "AccessPointFolder", "AccessPointSettings", "AccessPointSftp", "Phase4", "Phase4Settings"]
