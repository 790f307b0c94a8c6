"""No page leads anybody to a page that is not theirs."""

import re
from html import unescape

import pytest

from people.choices import Role
from tests.factories.people import make_manager, make_officer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LINK = re.compile(r'<a\b[^>]*\shref="(/[^"#]*)')
MOST = 60


def _shape(address):
    return re.sub(r"\d+", "1", address.split("?")[0])


def _walk(client):
    """Follow every link from the start page, two of a kind at most; return {address: status}."""
    waiting, answers, kinds = ["/"], {}, {}
    while waiting and len(answers) < MOST:
        address = waiting.pop(0)
        kinds[_shape(address)] = kinds.get(_shape(address), 0) + 1
        if address in answers or kinds[_shape(address)] > 2:
            continue
        answer = client.get(address, follow=True)
        answers[address] = answer.status_code
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += [unescape(found) for found in LINK.findall(answer.content.decode())]
    return answers


@pytest.mark.parametrize("who", ["alice", "bob", "dave", "director", *(str(role) for role in Role)])
def test_every_link_that_is_shown_opens(review, client, who):
    if who == "director":
        user = make_manager("Director")
        review.bob.employee.postings.update(manager=user.employee)
    elif hasattr(review, who):
        user = getattr(review, who)
    else:
        user = make_officer(f"Office {who}", Role(who))
    client.force_login(user)
    answers = _walk(client)
    assert len(answers) > 4
    assert {address: status for address, status in answers.items() if status >= 400} == {}
