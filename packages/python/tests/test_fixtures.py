"""The fixtures of the plugin."""

import asyncio
import datetime

import httpx
import pytest
from client import send

from openprospect_mock import ControlError, MockServer, organization

ORDER = {"title": "Hotels", "features": ["CONTACTS"], "companies": [{"company_name": "Example Corp"}]}


def test_client_finds_the_sandbox_in_its_environment(openprospect):
    status, page = send("GET", "/orders?limit=1")
    assert (status, page["limit"]) == (200, 1)


def test_key_is_for_this_test_alone(openprospect):
    other = openprospect.key(preset="read-only", tier="free")
    assert other != openprospect.api_key
    assert openprospect.headers == {"Authorization": f"Bearer {openprospect.api_key}"}


def test_revoked_keys_stop_working(openprospect, monkeypatch):
    other = openprospect.key()
    openprospect.revoke()
    assert send("GET", "/orders")[0] == 401
    monkeypatch.setenv("OPENPROSPECT_API_KEY", other)
    assert send("GET", "/orders")[0] == 200
    openprospect.revoke(other)
    assert send("GET", "/orders")[0] == 401
    with pytest.raises(ValueError, match="has not created this key") as unknown:
        openprospect.revoke("lnc_test_another")
    assert "lnc_test" not in str(unknown.value)


@pytest.mark.openprospect(preset="read-only", tier="free", clock="frozen=2026-01-15T09:00:00Z")
def test_marker_says_what_the_organization_is_like(openprospect, openprospect_clock):
    assert send("POST", "/orders", ORDER)[0] == 403
    for _ in range(99):
        assert send("GET", "/orders?limit=1")[0] == 200
    assert send("GET", "/orders")[0] == 429
    openprospect_clock.advance("1h")
    assert send("GET", "/orders")[0] == 200


@pytest.mark.parametrize("preset, tier", [("ReadOnly", "Free"), ("Read Only", "FREE"), ("read-only", "free")])
def test_presets_and_tiers_are_spelled_in_any_way(preset, tier):
    with organization(preset=preset, tier=tier) as free:
        assert httpx.post(f"{free.api_url}/orders", headers=free.headers, json=ORDER, trust_env=False).status_code == 403
        free.key(preset, tier)


@pytest.mark.openprospect(scenario="rate-limit-storm")
def test_marker_activates_a_scenario(openprospect_journal):
    assert 429 in {send("GET", "/orders")[0] for _ in range(10)}
    openprospect_journal.assert_sent("list_orders", status=429)
    openprospect_journal.assert_sent("list_orders", status="4xx")


@pytest.mark.openprospect(scenario="unavailable-forever")
def test_marker_needs_no_fixture():
    assert send("GET", "/orders")[0] == 503


@pytest.mark.parametrize("by", ["text", "path"])
def test_scenario_is_read_from_a_file(openprospect_scenario, tmp_path, by):
    file = tmp_path / "busy.yaml"
    file.write_text("name: busy\nsummary: Every request returns 503.\nrules: [{do: [{error: {status: 503}}]}]\n")
    openprospect_scenario(file if by == "path" else str(file))
    assert send("GET", "/orders")[0] == 503


def test_unknown_names_are_rejected_with_the_known_ones(openprospect, openprospect_journal):
    with pytest.raises(ControlError, match="did you mean rate-limit-storm?"):
        openprospect.scenario("rate-limit-strom")
    with pytest.raises(ControlError, match="one of `orders`, `read_only`, `full_access`, `discovery`"):
        openprospect.key(preset="readonly")
    with pytest.raises(ControlError, match="did you mean `list_orders`"):
        openprospect_journal.assert_sent("list_order")


def test_organization_may_be_closed_by_the_test(openprospect):
    openprospect.close()


def test_unknown_scenario_leaves_no_organization_behind():
    with MockServer() as server:
        for _ in range(3):
            with pytest.raises(ControlError, match="did you mean rate-limit-storm?"):
                server.organization(scenario="rate-limit-strom")
        listed = httpx.get(f"{server.control_url}/organizations", trust_env=False)
        assert listed.json()["total"] == 0


def test_scenario_starts_and_ends(openprospect_scenario):
    openprospect_scenario("unavailable-forever")
    assert send("GET", "/orders")[0] == 503
    openprospect_scenario(None)
    assert send("GET", "/orders")[0] == 200


def test_clock_moves(openprospect_clock):
    frozen = openprospect_clock.freeze()
    assert openprospect_clock.now() == frozen
    assert openprospect_clock.advance(datetime.timedelta(hours=1)) - frozen == datetime.timedelta(hours=1)
    time = datetime.datetime(2027, 1, 15, 9, tzinfo=datetime.timezone.utc)
    assert openprospect_clock.set(time) == time
    assert openprospect_clock.resume() == time


def test_clock_runs_faster(openprospect_clock):
    begin = openprospect_clock.scale(100_000)
    while openprospect_clock.now() < begin + datetime.timedelta(seconds=100):
        pass


def test_duration_is_a_text_or_a_timedelta(openprospect_clock):
    with pytest.raises(TypeError, match='such as "10s", or a timedelta; 10 is neither'):
        openprospect_clock.advance(10)


def test_order_completes_when_the_clock_moves(openprospect, openprospect_clock):
    order = send("POST", "/orders", ORDER)[1]
    openprospect_clock.advance("10s")
    assert send("GET", f"/orders/{order['id']}")[1]["status"] == "COMPLETED"


def test_asynchronous_clients_work(openprospect, openprospect_journal):
    async def list_orders():
        async with httpx.AsyncClient(base_url=openprospect.api_url, headers=openprospect.headers) as api:
            answers = await asyncio.gather(*(api.get("/orders", params={"limit": 1}) for _ in range(5)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(list_orders()) == [200] * 5
    openprospect_journal.assert_sent("list_orders", query={"limit": "1"}, exactly=5)


def test_journal_verifies_what_was_sent(openprospect_journal):
    openprospect_journal.assert_not_sent()
    send("POST", "/orders", ORDER)
    openprospect_journal.assert_sent(
        "create_order",
        headers={"content-type": "application/json"},
        json={"title": "Hotels"},
        pointers={"/companies/0/company_name": "Example Corp"},
        schema={"required": ["features"]},
        exactly=1,
    )
    openprospect_journal.verify([{"method": "POST", "path": "/api/v1/orders"}], nothing_else=True)
    openprospect_journal.assert_not_sent("list_orders")
    openprospect_journal.clear()
    openprospect_journal.assert_not_sent()


def test_requests_before_a_number_do_not_count(openprospect_journal):
    send("GET", "/orders")
    last = openprospect_journal.last()
    send("GET", "/companies")
    openprospect_journal.verify([{"operation": "list_companies"}], nothing_else=True, after=last)
    assert openprospect_journal.text(after=last) == "GET /api/v1/companies -> 200"
    assert openprospect_journal.text(limit=1) == "… 1 earlier request\nGET /api/v1/companies -> 200"
    assert openprospect_journal.text(limit=0) == "… 2 earlier requests"


def test_failed_assertion_shows_the_closest_request(openprospect_journal):
    send("POST", "/orders", ORDER)
    with pytest.raises(AssertionError) as failed:
        openprospect_journal.assert_sent("create_order", json={"title": "Hotel"})
    assert str(failed.value).splitlines() == [
        "expected at least 1 request, found 0 among 1: operation create_order, json",
        "  closest: POST /api/v1/orders -> 201",
        '    json /title: expected "Hotel", was "Hotels"',
    ]
