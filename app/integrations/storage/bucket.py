"""Objects in an S3-compatible bucket, through boto3."""

from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.config import ConfigError
from app.errors import NotFound, StorageDown, StorageFull

PATIENCE = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"})
_ABSENT = {"NoSuchKey", "NotFound", "404"}
_NO_ROOM = {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507"}


class Bucket:
    def __init__(self, client, name):
        self.client = client
        self.name = name

    @classmethod
    def from_url(cls, url):
        """``s3://key:secret@host/bucket?region=…``; ``s3+http:`` for a server inside the own network.

        Without key and secret the library's own ways (environment, role) apply; without a host it is Amazon's.
        """
        parts = urlsplit(url)
        host, bucket = parts.netloc.rpartition("@")[2], parts.path.strip("/")
        if not bucket:
            raise ConfigError("MEDIA_URL names no bucket")
        region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        scheme = "http" if parts.scheme == "s3+http" else "https"
        client = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://{host}" if host else None,
            aws_access_key_id=unquote(parts.username) if parts.username else None,
            aws_secret_access_key=unquote(parts.password) if parts.password else None,
            region_name=region,
            config=PATIENCE,
        )
        return cls(client, bucket)

    def save(self, stream, key):
        self._ask(self.client.put_object, Key=key, Body=stream)

    def open(self, key, start=0):
        return self._ask(self.client.get_object, Key=key, Range=f"bytes={start}-")["Body"]

    def delete(self, key):
        self._ask(self.client.delete_object, Key=key)

    def _ask(self, verb, **values):
        try:
            return verb(Bucket=self.name, **values)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _ABSENT:
                raise NotFound() from None
            raise (StorageFull if code in _NO_ROOM else StorageDown)() from error
        except BotoCoreError as error:
            raise StorageDown() from error
