"""Everything that is kept outside Python, as bytes to search: database, Valkey, and what bytes can hide in."""

import base64
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import Engine, inspect, text


def database(engine: Engine) -> dict[str, bytes]:
    """Each column of each table with all its rows as PostgreSQL writes them: {"table.column": text}."""
    found = {}
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for column in inspect(engine).get_columns(table):
                name = column["name"]
                query = text(f'SELECT "{name}"::text FROM "{table}" WHERE "{name}" IS NOT NULL')
                rows = connection.execute(query).scalars()
                found[f"{table}.{name}"] = "\n".join(rows).encode()
    return found


def valkey(redis_url: str) -> dict[str, bytes]:
    """Every key with its value, whatever its kind; RQ's compressed job data unpacked."""
    found = {}
    with Redis.from_url(redis_url) as client:
        keys: Iterable[bytes] = client.keys("*")
        for key in keys:
            found[key.decode()] = key + b"\n" + b"\n".join(map(_unpacked, _value(client, key)))
    return found


def _value(client: Redis, key: bytes) -> list[bytes]:
    kind: Any = client.type(key)
    readers: Mapping[bytes, Any] = {
        b"string": lambda: [client.get(key)],
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],
        b"stream": lambda: [repr(client.xrange(key)).encode()],
    }
    return list(readers[kind]())


def _unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def folder(path: Path) -> dict[str, bytes]:
    """Every file below `path`."""
    return {str(each): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def holders(canary: str, places: Mapping[str, bytes]) -> set[str]:
    """The places in which `canary` stands: plain, in capitals or small, as hex, or in base64."""
    plain = canary.encode().lower()
    encoded = base64.b64encode(canary.encode())
    return {
        name
        for name, content in places.items()
        if plain in content.lower()
        or plain.hex().encode() in content
        or canary.encode().hex().encode() in content
        or encoded.rstrip(b"=")[:-1] in content
    }
