"""WS-Management: envelopes, faults, sealed or TLS connections."""
