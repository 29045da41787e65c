"""What a browser posts is read without ever breaking."""

from services.console.pages.forms.typed import one, typed


def test_a_posted_form_is_read_whatever_its_bytes_are() -> None:
    assert one(typed("user= 张伟 &user=二".encode()), "user") == "二"
    assert one(typed(b"user=%ff"), "user") == "\ufffd"


def test_a_flood_of_fields_is_an_empty_form() -> None:
    assert typed(b"a=1&" * 5001) == {}
