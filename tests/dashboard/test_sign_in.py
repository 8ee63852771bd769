"""Signing in: right and wrong, throttled without locking anyone out, and safe cookies."""

from datetime import timedelta
from hashlib import sha256

import limits
import pytest
import time_machine
from flask import Flask
from redis import ConnectionPool
from sqlalchemy import Engine, create_engine, text

from dashboard import passwords, throttle
from dashboard.sign_in import TOO_OFTEN, WRONG
from dashboard.throttle import Attempt, Counters, SignIns
from flows.house import Door, House
from hearback import staff as desk
from runtime import clock
from runtime.settings import Settings
from storage import sessions
from tests.dashboard.browser import BASE, PASSWORD, Browser
from tests.dashboard.told import Told


@pytest.fixture
def email(engine: Engine, told: Told) -> str:
    with engine.begin() as connection:
        return told.hire(connection, "ward")


def test_in_and_out(browser: Browser, email: str, engine: Engine) -> None:
    assert (
        browser.get("/dashboard/")
        .headers["Location"]
        .endswith("/dashboard/sign-in?next=/dashboard/")
    )
    answer = browser.sign_in(email.upper())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dashboard/")
    assert "Amina Osei" in browser.get("/dashboard/").text
    assert browser.get("/dashboard/sign-in").status_code == 303
    browser.get("/dashboard/")
    assert browser.post("/dashboard/sign-out").status_code == 303
    assert browser.get("/dashboard/").status_code == 303
    with engine.connect() as connection:
        noted = connection.execute(text("SELECT action FROM audit ORDER BY id")).scalars().all()
    assert noted == ["signed_in", "signed_out"]


def test_wrong_password_and_no_account_look_the_same(browser: Browser, email: str) -> None:
    for who in (email, "nobody@staff.example"):
        answer = browser.sign_in(who, "not the password")
        assert answer.status_code == 422
        assert answer.text.count(WRONG) == 2
        assert "Error: Sign in" in answer.text
        assert "not the password" not in answer.text


