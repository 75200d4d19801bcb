"""A fixture that gives tests an access token which works for another five minutes at least."""

import os
import subprocess

import pytest


@pytest.fixture
def access_token():
    account = os.environ.get("FRESHKEY_ACCOUNT", "work")
    done = subprocess.run(
        ["freshkey", "token", account, "--min-valid", "5m"],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:  # what happened, then what to do
        pytest.fail(done.stderr.strip())
    return done.stdout.strip()
