"""Both storages keep the same promises; the bucket is tried against a local server that speaks S3."""

import resource
from io import BytesIO

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.config import ConfigError
from app.errors import NotFound, StorageDown, StorageFull
from app.integrations import storage
from tests.servers import free_port


@pytest.fixture(scope="module")
def bucket_url():
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "a/secret"}
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys).create_bucket(
        Bucket="otklik-media"
    )
    yield f"s3+http://key:a%2Fsecret@127.0.0.1:{port}/otklik-media"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path):
    if request.param == "folder":
        return storage.connect(f"file:{tmp_path}")
    return storage.connect(request.getfixturevalue("bucket_url"))


def test_what_is_saved_can_be_read_from_any_byte_and_deleted_twice(place):
    place.save(BytesIO(b"0123456789"), "2026/11/a.pdf")
    with place.open("2026/11/a.pdf") as stored:
        assert stored.read() == b"0123456789"
    with place.open("2026/11/a.pdf", 7) as stored:
        assert (stored.read(2), stored.read(5)) == (b"78", b"9")
    place.delete("2026/11/a.pdf")
    place.delete("2026/11/a.pdf")
    with pytest.raises(NotFound):
        place.open("2026/11/a.pdf")


def test_a_disk_without_room_keeps_no_half_of_a_file(tmp_path):
    place = storage.connect(f"file:{tmp_path}")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(StorageFull):
            place.save(BytesIO(bytes(100_000)), "a/b.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_bucket_that_does_not_answer_is_told_apart(bucket_url):
    with pytest.raises(StorageDown):
        storage.connect(bucket_url.replace("otklik-media", "nobodys-bucket")).save(BytesIO(b"1"), "a")


@pytest.mark.parametrize("url", ["ftp://key:secret@host/x", "s3://key:secret@host", ""])
def test_a_wrong_address_is_named_but_never_shown(url):
    with pytest.raises(ConfigError) as refusal:
        storage.connect(url)
    assert "MEDIA_URL" in str(refusal.value) and "secret" not in str(refusal.value)
