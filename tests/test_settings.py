"""A block of settings that does not hold is one line that names the key."""

import pytest
from pydantic import Field, model_validator

from saliometer.errors import UserError, first_line
from saliometer.settings import Settings, parse


class Inner(Settings):
    size: int = Field(1, ge=1)


class Outer(Settings):
    inner: Inner = Field(default_factory=Inner)
    first: int = 0
    last: int = 9

    @model_validator(mode="after")
    def _in_order(self):
        if self.first > self.last:
            raise ValueError("first comes after last")
        return self


class Empty(Settings):
    pass


def test_a_block_that_holds_is_its_settings():
    assert parse(Outer, {"inner": {"size": 3}}, "block a") == Outer(inner=Inner(size=3))


@pytest.mark.parametrize(
    ("model", "block", "line"),
    [
        (Outer, {"inner": {"size": 0}}, "block a: inner.size: Input should be greater than or equal to 1"),
        (Outer, {"inner": {"size": 1.0}}, "block a: inner.size: Input should be a valid integer"),
        (Outer, {"frist": 1}, "block a: frist: Extra inputs are not permitted"),
        (Outer, {"first": 10}, "block a: Value error, first comes after last"),
    ],
)
def test_a_bad_key_is_named_with_the_keys_that_there_are(model, block, line):
    with pytest.raises(UserError) as caught:
        parse(model, block, "block a")
    assert str(caught.value) == f"{line} (settings: inner, first, last)"


def test_a_block_without_keys_says_so():
    with pytest.raises(UserError, match=r"empty: size: .* \(settings: none\)"):
        parse(Empty, {"size": 1}, "empty")


def test_the_first_line_of_an_error_is_never_empty():
    assert first_line(ValueError("one\ntwo")) == "one"
    assert first_line(KeyError()) == "KeyError"
