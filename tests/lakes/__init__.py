"""A small language for tests about lakes: documents as scans make them."""
