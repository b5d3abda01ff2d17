"""Suppliers' deliveries: what their manifests promise, and how a delivery is judged. Pure."""
