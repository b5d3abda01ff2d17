"""Says how the rows of two versions differ; `parts` reads what is not shared, `tables` holds it in DuckDB, `rows` compares."""

from headwater.edges.engines.differences.parts import Part, parquet_part
from headwater.edges.engines.differences.rows import Asked, row_difference

__all__ = ["Asked", "Part", "parquet_part", "row_difference"]
