"""A small web shop that a supplier of the sandbox keeps: entered by cXML PunchOut, OCI 4 or Peppol Punch Out."""
