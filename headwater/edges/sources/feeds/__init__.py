"""Drop folders and buckets of suppliers. They are read and never written; what a delivery is worth is judged elsewhere."""
