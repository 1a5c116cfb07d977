"""What a run does to the interpreter's settings is undone when it ends."""

import gc

import pytest

from derive.memory import NEW_OBJECTS, rarely_collected


def test_cyclic_garbage_waits_longer_inside_the_block_only() -> None:
    before = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold()[0] == NEW_OBJECTS
    assert gc.get_threshold() == before


def test_the_setting_comes_back_after_a_failure() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), rarely_collected():
        raise KeyError("x")
    assert gc.get_threshold() == before


def test_who_has_turned_collection_off_keeps_it_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with rarely_collected():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
