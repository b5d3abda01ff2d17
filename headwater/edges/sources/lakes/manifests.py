"""Iceberg's manifest lists and manifests: which files a snapshot added, and what they say of columns.

PyIceberg decodes the Avro; a reader is made once per Avro schema and kept, since making one takes
far longer than reading a manifest with it.

Source:  https://iceberg.apache.org/spec/#manifests; https://avro.apache.org/docs/1.12.0/specification/#object-container-files
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from pyiceberg.avro.codecs import KNOWN_CODECS
from pyiceberg.avro.decoder import new_decoder
from pyiceberg.avro.reader import Reader
from pyiceberg.avro.resolver import construct_reader
from pyiceberg.utils.schema_conversion import AvroSchemaConversion

_MAGIC = b"Obj\x01"
_SYNC = 16
_LIST = (500, 517, 503, 504)
_ENTRY = (0, 1)
_METRICS = (108, 109, 110, 125, 128)
_DATA_FILE = 2
_ADDED = 1
_READERS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest of data files, as a list names it."""

    path: str
    added_by: int


@dataclass(frozen=True, slots=True)
class _Layout:
    reader: Reader
    places: dict[int, int]
    file_places: dict[int, int]


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a manifest says of one file's columns, by their ids."""

    sizes: dict[int, int]
    values: dict[int, int]
    nulls: dict[int, int]
    lower: dict[int, bytes]
    upper: dict[int, bytes]


def read_list(raw: bytes) -> list[Manifest]:
    """The manifests of a list that hold data and name files as added.

    Raises:  ValueError, EOFError and what the decoder raises: the bytes are no such list.
    """
    layout, records = _records(raw)
    path, content, added_by, added = (layout.places.get(number) for number in _LIST)
    if path is None or added_by is None:
        raise ValueError("no manifest list")
    return [
        Manifest(record[path], record[added_by])
        for record in records
        if not (content is not None and record[content]) and not (added is not None and record[added] == 0)
    ]


def read_added(raw: bytes, snapshot: int) -> list[Metrics]:
    """The metrics of the files that a snapshot added.

    Raises:  ValueError, EOFError and what the decoder raises: the bytes are no manifest.
    """
    layout, records = _records(raw)
    status, by, file = (layout.places.get(number) for number in (*_ENTRY, _DATA_FILE))
    if status is None or file is None:
        raise ValueError("no manifest")
    places = [layout.file_places.get(number) for number in _METRICS]
    return [
        Metrics(*((record[file][place] or {}) if place is not None else {} for place in places))
        for record in records
        if record[status] == _ADDED and (by is None or record[by] in (None, snapshot))
    ]


def _records(raw: bytes) -> tuple[_Layout, Iterator[Any]]:
    decoder = new_decoder(raw)
    if decoder.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("no Avro file")
    header = _header(decoder)
    sync = decoder.read(_SYNC)
    layout = _layout(bytes(header["avro.schema"]))
    unpack = _codec(bytes(header.get("avro.codec", b"null")).decode())
    return layout, _blocks(decoder, len(raw), layout.reader, unpack, sync)


def _blocks(decoder: Any, size: int, reader: Reader, unpack: Callable[[bytes], bytes], sync: bytes) -> Iterator[Any]:
    while decoder.tell() < size:
        count = decoder.read_int()
        block = new_decoder(unpack(decoder.read_bytes()))
        for _ in range(count):
            yield reader.read(block)
        if decoder.read(_SYNC) != sync:
            raise ValueError("a block does not end where it should")


def _header(decoder: Any) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    while count := decoder.read_int():
        if count < 0:
            decoder.read_int()
        for _ in range(abs(count)):
            name = decoder.read_bytes().decode()
            found[name] = decoder.read_bytes()
    return found


def _codec(name: str) -> Callable[[bytes], bytes]:
    codec = KNOWN_CODECS[name]  # type: ignore[index]  # because a name that is none of them is a KeyError, as it should be
    return codec.decompress if codec is not None else lambda block: block


@lru_cache(_READERS_KEPT)
def _layout(schema: bytes) -> _Layout:
    """How the records of an Avro schema are read, and where in them the members with the specification's ids stand."""
    written = AvroSchemaConversion().avro_to_iceberg(msgspec.json.decode(schema))
    places = {field.field_id: place for place, field in enumerate(written.fields)}
    inside: Any = written.find_field(_DATA_FILE).field_type if _DATA_FILE in places else None
    file_places = {field.field_id: place for place, field in enumerate(inside.fields)} if inside is not None else {}
    return _Layout(construct_reader(written), places, file_places)
