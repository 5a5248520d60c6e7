# SPDX-License-Identifier: Apache-2.0
"""Every link of a page leads somewhere; every block says what it is."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import ROOT, Page, pages

LANGUAGES = {"", "python", "toml", "json", "text", "ini", "dts", "c", "yaml"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Page) -> None:
    wrong = [f"{page.name}:{link.line}: {link.text}" for link in page.links if not leads(page, link.text)]
    assert not wrong, "\n".join(wrong)


def test_every_block_says_what_it_is() -> None:
    """Commands say nothing: what else says nothing would be taken for commands, and run."""
    wrong = [fence.place for page in pages() for fence in page.fences if fence.language not in LANGUAGES]
    assert wrong == []


def leads(page: Page, link: str) -> bool:
    """Whether a link of this page leads to something; of others' sites that isn't asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return parts.scheme in ("https", "mailto")
    target = (ROOT / page.name).parent / unquote(parts.path) if parts.path else ROOT / page.name
    if not target.exists():
        return False
    if not parts.fragment:
        return True
    name = target.resolve().relative_to(ROOT).as_posix()
    return any(parts.fragment in other.anchors for other in pages() if other.name == name)
