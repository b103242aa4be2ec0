from labctl.core.once import read_once, reading_once

_asked: list[str] = []


@read_once
def _read(name: str) -> str:
    _asked.append(name)
    return f"{name} {len(_asked)}"


def test_it_is_read_each_time_and_once_while_a_command_reads() -> None:
    _asked.clear()
    assert (_read("a"), _read("a")) == ("a 1", "a 2")
    with reading_once():
        assert (_read("a"), _read("a"), _read("b")) == ("a 3", "a 3", "b 4")
        with reading_once():  # one that calls another sees what it saw
            assert _read("a") == "a 3"
        assert _read("b") == "b 4"
    assert _read("a") == "a 5"
