import json
import os
import urllib.parse
import urllib.request


def test_profile_says_who_it_is(access_token):
    query = urllib.parse.urlencode({"clientId": os.environ["CLIENT_ID"], "token": access_token})
    with urllib.request.urlopen(os.environ["API"] + "/user/profile?" + query) as answer:
        assert json.load(answer)["result"] == "ok"
