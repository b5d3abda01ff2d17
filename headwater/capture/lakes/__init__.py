"""What lakes tell: documents of scans to facts."""
