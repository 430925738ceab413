"""Give columns a comment that says what they hold: in the schema, in Delta and in docs/data-dictionary.md."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DataType, StringType, StructField, StructType

_COMMENT: Final = "comment"  # the key in a field's metadata that Spark and Delta show as the column's comment


def column(name: str, of: DataType, comment: str, nullable: bool = True) -> StructField:
    """Return a field of type `of` with a comment: one plain sentence, with the unit if the column has one."""
    return StructField(name, of, nullable, {_COMMENT: comment})


def comment_of(field: StructField) -> str:
    """Return the comment of a field; an empty string if the field has none."""
    return str(field.metadata.get(_COMMENT, ""))


DOC_ID: Final = column("doc_id", StringType(), "Document: 128-bit hash of source and source_id, in hex.", False)
BUCKET: Final = column("bucket", StringType(), "Partition of the table: the first hex digits of doc_id, or `all`.", False)


def conform(schema: StructType) -> list[Column]:
    """Return the expressions that select the columns of `schema`, in its order, with its types and comments."""
    return [F.col(field.name).cast(field.dataType).alias(field.name, metadata=field.metadata) for field in schema]


def with_comments(frame: DataFrame, schema: StructType) -> DataFrame:
    """Return the DataFrame with the comments of `schema`, also in nested fields. Columns of other names or types
    stay as they are. Casts and joins lose comments on the way to a table; Delta takes them when the table is created."""
    wanted = {field.name: field for field in schema}
    return frame.select(*(_with_comment(field, wanted.get(field.name)) for field in frame.schema))


def _with_comment(field: StructField, wanted: StructField | None) -> Column:
    if wanted is None or field.dataType.simpleString() != wanted.dataType.simpleString():
        return F.col(field.name)
    value = F.col(field.name) if field.dataType == wanted.dataType else F.col(field.name).cast(wanted.dataType)
    return value.alias(field.name, metadata=wanted.metadata)
