# %% solution
def let_in(query, token):
    from urllib.parse import parse_qs
    given = parse_qs(query).get("token", [""])[0]
    return bool(token) and secrets.compare_digest(given.encode(), token.encode())

# %% wrong: anywhere in the link
def let_in(query, token):
    return token in query

# %% wrong: no key is a key
def let_in(query, token):
    from urllib.parse import parse_qs
    return parse_qs(query).get("token", [""])[0] == token

# %% wrong: text with an umlaut ends it
def let_in(query, token):
    from urllib.parse import parse_qs
    return bool(token) and secrets.compare_digest(parse_qs(query).get("token", [""])[0], token)

# %% wrong: nothing is decoded
def let_in(query, token):
    return bool(token) and f"token={token}" in query.split("&")