def test_both_cost_the_same(browser: Browser, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hasher, verified = passwords._HASHER, []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return hasher.verify(kept, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    browser.sign_in(email, "not the password")
    browser.sign_in("nobody@staff.example", "not the password")
    assert len(verified) == 2
    assert verified[0] != verified[1]
    assert all(kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for kept in verified)


def test_nothing_typed(browser: Browser) -> None:
    answer = browser.sign_in("", "")
    assert answer.status_code == 422
    assert "Enter your email address" in answer.text
    assert "Enter your password" in answer.text


def test_a_closed_account(browser: Browser, email: str, engine: Engine) -> None:
    browser.sign_in(email)
    with engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET active = false"))
    assert browser.get("/dashboard/").status_code == 303
    assert browser.sign_in(email).status_code == 422


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/dashboard/\\evil", "/x"]
)
def test_never_sent_elsewhere(browser: Browser, email: str, wanted: str) -> None:
    assert browser.sign_in(email, next_page=wanted).headers["Location"] == "/dashboard/"


def test_back_to_the_page_that_was_asked_for(browser: Browser, email: str) -> None:
    wanted = "/dashboard/services/seaview/ward"
    assert browser.get(wanted).headers["Location"].endswith("next=" + wanted)
    assert browser.sign_in(email, next_page=wanted).headers["Location"] == wanted


def test_cookie_flags(browser: Browser, email: str) -> None:
    header = browser.sign_in(email).headers["Set-Cookie"]
    assert header.startswith("__Host-hearback=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in header
    assert "Expires" not in header
    assert "Domain" not in header


def test_a_forged_cookie_is_nobody(browser: Browser, email: str) -> None:
    browser.sign_in(email)
    value = browser.cookies["__Host-hearback"]
    browser.client.set_cookie("__Host-hearback", "x" + value, domain="feedback.example.org")
    assert browser.get("/dashboard/").status_code == 303


def test_forms_without_the_browsers_token_are_refused(browser: Browser, email: str) -> None:
    browser.get("/dashboard/sign-in")
    form = {"email": email, "password": PASSWORD}
    assert browser.post("/dashboard/sign-in", form, csrf=False).status_code == 400
    browser.sign_in(email)
    browser.get("/dashboard/")
    assert browser.post("/dashboard/sign-out", {"csrf_token": "made up"}).status_code == 400
    assert browser.get("/dashboard/").status_code == 200


def _copied(browser: Browser) -> Browser:
    """Somebody elsewhere who has got hold of the cookie."""
    thief = Browser(browser.app, address="198.51.100.7")
    for name, value in browser.cookies.items():
        thief.client.set_cookie(name, value, domain="feedback.example.org", secure=True)
    return thief


def test_signing_out_ends_a_copied_cookie_too(browser: Browser, email: str) -> None:
    browser.sign_in(email)
    thief = _copied(browser)
    assert thief.get("/dashboard/").status_code == 200
    browser.get("/dashboard/")
    browser.post("/dashboard/sign-out")
    assert thief.get("/dashboard/").status_code == 303
    assert browser.sign_in(email).status_code == 303
    assert thief.get("/dashboard/").status_code == 303


def test_one_session_ends_without_the_other(app: Flask, browser: Browser, email: str) -> None:
    elsewhere = Browser(app)
    browser.sign_in(email)
    elsewhere.sign_in(email)
    browser.get("/dashboard/")
    browser.post("/dashboard/sign-out")
    assert elsewhere.get("/dashboard/").status_code == 200


def test_the_cookie_alone_opens_nothing(browser: Browser, email: str, engine: Engine) -> None:
    browser.sign_in(email)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM sessions"))
    assert browser.get("/dashboard/").status_code == 303


def test_an_account_opened_again_does_not_open_its_old_sessions(
    browser: Browser, email: str, given: Settings, engine: Engine
) -> None:
    browser.sign_in(email)
    thief = _copied(browser)
    desk.close(given, email)
    assert browser.get("/dashboard/").status_code == 303
    with engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET active = true"))
    assert thief.get("/dashboard/").status_code == 303
    with engine.connect() as connection:
        noted = connection.execute(text("SELECT action FROM audit ORDER BY id")).scalars().all()
    assert noted == ["signed_in", "account_closed"]


def test_emptying_valkey_signs_nobody_out_and_out_still_works(
    browser: Browser, email: str, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(email)
    door.redis.flushall()
    assert browser.get("/dashboard/").status_code == 200
    monkeypatch.setattr(door.redis, "connection_pool", ConnectionPool(port=1))
    thief = _copied(browser)
    assert browser.post("/dashboard/sign-out").status_code == 303
    assert thief.get("/dashboard/").status_code == 303


def test_while_the_database_is_away_nobody_is_let_in(
    browser: Browser, email: str, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(email)
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none", hide_parameters=True)
    away = Door(door.settings, House(nowhere), door.redis, door.spool)
    with monkeypatch.context() as patch:
        patch.setitem(browser.app.extensions, "hearback_dashboard", away)
        answer = browser.get("/dashboard/")
    assert answer.status_code == 503
    assert "We cannot reach our records" in answer.text
    assert "Amina Osei" not in answer.text
    assert browser.get("/dashboard/").status_code == 200


def test_sessions_that_are_over_are_forgotten(browser: Browser, email: str, engine: Engine) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        browser.sign_in(email)
        time.shift(timedelta(minutes=50))
        Browser(browser.app).sign_in(email)
        time.shift(timedelta(minutes=15))
        with engine.begin() as connection:
            assert sessions.forget(connection, clock.now()) == 1
            left = connection.execute(text("SELECT count(*) FROM sessions")).scalar_one()
    assert left == 1


def test_the_table_does_not_hold_what_the_cookie_holds(
    browser: Browser, email: str, engine: Engine
) -> None:
    browser.sign_in(email)
    with browser.client.session_transaction(base_url=BASE) as cookie:
        token = cookie["staff"]
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT token FROM sessions")).scalar_one()
    assert bytes(kept) == sha256(token.encode()).digest()


@pytest.mark.parametrize(
    ("pause", "status"),
    [(timedelta(minutes=55), 200), (timedelta(minutes=65), 303)],
)
def test_an_idle_session_ends(browser: Browser, email: str, pause: timedelta, status: int) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        browser.sign_in(email)
        time.shift(pause)
        assert browser.get("/dashboard/").status_code == status


def test_a_busy_session_ends_after_twelve_hours(browser: Browser, email: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        browser.sign_in(email)
        for _ in range(14):
            time.shift(timedelta(minutes=50))
            assert browser.get("/dashboard/").status_code == 200
        time.shift(timedelta(minutes=50))
        assert browser.get("/dashboard/").status_code == 303


def test_a_new_password_ends_open_sessions(browser: Browser, email: str, given: Settings) -> None:
    browser.sign_in(email)
    thief = _copied(browser)
    desk.new_password(given, email, "another password")
    assert browser.get("/dashboard/").status_code == 303
    assert thief.get("/dashboard/").status_code == 303
    assert browser.sign_in(email, "another password").status_code == 303


def test_a_stranger_is_slowed_and_the_member_is_not(app: Flask, email: str) -> None:
    stranger = Browser(app, address="198.51.100.7")
    answers = [stranger.sign_in(email, "guess").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert TOO_OFTEN in stranger.sign_in(email, PASSWORD).text
    assert Browser(app).sign_in(email).status_code == 303


def test_one_address_cannot_go_through_all_accounts(
    app: Flask, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "BY_ADDRESS", limits.parse("3 per 15 minutes"))
    guesser = Browser(app, address="198.51.100.7")
    answers = [guesser.sign_in(f"person{who}@x.example").status_code for who in range(4)]
    assert answers == [422] * 3 + [429]
    assert Browser(app, address="198.51.100.8").sign_in("new@x.example").status_code == 422


def test_slips_are_forgotten_after_a_right_password(browser: Browser, email: str) -> None:
    for _ in range(3):
        for _ in range(4):
            assert browser.sign_in(email, "slip").status_code == 422
        assert browser.sign_in(email).status_code == 303
        browser.get("/dashboard/")
        browser.post("/dashboard/sign-out")


def test_throttled_while_redis_is_away(engine: Engine) -> None:
    alone = SignIns(Counters("redis://127.0.0.1:1/0"))
    attempt = Attempt("a@x.example", "198.51.100.7")
    assert [alone.admits(attempt) for _ in range(6)] == [True] * 5 + [False]
    alone.succeeded(attempt)
    assert alone.admits(attempt)


def test_counters_name_nobody(app: Flask, email: str, door: Door) -> None:
    Browser(app, address="198.51.100.7").sign_in(email, "guess")
    keys = [key if isinstance(key, str) else key.decode() for key in door.redis.keys("*")]
    assert keys
    assert not any(email in key or "198.51" in key for key in keys)


def test_passwords_have_a_length() -> None:
    for password in ("short", "x" * 201):
        with pytest.raises(ValueError, match="12 to 200"):
            passwords.hashed(password)
