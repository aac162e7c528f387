"""A technique, a metric, a panel and its question, added as CONTRIBUTING says: a file each, and a line a table."""
