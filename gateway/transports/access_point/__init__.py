"""Peppol access points, in the shapes they come in: phoss-ap over HTTP is `transport`."""

from gateway.transports.access_point.settings import AccessPointSettings
from gateway.transports.access_point.transport import AccessPoint

__all__ = ["AccessPoint", "AccessPointSettings"]
