"""SFTP, the way most suppliers without Peppol exchange files: `transport` does the work on a `pool` of connections."""
