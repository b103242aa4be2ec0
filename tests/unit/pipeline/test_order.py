"""Orders as lines: what goes in comes out, and only from the same labctl."""

import json
from dataclasses import replace
from typing import Any

import pytest

from labctl.core import i18n
from labctl.core.errors import StoreError, UsageError
from labctl.core.progress import silent
from labctl.core.secrets import Secret
from labctl.pipeline import acts
from labctl.pipeline.order import Order, from_line, identity, to_line
from labctl.plan.model import Hosting
from tests.plans import plan_of

FAR = Hosting("loin", "ssh://hote2", "/opt/labctl")
ORDER = Order(
    "collect",
    2,
    (replace(plan_of(2), hosting=FAR),),
    75.0,
    {"admin": Secret("Nacre-fenua-055102!")},
    {"facts": ["Machines"]},
)


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "fr")


def test_an_order_comes_out_as_it_went_in_but_that_its_bench_is_at_home() -> None:
    line = to_line(ORDER)

    assert line.count("\n") == 1
    here = replace(FAR, access="")
    assert from_line(line) == replace(ORDER, plans=(replace(ORDER.plan, hosting=here),))


def test_the_host_speaks_the_language_of_the_one_who_orders() -> None:
    from_line(changed(language="en"))

    assert i18n.language() == "en"


def test_an_order_of_another_labctl_is_refused() -> None:
    with pytest.raises(UsageError, match="pas le même"):
        from_line(changed(identity="0" * 64))


def test_who_we_are_changes_with_the_content_of_the_centre(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = identity()
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks/more.py").write_text("", encoding="utf-8")
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))

    assert identity() != before


@pytest.mark.parametrize("line", ["", "{", "[]", "null", "7", '{"schema": "labctl/plan/v2"}'])
def test_what_is_no_order_is_refused(line: str) -> None:
    with pytest.raises(StoreError, match="labctl/order/v1"):
        from_line(line)


@pytest.mark.parametrize(
    ("key", "value"),
    [("plans", 7), ("plans", [{}]), ("bench", "x"), ("options", 7), ("secrets", [1])],
)
def test_an_order_with_a_part_that_is_none_is_refused(key: str, value: object) -> None:
    with pytest.raises(StoreError):
        from_line(changed(**{key: value}))


@pytest.mark.parametrize("name", sorted(acts.ACTS))
def test_every_act_is_there_and_says_what_it_returns(name: str) -> None:
    assert acts.result_type(name) is not type(None)


def test_an_act_that_nobody_knows_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError) as caught:
        acts.perform(replace(ORDER, act="dance"), silent)

    assert "collect" in caught.value.hint


def changed(**parts: object) -> str:
    return json.dumps(json.loads(to_line(ORDER)) | parts)
