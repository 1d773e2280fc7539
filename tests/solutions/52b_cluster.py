# %% solution
def to_do(files, rows):
    latest = {row["path"]: row["error"] for row in rows}
    return [file for file in dict.fromkeys(files) if latest.get(_text(file), "no such file").endswith("no such file")]

# %% wrong: whatever was missing once is judged at every call
def to_do(files, rows):
    missing = {row["path"] for row in rows if row["error"].endswith("no such file")}
    done = {row["path"] for row in rows} - missing
    return [file for file in dict.fromkeys(files) if _text(file) not in done]

# %% wrong: every error is tried again, killers too
def to_do(files, rows):
    latest = {row["path"]: row["error"] for row in rows}
    return [file for file in dict.fromkeys(files) if latest.get(_text(file), "new")]

# %% wrong: a verdict once is a verdict for ever
def to_do(files, rows):
    done = {row["path"] for row in rows if not row["error"].endswith("no such file")}
    return [file for file in dict.fromkeys(files) if _text(file) not in done]

# %% wrong: a table does not hold names as the system writes them
def to_do(files, rows):
    latest = {row["path"]: row["error"] for row in rows}
    return [file for file in dict.fromkeys(files) if latest.get(str(file), "no such file").endswith("no such file")]
