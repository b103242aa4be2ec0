"""CIM over WS-Management: what a Windows machine says of itself."""
